package dev.glis.objects;

import dev.glis.base.Fault;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Objects in buckets. Calls block. None asks whether somebody may do this: the caller has done so.
 * What an answer confirms is durable, and every call that begins later sees it.
 *
 * <p>Faults of all: NOT_FOUND {@code bucket-not-found}; INVALID {@code invalid-key} for a key that
 * is empty, above 1,024 bytes in UTF-8 or not Unicode; NOT_FOUND {@code object-not-found} without
 * such a key or with a delete marker as the current version, of which {@link Fault#details} tells
 * {@code deleteMarker} and {@code versionId}; NOT_FOUND {@code version-not-found}; CONFLICT {@code
 * version-is-delete-marker} for one that was asked for by its ID; INVALID {@code
 * customer-key-missing}, {@code customer-key-unexpected}, DENIED {@code customer-key-wrong};
 * PRECONDITION {@code precondition-failed}, of which details tell {@code condition}.
 */
public interface Objects {
    /**
     * Stores an object under a key, in the place of what was there or as its newest version.
     *
     * @throws Fault INVALID {@code bad-digest}, {@code checksum-mismatch}, {@code incomplete-body},
     *     {@code invalid-tag}, {@code invalid-retention}; TOO_LARGE {@code object-too-large},
     *     {@code metadata-too-large}; UNSUPPORTED {@code storage-class}; UNAVAILABLE {@code
     *     disk-full}
     * @throws IOException what the body's stream threw
     */
    ObjectInfo put(
            String bucket, String key, Attributes attributes, WriteCondition condition, Body body)
            throws IOException;

    /** An object without its bytes. A current delete marker is {@code object-not-found}. */
    ObjectInfo head(
            String bucket,
            String key,
            @Nullable String versionId,
            @Nullable CustomerKey customerKey);

    /** Opens an object for reading; to be closed. As {@link #head} otherwise. */
    ObjectContent open(
            String bucket,
            String key,
            @Nullable String versionId,
            @Nullable CustomerKey customerKey);

    /**
     * Makes an object of the bytes of another, without writing them again.
     *
     * @param attributes those of the new object, as far as {@link Copy} says
     * @throws Fault as of {@link #put}; INVALID {@code copy-changes-nothing} for an object onto
     *     itself with nothing replaced; TOO_LARGE {@code copy-too-large} above 5 GiB
     */
    ObjectInfo copy(
            Copy source,
            String bucket,
            String key,
            Attributes attributes,
            WriteCondition condition);

    /**
     * Deletes objects or versions, each by itself.
     *
     * @param bypassGovernance removes what governance retains
     * @return as many as there were, in their order; failures with DENIED {@code object-locked},
     *     PRECONDITION {@code precondition-failed} and the like
     */
    List<Deletion.Result> delete(String bucket, List<Deletion> deletions, boolean bypassGovernance);

    /** The current objects. */
    Listing list(String bucket, Listing.Query query);

    /** All versions and delete markers. */
    Listing listVersions(String bucket, Listing.Query query);

    /**
     * Replaces the tags of a version.
     *
     * @return the version
     * @throws Fault INVALID {@code invalid-tag}
     */
    ObjectInfo setTags(
            String bucket, String key, @Nullable String versionId, Map<String, String> tags);

    /**
     * Sets, extends, shortens or with null removes how long a version is retained.
     *
     * @throws Fault INVALID {@code invalid-retention}; CONFLICT {@code lock-not-enabled}; DENIED
     *     {@code object-locked} where it would become less
     */
    void setRetention(
            String bucket,
            String key,
            @Nullable String versionId,
            @Nullable Retention retention,
            boolean bypassGovernance);

    /**
     * Holds a version back from removal, or lets it go.
     *
     * @throws Fault CONFLICT {@code lock-not-enabled}
     */
    void setLegalHold(String bucket, String key, @Nullable String versionId, boolean hold);
}
