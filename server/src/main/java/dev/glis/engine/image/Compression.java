package dev.glis.engine.image;

import dev.glis.base.BulkInputStream;
import io.airlift.compress.MalformedInputException;
import io.airlift.compress.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * How a layer's tar archive is packed, by the media types of the OCI image specification and of
 * Docker's image manifest, version 2. Archives of zstd may look back up to 8 MiB, as those of all
 * its ordinary levels do.
 */
enum Compression {
    NONE,
    GZIP,
    ZSTD;

    /** The media type of a layer without compression. */
    static final String TAR = "application/vnd.oci.image.layer.v1.tar";

    private static final String DOCKER_TAR = "application/vnd.docker.image.rootfs.diff.tar";
    private static final String ELSEWHERE =
            "application/vnd.oci.image.layer.nondistributable.v1.tar";
    private static final int BUFFER_BYTES = 64 * 1024;

    private static final Map<String, Compression> BY_MEDIA_TYPE =
            Map.of(
                    TAR,
                    NONE,
                    DOCKER_TAR,
                    NONE,
                    ELSEWHERE,
                    NONE,
                    TAR + "+gzip",
                    GZIP,
                    DOCKER_TAR + ".gzip",
                    GZIP,
                    ELSEWHERE + "+gzip",
                    GZIP,
                    TAR + "+zstd",
                    ZSTD,
                    DOCKER_TAR + ".zstd",
                    ZSTD,
                    ELSEWHERE + "+zstd",
                    ZSTD);

    /** Empty when it is no layer's type. */
    static Optional<Compression> of(String mediaType) {
        return Optional.ofNullable(BY_MEDIA_TYPE.get(mediaType));
    }

    /** The media type of the archive that begins here. */
    static String mediaType(InputStream archive) throws IOException {
        byte[] head = archive.readNBytes(4);
        int magic = 0;
        for (byte each : head) {
            magic = magic << 8 | Byte.toUnsignedInt(each);
        }
        if (magic >>> 16 == 0x1f8b) {
            return TAR + "+gzip";
        }
        return magic == 0x28b52ffd ? TAR + "+zstd" : TAR;
    }

    /**
     * The archive in a layer.
     *
     * @throws ZipException here or while it is read, when it is not compressed so
     */
    InputStream unpack(InputStream layer) throws IOException {
        return switch (this) {
            case NONE -> layer;
            case GZIP ->
                    new BufferedInputStream(new GZIPInputStream(layer, BUFFER_BYTES), BUFFER_BYTES);
            case ZSTD -> new BufferedInputStream(new Zstd(layer), BUFFER_BYTES);
        };
    }

    /** Tells of broken input as the other compressions do. */
    private static final class Zstd extends BulkInputStream {
        private final ZstdInputStream in;

        Zstd(InputStream layer) {
            this.in = new ZstdInputStream(layer);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                return in.read(bytes, offset, length);
            } catch (MalformedInputException
                    | IllegalArgumentException
                    | IndexOutOfBoundsException e) {
                var refused = new ZipException(e.getMessage());
                refused.initCause(e);
                throw refused;
            }
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
