package dev.glis.objects;

import dev.glis.base.ChecksumAlgorithm;
import java.io.InputStream;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Bytes on their way in, and what the client says of them. They are read once, to the end, on the
 * thread of the call. What the stream throws comes out of the call, and nothing is stored then; so
 * a stream that finds a wrong signature or trailer at its end throws instead of ending.
 *
 * @param sizeBytes as declared, or -1 if it is not known before the end
 * @param md5 of {@code Content-MD5} in base 64, or null
 * @param algorithm of the checksum to compute and keep, or null for CRC64NVME
 * @param checksum asked when the stream has ended, because it may come in a trailer: what the
 *     client expects, in base 64, or null for nothing
 */
public record Body(
        InputStream stream,
        long sizeBytes,
        @Nullable String md5,
        @Nullable ChecksumAlgorithm algorithm,
        Supplier<@Nullable String> checksum) {
    /** Bytes of which nothing is said. */
    public static Body of(InputStream stream) {
        return new Body(stream, -1, null, null, () -> null);
    }
}
