package dev.glis.objects;

import java.io.InputStream;
import java.util.List;

/**
 * An object that is being read: while this is open its bytes stay as they are and where they are,
 * whatever happens to its key. To be closed, by any thread.
 */
public interface ObjectContent extends AutoCloseable {
    /** What it is. */
    ObjectInfo info();

    /** The parts it was uploaded in, in their order; empty if it was not. */
    List<Part> parts();

    /**
     * Some of its bytes, read and decrypted only as they are asked for. Closing the stream does not
     * close this. A read throws {@link java.io.IOException} when the bytes on disk are damaged.
     *
     * @param offset within the object
     * @param lengthBytes no more than what follows
     */
    InputStream stream(long offset, long lengthBytes);

    @Override
    void close();
}
