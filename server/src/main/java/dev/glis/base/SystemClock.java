package dev.glis.base;

import java.time.Instant;

/** The machine's clock. */
final class SystemClock implements Clock {
    @Override
    public Instant instant() {
        return Instant.now();
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }
}
