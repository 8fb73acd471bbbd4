package dev.glis.e2e;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Predicate;

/** Waits for what comes in its own time: looks again and again until it is so, or time is up. */
final class Eventually {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Eventually() {}

    /** Returns the first value that satisfies the condition; fails after thirty seconds. */
    static <T> T holds(Callable<T> value, Predicate<T> condition) throws Exception {
        return holds(value, condition, PATIENCE);
    }

    /** As the other, for what may take longer. */
    static <T> T holds(Callable<T> value, Predicate<T> condition, Duration patience)
            throws Exception {
        long deadline = System.nanoTime() + patience.toNanos();
        T seen = value.call();
        while (!condition.test(seen)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Not so after " + patience + ": " + seen);
            }
            Thread.sleep(20);
            seen = value.call();
        }
        return seen;
    }
}
