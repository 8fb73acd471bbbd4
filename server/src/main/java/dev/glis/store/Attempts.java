package dev.glis.store;

import dev.glis.base.Clock;
import dev.glis.base.Limits;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** How often and how soon one transaction is tried again. Used by one thread. */
final class Attempts {
    private static final long LONGEST_PAUSE_MS = 64;
    private final Clock clock;
    private final long begun;
    private int count;

    Attempts(Clock clock) {
        this.clock = clock;
        this.begun = clock.nanoTime();
    }

    /** Returns when the next attempt is due, or throws the last one's failure. */
    void next(TakeUpAgain last) {
        count++;
        long spentMs = TimeUnit.NANOSECONDS.toMillis(clock.nanoTime() - begun);
        if (count >= Limits.STORE_ATTEMPTS.value() || spentMs >= Limits.STORE_WAIT_MS.value()) {
            throw last.failure();
        }
        try {
            Thread.sleep(pauseMs(last));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw last.failure();
        }
    }

    /** Random, so that two that met once do not meet again; longer each time. */
    private long pauseMs(TakeUpAgain last) {
        if (count == 1 && last.reason() == SqlFailures.Retry.CONNECTION) {
            return 0;
        }
        return ThreadLocalRandom.current()
                .nextLong(1 + Math.min(LONGEST_PAUSE_MS, 1L << Math.min(count, 10)));
    }
}
