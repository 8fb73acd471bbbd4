package dev.glis.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * Immutable bytes named by their SHA-256. A blob that {@link #put} has returned survives power
 * loss. Calls block.
 */
public interface Blobs {
    /** Stores bytes; storing the same again is harmless and cheap. */
    Blob put(InputStream bytes) throws IOException;

    /** As {@link #put(InputStream)}. */
    Blob put(byte[] bytes) throws IOException;

    /** Opens a blob; {@link java.nio.file.NoSuchFileException} when there is none. */
    InputStream open(String sha256) throws IOException;

    /** A local file that holds the blob, to be read only. */
    Path file(String sha256) throws IOException;

    /** Removes a blob that nobody refers to any more; harmless when there is none. */
    void delete(String sha256) throws IOException;

    /**
     * A stored blob.
     *
     * @param sha256 64 lower-case hexadecimal digits
     */
    record Blob(String sha256, long sizeBytes) {}
}
