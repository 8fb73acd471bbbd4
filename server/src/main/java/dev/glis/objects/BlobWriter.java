package dev.glis.objects;

import dev.glis.base.Fault;
import dev.glis.base.Ids;
import dev.glis.base.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Seals what comes in, chunk by chunk: digested and encrypted while it passes, so that no more than
 * a chunk is in memory. What fits one chunk goes to the store, all else to a file. Any thread.
 */
final class BlobWriter {
    private final BlobFiles files;
    private final Keys keys;
    private final Ids ids;

    BlobWriter(BlobFiles files, Keys keys, Ids ids) {
        this.files = files;
        this.keys = keys;
        this.ids = ids;
    }

    /**
     * Reads a body to its end. If that goes well, the caller tells {@link #files} how the row that
     * names the blob ended.
     */
    Written write(Body body, @Nullable CustomerKey customerKey) throws IOException {
        if (body.sizeBytes() > Limits.OBJECT_PUT_BYTES.value()) {
            throw tooLarge();
        }
        var writing = new Writing(body, customerKey);
        var chunk = new byte[firstChunkBytes(body)];
        int length = body.stream().readNBytes(chunk, 0, chunk.length);
        if (length < Sealing.CHUNK_BYTES) {
            int next = length < chunk.length ? -1 : body.stream().read();
            if (next < 0) {
                return writing.small(chunk, length);
            }
            // More than was declared: the check at the end says so.
            chunk = Arrays.copyOf(chunk, Sealing.CHUNK_BYTES);
            chunk[length] = (byte) next;
            length += 1 + body.stream().readNBytes(chunk, length + 1, chunk.length - length - 1);
        }
        return writing.large(chunk, length);
    }

    private static int firstChunkBytes(Body body) {
        return body.sizeBytes() < 0
                ? Sealing.CHUNK_BYTES
                : (int) Math.min(Sealing.CHUNK_BYTES, body.sizeBytes());
    }

    private static Fault tooLarge() {
        return new Fault(
                Fault.Kind.TOO_LARGE,
                "object-too-large",
                "More than "
                        + Limits.OBJECT_PUT_BYTES.value()
                        + " bytes can only be uploaded in parts");
    }

    /** One blob in the making. */
    private final class Writing {
        private final Body body;
        private final String blob = ids.timedUuid();
        private final byte[] key = Sealing.newKey();
        private final byte[] wrappedKey;
        private final Sealing sealing = new Sealing(key);
        private final Digests digests;
        private final CRC32C crc = new CRC32C();
        private long size;

        Writing(Body body, @Nullable CustomerKey customerKey) {
            this.body = body;
            this.wrappedKey = keys.wrap(key, blob, customerKey);
            this.digests = new Digests(body.algorithm());
        }

        Written small(byte[] bytes, int length) {
            digests.update(bytes, length);
            size = length;
            var sealed = new byte[Math.toIntExact(Sealing.sealedBytes(length))];
            if (length > 0) {
                sealing.seal(0, bytes, length, sealed);
            }
            return end(sealed);
        }

        Written large(byte[] first, int firstLength) throws IOException {
            boolean whole = false;
            try (FileChannel file = create()) {
                copy(first, firstLength, file);
                Written written = end(null);
                sync(file);
                whole = true;
                return written;
            } finally {
                if (!whole) {
                    files.discard(blob);
                }
            }
        }

        private FileChannel create() {
            try {
                return files.create(blob);
            } catch (IOException e) {
                throw files.cannotWrite(e);
            }
        }

        private void sync(FileChannel file) {
            try {
                files.sync(blob, file);
            } catch (IOException e) {
                throw files.cannotWrite(e);
            }
        }

        private void copy(byte[] chunk, int firstLength, FileChannel file) throws IOException {
            InputStream from = body.stream();
            var sealed = new byte[Sealing.SEALED_CHUNK_BYTES];
            ByteBuffer target = ByteBuffer.wrap(sealed);
            int length = firstLength;
            for (long number = 0; length > 0; number++) {
                digests.update(chunk, length);
                size += length;
                if (size > Limits.OBJECT_PUT_BYTES.value()) {
                    throw tooLarge();
                }
                int count = sealing.seal(number, chunk, length, sealed);
                crc.update(sealed, 0, count);
                append(file, target.clear().limit(count));
                length = length < chunk.length ? 0 : from.readNBytes(chunk, 0, chunk.length);
            }
        }

        private void append(FileChannel file, ByteBuffer bytes) {
            try {
                while (bytes.hasRemaining()) {
                    file.write(bytes);
                }
            } catch (IOException e) {
                throw files.cannotWrite(e);
            }
        }

        private Written end(byte @Nullable [] content) {
            requireDeclaredSize();
            Digests.Result result = digests.end().verified(body);
            return new Written(blob, size, content, crc.getValue(), wrappedKey, result);
        }

        private void requireDeclaredSize() {
            if (body.sizeBytes() >= 0 && body.sizeBytes() != size) {
                throw new Fault(
                        Fault.Kind.INVALID,
                        "incomplete-body",
                        "You did not provide the number of bytes specified by the Content-Length"
                                + " HTTP header: "
                                + size
                                + " instead of "
                                + body.sizeBytes());
            }
        }
    }

    /** Where files are told how their rows ended. */
    BlobFiles files() {
        return files;
    }
}
