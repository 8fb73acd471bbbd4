package dev.glis.objects;

import dev.glis.base.ChecksumAlgorithm;
import org.jspecify.annotations.Nullable;

/**
 * What is to be copied.
 *
 * @param versionId null for the current object
 * @param condition of the source
 * @param sourceKey with which the source was encrypted by its client, or null
 * @param replaceAttributes whether headers and metadata of the source are replaced by the target's
 * @param replaceTags whether the tags of the source are replaced by the target's
 * @param algorithm of the copy's checksum; null for the source's
 */
public record Copy(
        String bucket,
        String key,
        @Nullable String versionId,
        ReadCondition condition,
        @Nullable CustomerKey sourceKey,
        boolean replaceAttributes,
        boolean replaceTags,
        @Nullable ChecksumAlgorithm algorithm) {}
