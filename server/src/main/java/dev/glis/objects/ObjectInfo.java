package dev.glis.objects;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A version of an object, without its bytes.
 *
 * @param versionId {@value #NULL_VERSION} for the one that was made without versioning
 * @param deleteMarker whether it stands for a deletion; then there are no bytes
 * @param etag without quotes; empty for a delete marker
 * @param headers as in {@link Attributes}
 * @param partCount 0 if it was not uploaded in parts
 * @param customerKey whether bytes can be read only with the client's key
 * @param versioned whether the bucket has or had versioning, so that the version's ID is answered
 */
public record ObjectInfo(
        String key,
        String versionId,
        boolean latest,
        boolean deleteMarker,
        long sizeBytes,
        String etag,
        Instant modifiedAt,
        Map<String, String> headers,
        Map<String, String> metadata,
        Map<String, String> tags,
        @Nullable Checksum checksum,
        int partCount,
        @Nullable Retention retention,
        boolean legalHold,
        boolean customerKey,
        boolean versioned) {
    /** The ID of a version that was made without versioning. */
    public static final String NULL_VERSION = "null";

    /** The only one there is. */
    public static final String STORAGE_CLASS = "STANDARD";
}
