package dev.glis.wire.runtime;

import dev.glis.base.Limits;
import dev.glis.net.BodyBudget;

/**
 * The memory of the server that what one guest sends may take before it is whole: a share of its
 * own, within what all guests may take together. Without it one guest with many connections could
 * take all memory, though each response is within its limit. Safe for use by any thread.
 */
final class GuestMemory {
    private final BodyBudget all;
    private final BodyBudget own = new BodyBudget(Limits.GUEST_BODIES_BYTES.value());

    /** For one guest. */
    GuestMemory(BodyBudget all) {
        this.all = all;
    }

    /** What all guests may take. */
    static BodyBudget ofAll() {
        return new BodyBudget(Limits.GUESTS_BODIES_BYTES.value());
    }

    /** Takes memory for a body that is so large with it; false when there is none left. */
    boolean take(int more, int whole) {
        if (!own.take(more, whole)) {
            return false;
        }
        if (all.take(more, whole)) {
            return true;
        }
        own.giveBack(more);
        return false;
    }

    void giveBack(int bytes) {
        own.giveBack(bytes);
        all.giveBack(bytes);
    }
}
