package dev.glis.accounts;

import dev.glis.base.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** A body as it is, and its hash, if its signature covers one. */
final class HashedBody extends VerifiedBody {
    private final InputStream in;
    private final long announcedBytes;
    private final @Nullable String stated;
    private final MessageDigest digest = Sha256.digest();
    private boolean ended;

    /**
     * A body.
     *
     * @param stated the SHA-256 in lower-case hexadecimal, or null for any
     */
    HashedBody(InputStream in, long announcedBytes, @Nullable String stated) {
        this.in = in;
        this.announcedBytes = announcedBytes;
        this.stated = stated;
    }

    @Override
    public long sizeBytes() {
        return announcedBytes;
    }

    @Override
    public int read(byte[] to, int from, int most) throws IOException {
        int count = most == 0 ? 0 : in.read(to, from, most);
        if (stated == null) {
            return count;
        }
        if (count > 0) {
            digest.update(to, from, count);
        } else if (count < 0 && !ended) {
            ended = true;
            if (!HexFormat.of().formatHex(digest.digest()).equals(stated)) {
                throw Refusals.otherContentHash();
            }
        }
        return count;
    }
}
