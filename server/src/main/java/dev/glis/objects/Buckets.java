package dev.glis.objects;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Buckets and what is set for them. Calls block. None asks whether somebody may do this: the caller
 * has done so. Where a bucket is missing, all throw NOT_FOUND {@code bucket-not-found}.
 */
public interface Buckets {
    /**
     * Makes a bucket.
     *
     * @param objectLock makes versions lockable, and enables versioning
     * @throws dev.glis.base.Fault INVALID {@code invalid-bucket-name}; CONFLICT {@code
     *     bucket-owned} when the account has it already, {@code bucket-exists} when another has;
     *     CONFLICT {@code too-many-buckets}
     */
    Bucket create(String accountId, String name, boolean objectLock);

    /** A bucket by its name. */
    Bucket get(String name);

    /** A bucket by its name, with what guards it. */
    GuardedBucket guarded(String name);

    /**
     * Removes an empty bucket with all that is set for it, and its unfinished uploads.
     *
     * @throws dev.glis.base.Fault CONFLICT {@code bucket-not-empty} while there is any version
     */
    void delete(String name);

    /**
     * An account's buckets in the order of their names.
     *
     * @param after only those behind this name; empty for all
     * @param most at least 1
     */
    List<Bucket> list(String accountId, String prefix, String after, int most);

    /**
     * Enables or suspends versioning.
     *
     * @throws dev.glis.base.Fault INVALID for OFF; CONFLICT {@code bucket-locks-objects} for
     *     SUSPENDED where objects can be locked
     */
    void setVersioning(String name, Bucket.Versioning versioning);

    /** What was set, or nothing. */
    Optional<JsonNode> setting(String name, BucketSetting setting);

    /**
     * Sets, or with null removes.
     *
     * @throws dev.glis.base.Fault INVALID {@code invalid-bucket-setting} or {@code
     *     malformed-policy}, UNSUPPORTED for what this version does not do, each naming the member;
     *     CONFLICT {@code versioning-required} for a lock without versioning
     */
    void set(String name, BucketSetting setting, @Nullable JsonNode document);
}
