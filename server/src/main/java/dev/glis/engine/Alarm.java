package dev.glis.engine;

/**
 * A moment at which something must be looked at, kept lazily: it may ring early, never late, and
 * whoever is woken looks at the state and sets it again. So a deadline that moves on with every
 * call costs no timer for each call.
 */
final class Alarm {
    private final Runnable look;
    private long ringsAtNanos = Call.NEVER;

    Alarm(Runnable look) {
        this.look = look;
    }

    /** Returns whether a timer has to be set for this moment. */
    boolean movesTo(long nanos) {
        if (nanos >= ringsAtNanos) {
            return false;
        }
        ringsAtNanos = nanos;
        return true;
    }

    /** A timer rang; one that was overtaken by an earlier one counts for nothing. */
    void rang(long setForNanos) {
        if (setForNanos == ringsAtNanos) {
            ringsAtNanos = Call.NEVER;
            look.run();
        }
    }
}
