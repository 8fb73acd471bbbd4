package dev.glis.objects;

import java.time.Instant;

/**
 * A bucket.
 *
 * @param id never used again, also not by a later bucket of the same name
 * @param accountId who owns it and all that is in it
 * @param objectLock whether versions in it can be locked; only ever switched on
 */
public record Bucket(
        long id,
        String name,
        String accountId,
        Instant createdAt,
        Versioning versioning,
        boolean objectLock) {
    /** Whether overwritten and deleted objects are kept. */
    public enum Versioning {
        /** Never enabled: each key has at most one version, whose ID is {@code null}. */
        OFF,
        ENABLED,
        /** What was kept stays; new versions have the ID {@code null} and replace each other. */
        SUSPENDED
    }
}
