package dev.glis.accounts;

import dev.glis.net.RequestBody;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/**
 * The body that a signed request means, decoded and verified while it is read. Where it is not what
 * was signed, reading throws a {@link dev.glis.base.Fault}, at the latest in the place of its end:
 * who has read to the end has read what was signed. One thread.
 */
public abstract class VerifiedBody extends InputStream {
    /** A body that is there already, and of which nobody signed anything else. */
    public static VerifiedBody of(byte[] bytes) {
        return unsigned(RequestBody.of(bytes));
    }

    /** A body as it is. */
    public static VerifiedBody unsigned(RequestBody body) {
        return new HashedBody(body.stream(), body.announcedBytes(), null);
    }

    /** How many bytes there will be, or -1 when that was not said. */
    public abstract long sizeBytes();

    /** Fields that came behind the body, by names in lower case; complete at the body's end. */
    public Map<String, String> trailer() {
        return Map.of();
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public abstract int read(byte[] to, int from, int most) throws IOException;
}
