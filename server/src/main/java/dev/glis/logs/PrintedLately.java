package dev.glis.logs;

import dev.glis.base.Limits;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What functions have printed in this tenth of a second: whoever prints {@link
 * Limits#LOG_PRINTED_BYTES} waits for the next, so that printing without end does not keep the
 * store busy. The lines that the engine adds to each call do not count.
 *
 * <p>Safe for use by any thread.
 */
final class PrintedLately {
    private static final long WINDOW_MS = 100;

    private volatile Window window = new Window(0, new ConcurrentHashMap<>());

    private record Window(long number, ConcurrentHashMap<String, AtomicLong> bytes) {}

    /** Counts what a group has printed, and says whether it may go on. */
    boolean mayGoOn(String group, Instant time, long bytes) {
        return at(time).bytes.computeIfAbsent(group, _ -> new AtomicLong()).addAndGet(bytes)
                < Limits.LOG_PRINTED_BYTES.value();
    }

    /** Two threads may both begin the same one: what one of them counted is lost then. */
    private Window at(Instant time) {
        long number = time.toEpochMilli() / WINDOW_MS;
        Window latest = window;
        if (latest.number == number) {
            return latest;
        }
        var next = new Window(number, new ConcurrentHashMap<>());
        window = next;
        return next;
    }
}
