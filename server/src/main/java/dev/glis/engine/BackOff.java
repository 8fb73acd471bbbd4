package dev.glis.engine;

/** Waits longer after each failure: 100 ms doubled up to 10 s. */
final class BackOff {
    private static final long FIRST_NANOS = 100_000_000L;
    private static final int MOST_DOUBLINGS = 7;
    private int failures;
    private long untilNanos;
    private String reason = "";

    void failed(long now, String why) {
        long wait = FIRST_NANOS << Math.min(failures, MOST_DOUBLINGS);
        failures++;
        untilNanos = now + Math.min(wait, 10_000_000_000L);
        reason = why;
    }

    void succeeded() {
        failures = 0;
        reason = "";
    }

    boolean waits(long now) {
        return failures > 0 && now - untilNanos < 0;
    }

    int failures() {
        return failures;
    }

    long untilNanos() {
        return untilNanos;
    }

    String reason() {
        return reason;
    }
}
