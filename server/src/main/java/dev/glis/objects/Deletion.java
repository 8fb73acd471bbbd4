package dev.glis.objects;

import org.jspecify.annotations.Nullable;

/**
 * What is to be deleted.
 *
 * @param versionId null for the current object, which leaves a delete marker under versioning
 * @param condition of the current object
 */
public record Deletion(String key, @Nullable String versionId, WriteCondition condition) {
    /** How it went. */
    public sealed interface Result {
        /**
         * It is gone, or was not there.
         *
         * @param versionId of the version that was removed or of the delete marker that was made;
         *     null without versioning
         * @param deleteMarker whether a delete marker was made or removed
         */
        record Deleted(String key, @Nullable String versionId, boolean deleteMarker)
                implements Result {}

        /** It is still there. */
        record Failed(String key, @Nullable String versionId, dev.glis.base.Fault fault)
                implements Result {}
    }
}
