package dev.glis.base.testing;

import dev.glis.base.Clock;
import dev.glis.base.Timers;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Time that passes only when a test says so; timers run on the thread that lets it pass. */
public final class ManualTime implements Clock, Timers {
    private record Timer(long dueMs, long number, Runnable action) {}

    private final PriorityQueue<Timer> waiting =
            new PriorityQueue<>(
                    Comparator.comparingLong(Timer::dueMs).thenComparingLong(Timer::number));
    private final long startMs = Instant.parse("2030-01-01T00:00:00Z").toEpochMilli();
    private long passedMs;
    private long count;

    @Override
    public synchronized Instant instant() {
        return Instant.ofEpochMilli(startMs + passedMs);
    }

    @Override
    public synchronized long nanoTime() {
        return passedMs * 1_000_000;
    }

    @Override
    public synchronized Task after(long delayMs, Runnable action) {
        var timer = new Timer(passedMs + delayMs, count++, action);
        waiting.add(timer);
        return () -> cancel(timer);
    }

    private synchronized void cancel(Timer timer) {
        waiting.remove(timer);
    }

    /** Whether anything waits for time to pass. */
    public synchronized boolean hasTimers() {
        return !waiting.isEmpty();
    }

    /** Lets time pass and runs what is due, in order. */
    public void pass(long ms) {
        long until = passedMs() + ms;
        for (Timer timer = next(until); timer != null; timer = next(until)) {
            timer.action.run();
        }
        setPassed(until);
    }

    private synchronized long passedMs() {
        return passedMs;
    }

    private synchronized void setPassed(long ms) {
        passedMs = ms;
    }

    private synchronized Timer next(long untilMs) {
        Timer first = waiting.peek();
        if (first == null || first.dueMs > untilMs) {
            return null;
        }
        passedMs = Math.max(passedMs, first.dueMs);
        return waiting.poll();
    }
}
