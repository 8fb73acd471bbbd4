package dev.glis.base;

import java.io.IOException;
import java.io.InputStream;

/** A stream that knows how to read many bytes; one byte is the shortest of many. */
public abstract class BulkInputStream extends InputStream {
    @Override
    public final int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public abstract int read(byte[] to, int from, int most) throws IOException;
}
