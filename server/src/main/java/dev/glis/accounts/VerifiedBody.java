package dev.glis.accounts;

import dev.glis.base.BulkInputStream;
import dev.glis.net.RequestBody;
import java.util.Map;

/**
 * The body that a signed request means, decoded and verified while it is read. Where it is not what
 * was signed, reading throws a {@link dev.glis.base.Fault}, at the latest in the place of its end:
 * who has read to the end has read what was signed. One thread.
 */
public abstract class VerifiedBody extends BulkInputStream {
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
}
