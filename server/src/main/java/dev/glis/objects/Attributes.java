package dev.glis.objects;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client says of a new object.
 *
 * @param headers {@code content-type}, {@code cache-control}, {@code content-disposition}, {@code
 *     content-encoding}, {@code content-language}, {@code expires}, {@code
 *     x-amz-website-redirect-location}; names in lower case
 * @param metadata of the user, by names in lower case without {@code x-amz-meta-}
 * @param storageClass null or STANDARD; all others are refused
 * @param retention null for the bucket's default
 * @param customerKey null for encryption under a key of our own
 */
public record Attributes(
        Map<String, String> headers,
        Map<String, String> metadata,
        Map<String, String> tags,
        @Nullable String storageClass,
        @Nullable Retention retention,
        boolean legalHold,
        @Nullable CustomerKey customerKey) {
    /** Nothing was said. */
    public static final Attributes NONE =
            new Attributes(Map.of(), Map.of(), Map.of(), null, null, false, null);

    /** Makes it immutable. */
    public Attributes {
        headers = Map.copyOf(headers);
        metadata = Map.copyOf(metadata);
        tags = Map.copyOf(tags);
    }
}
