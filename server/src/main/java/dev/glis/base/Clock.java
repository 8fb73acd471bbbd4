package dev.glis.base;

import java.time.Instant;

/** The only source of time. Production code takes it through constructors; tests pass their own. */
public interface Clock {
    /** Wall-clock time, for records and protocols. */
    Instant instant();

    /** Monotonic time in nanoseconds, for durations; only differences mean anything. */
    long nanoTime();

    /** The machine's clock. */
    static Clock system() {
        return new SystemClock();
    }
}
