package dev.glis.accounts;

import dev.glis.base.Clock;
import java.time.Instant;

/** A clock that stands until it is moved. */
final class FixedClock implements Clock {
    private volatile Instant now;

    FixedClock(String now) {
        this.now = Instant.parse(now);
    }

    void set(Instant instant) {
        now = instant;
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public long nanoTime() {
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }
}
