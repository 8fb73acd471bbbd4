package dev.glis.engine.testing;

import dev.glis.base.Clock;
import dev.glis.base.Timers;
import java.time.Instant;
import java.util.PriorityQueue;

/** Clock and timers of a simulation: time passes only from one due action to the next. */
public final class FakeTime implements Clock, Timers {
    private record Due(long nanos, long order, Runnable action, boolean[] cancelled) {}

    private final PriorityQueue<Due> dues =
            new PriorityQueue<>(
                    (a, b) ->
                            a.nanos != b.nanos
                                    ? Long.compare(a.nanos, b.nanos)
                                    : Long.compare(a.order, b.order));
    private long nanos;
    private long order;
    private long wallOffsetMs = 1_764_000_000_000L;

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(wallOffsetMs + nanos / 1_000_000);
    }

    @Override
    public long nanoTime() {
        return nanos;
    }

    /** The wall clock is set; the monotonic clock does not notice. */
    public void jump(long milliseconds) {
        wallOffsetMs += milliseconds;
    }

    @Override
    public Task after(long delayMs, Runnable action) {
        return afterNanos(delayMs * 1_000_000, action);
    }

    public Task afterNanos(long delayNanos, Runnable action) {
        var cancelled = new boolean[1];
        dues.add(new Due(nanos + delayNanos, order++, action, cancelled));
        return () -> cancelled[0] = true;
    }

    /** Runs the next action, unless it is due later than this; returns whether there was one. */
    public boolean step(long untilNanos) {
        Due due = dues.peek();
        if (due == null || due.nanos > untilNanos) {
            nanos = Math.max(nanos, untilNanos);
            return false;
        }
        dues.remove();
        nanos = due.nanos;
        if (!due.cancelled[0]) {
            due.action.run();
        }
        return true;
    }
}
