package dev.glis.engine.image;

import java.io.IOException;
import java.io.InputStream;

/** Where an image comes from. Calls block. Used by one thread. */
public interface ImageSource extends AutoCloseable {
    /**
     * The manifest, or the index of several, that the image's name leads to, as it stands there.
     *
     * @throws dev.glis.base.Fault when there is none
     */
    byte[] manifest() throws IOException;

    /** A manifest that an index names. */
    byte[] manifest(Descriptor descriptor) throws IOException;

    /** A part's bytes, which the caller verifies. */
    InputStream open(Descriptor descriptor) throws IOException;

    @Override
    void close() throws IOException;
}
