package dev.glis.net;

import dev.glis.base.Limits;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that bodies of requests may take together, on all connections of the listeners that
 * share it, from their first byte until the answer. Without it, clients that are each within their
 * limits could take all memory.
 *
 * <p>A body that would go beyond is refused, so that what is there can be answered; waiting instead
 * could end with everybody waiting. The last quarter is for small bodies alone: a few large ones do
 * not stop ordinary calls. Safe for use by any thread.
 */
public final class BodyBudget {
    private static final int SMALL_BYTES = 64 * 1024;

    private final long limit;
    private final AtomicLong used = new AtomicLong();

    public BodyBudget(long limitBytes) {
        this.limit = limitBytes;
    }

    /** With the limit of {@link Limits}. */
    public static BodyBudget standard() {
        return new BodyBudget(Limits.HTTP_BODIES_BYTES.value());
    }

    /**
     * Takes memory for a body.
     *
     * @param more by how much it grows
     * @param whole how large it is then
     * @return false when there is none left; nothing was taken then
     */
    public boolean take(int more, int whole) {
        long most = whole <= SMALL_BYTES ? limit : limit / 4 * 3;
        if (used.addAndGet(more) <= most) {
            return true;
        }
        used.addAndGet(-more);
        return false;
    }

    /** Gives back what was taken. */
    public void giveBack(int bytes) {
        used.addAndGet(-bytes);
    }

    /** How much is taken. */
    long used() {
        return used.get();
    }
}
