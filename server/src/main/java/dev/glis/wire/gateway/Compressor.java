package dev.glis.wire.gateway;

import com.aayushatharva.brotli4j.encoder.BrotliOutputStream;
import com.aayushatharva.brotli4j.encoder.Encoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;

/**
 * Compresses one body. It holds memory outside the heap until it is closed, which a client that
 * goes away does from another thread.
 */
final class Compressor implements AutoCloseable {
    private static final byte[] NO_BYTES = new byte[0];

    /** The last level that costs little more than the first. */
    private static final int GZIP_LEVEL = 5;

    private static final int BROTLI_QUALITY = 4;
    private static final int GZIP_BUFFER_BYTES = 4 * 1024;

    private final ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    private final OutputStream encoder;
    private boolean closed;

    Compressor(ContentCoding coding) {
        try {
            encoder =
                    switch (coding) {
                        case GZIP -> new LevelledGzip(compressed);
                        case BROTLI ->
                                new BrotliOutputStream(
                                        compressed,
                                        new Encoder.Parameters().setQuality(BROTLI_QUALITY));
                    };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A whole body. */
    static byte[] whole(ContentCoding coding, byte[] body) {
        try (var compressor = new Compressor(coding)) {
            compressor.write(body);
            return compressor.end();
        }
    }

    /** A part of a body, in a form that can be read without the next. */
    synchronized byte[] part(byte[] bytes) {
        if (closed) {
            return NO_BYTES;
        }
        write(bytes);
        try {
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return take();
    }

    /** What is left. */
    synchronized byte[] end() {
        close();
        return take();
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            encoder.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(byte[] bytes) {
        try {
            encoder.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] take() {
        byte[] taken = compressed.toByteArray();
        compressed.reset();
        return taken;
    }

    private static final class LevelledGzip extends GZIPOutputStream {
        LevelledGzip(OutputStream out) throws IOException {
            super(out, GZIP_BUFFER_BYTES, true);
            def.setLevel(GZIP_LEVEL);
        }
    }
}
