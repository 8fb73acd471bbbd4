package dev.glis.objects;

import dev.glis.base.Fault;
import java.util.Arrays;

/** An AES-256 key that a client sends with each request (SSE-C). It is never stored. */
public final class CustomerKey {
    static final int BYTES = 32;

    private final byte[] bytes;

    /**
     * A key of 32 bytes.
     *
     * @throws Fault INVALID {@code invalid-customer-key} for another length
     */
    public CustomerKey(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new Fault(
                    Fault.Kind.INVALID,
                    "invalid-customer-key",
                    "A key for encryption has 32 bytes, not " + bytes.length);
        }
        this.bytes = Arrays.copyOf(bytes, BYTES);
    }

    byte[] bytes() {
        return bytes;
    }

    /** Shows nothing of the key. */
    @Override
    public String toString() {
        return "CustomerKey";
    }
}
