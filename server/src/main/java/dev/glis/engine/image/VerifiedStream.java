package dev.glis.engine.image;

import dev.glis.base.Sha256;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/**
 * A stream that ends well only if it had just the bytes that a descriptor promised; else reading
 * its end, or one byte too many, fails. So whoever stores it to the end has stored the right thing.
 */
public final class VerifiedStream extends FilterInputStream {
    private final Descriptor expected;
    private final MessageDigest digest = Sha256.digest();
    private long bytes;
    private boolean ended;

    /** Expects in a stream what a descriptor promises. */
    public VerifiedStream(InputStream in, Descriptor expected) {
        super(in);
        this.expected = expected;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        int count = read(one, 0, 1);
        return count < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = super.read(buffer, offset, length);
        if (count < 0) {
            checkEnd();
            return count;
        }
        bytes += count;
        if (bytes > expected.bytes()) {
            throw ImageFaults.invalid("its part " + expected.digest() + " is larger than it says");
        }
        digest.update(buffer, offset, count);
        return count;
    }

    @Override
    public long skip(long count) throws IOException {
        return Math.max(0, read(new byte[(int) Math.min(count, 8192)]));
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private void checkEnd() {
        if (ended) {
            return;
        }
        ended = true;
        String found = Sha256.text(digest.digest());
        if (bytes != expected.bytes() || !found.equals(expected.sha256())) {
            throw ImageFaults.invalid(
                    "its part "
                            + expected.digest()
                            + " has "
                            + bytes
                            + " bytes with the digest sha256:"
                            + found
                            + " instead");
        }
    }
}
