package dev.glis.objects;

import dev.glis.base.BulkInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.GeneralSecurityException;
import java.util.Objects;

/** Some bytes of one blob; only the chunks that they touch are read and opened. One thread. */
final class BlobStream extends BulkInputStream {
    /** The chunks as they were sealed. */
    interface Source extends AutoCloseable {
        /** Reads sealed bytes of a chunk into the buffer's beginning. */
        void read(long position, byte[] buffer, int length) throws IOException;

        @Override
        void close() throws IOException;
    }

    private final Source source;
    private final Sealing sealing;
    private final long sizeBytes;
    private final byte[] sealed = new byte[Sealing.SEALED_CHUNK_BYTES];
    private final byte[] chunk = new byte[Sealing.CHUNK_BYTES];
    private long number;
    private int at;
    private int end;
    private long left;

    /**
     * A stream of bytes within the blob.
     *
     * @param sizeBytes of the whole blob
     */
    BlobStream(Source source, byte[] key, long sizeBytes, long offset, long lengthBytes) {
        this.source = source;
        this.sealing = new Sealing(key);
        this.sizeBytes = sizeBytes;
        this.number = offset / Sealing.CHUNK_BYTES;
        this.at = (int) (offset % Sealing.CHUNK_BYTES);
        this.left = lengthBytes;
    }

    static Source of(FileChannel file) {
        return new Source() {
            @Override
            public void read(long position, byte[] buffer, int length) throws IOException {
                ByteBuffer target = ByteBuffer.wrap(buffer, 0, length);
                while (target.hasRemaining()) {
                    if (file.read(target, position + target.position()) < 0) {
                        throw new IOException("A file of an object's bytes is too short");
                    }
                }
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        };
    }

    static Source of(byte[] content) {
        return new Source() {
            @Override
            public void read(long position, byte[] buffer, int length) throws IOException {
                if (position + length > content.length) {
                    throw new IOException("The stored bytes of an object are too short");
                }
                System.arraycopy(content, (int) position, buffer, 0, length);
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        if (left == 0) {
            return -1;
        }
        if (at >= end) {
            fill();
        }
        int count = (int) Math.min(Math.min(length, end - at), left);
        System.arraycopy(chunk, at, target, offset, count);
        at += count;
        left -= count;
        return count;
    }

    /** Opens the next chunk; the first time, {@link #at} is where to begin in it. */
    private void fill() throws IOException {
        int from = end == 0 ? at : 0;
        long position = number * Sealing.CHUNK_BYTES;
        int length = (int) Math.min(Sealing.CHUNK_BYTES, sizeBytes - position) + Sealing.TAG_BYTES;
        source.read(number * Sealing.SEALED_CHUNK_BYTES, sealed, length);
        try {
            end = sealing.open(number, sealed, 0, length, chunk);
        } catch (GeneralSecurityException e) {
            throw new IOException("The stored bytes of an object are damaged", e);
        }
        at = from;
        number++;
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
