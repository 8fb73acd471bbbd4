package dev.glis.net;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Gathers a body into one array. It grows with what has come, not with what was announced, so that
 * a client must send bytes to occupy memory; a body that came in one part is copied once. What it
 * takes counts in the budget of all bodies until {@link #giveBack}, for whoever took the body works
 * on it.
 */
final class BodyBuffer {
    private static final byte[] NO_BYTES = new byte[0];
    private static final int TRUSTED_BYTES = 64 * 1024;

    private final BodyBudget budget;
    private int taken;
    private byte[] bytes = NO_BYTES;
    private int size;
    private long announced;

    BodyBuffer(BodyBudget budget) {
        this.budget = budget;
    }

    /** Whether there is memory for so many bytes more; then {@link #add} may follow. */
    boolean reserve(int more) {
        boolean granted = more == 0 || budget.take(more, size + more);
        taken += granted ? more : 0;
        return granted;
    }

    /** Nobody works on what was reserved any more; harmless when called again. */
    void giveBack() {
        if (taken > 0) {
            budget.giveBack(taken);
            taken = 0;
        }
    }

    /** Begins a body whose length was announced, or -1 when it was not. */
    void begin(long announcedBytes) {
        bytes = NO_BYTES;
        size = 0;
        announced = announcedBytes;
    }

    int size() {
        return size;
    }

    void add(ByteBuf part) {
        int length = part.readableBytes();
        if (size + length > bytes.length) {
            bytes = Arrays.copyOf(bytes, capacityFor(size + length));
        }
        part.readBytes(bytes, size, length);
        size += length;
    }

    /** The body, and lets go of it. */
    byte[] take() {
        byte[] whole = size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
        begin(-1);
        return whole;
    }

    void discard() {
        begin(-1);
    }

    private int capacityFor(int needed) {
        if (announced >= 0 && announced <= TRUSTED_BYTES) {
            return (int) Math.max(announced, needed);
        }
        long doubled = Math.max(needed, Math.min(2L * bytes.length, Integer.MAX_VALUE - 8));
        return (int) (announced >= needed ? Math.min(doubled, announced) : doubled);
    }
}
