package dev.glis.apis.clients;

import dev.glis.apis.clients.Quota.Period;
import dev.glis.base.Clock;
import dev.glis.base.Ids;
import dev.glis.base.Timers;
import dev.glis.meter.BatchWriter;
import dev.glis.store.Store;
import dev.glis.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Counts requests against quotas, in memory, and keeps the counts in the store.
 *
 * <p>A {@link BatchWriter} adds them to the store twice a second; then what all nodes together have
 * counted is read back. So with several nodes a quota is exceeded by at most what the others let
 * pass in about half a second. At the start the counts of all periods that are not over are read.
 *
 * <p>{@link #count} is for any thread and never waits for the store.
 */
public final class Quotas implements AutoCloseable {
    private static final Duration LATE = Duration.ofMinutes(1);

    /** The same for all nodes, so that they do not wait for each other in a circle. */
    private static final Comparator<Entry> ORDER =
            Comparator.comparing(
                    Entry::key,
                    Comparator.comparing(Key::clientId)
                            .thenComparing(Key::apiId)
                            .thenComparing(Key::period)
                            .thenComparing(Key::starts));

    private final Store store;
    private final Clock clock;
    private final BatchWriter<Entry> writer;
    private final Map<Key, Counter> counters = new ConcurrentHashMap<>();
    private final Map<Period, Span> spans = new EnumMap<>(Period.class);

    /** Whose requests of which period. */
    record Key(String clientId, String apiId, Period period, Instant starts) {}

    /** What is to be added. */
    record Entry(Key key, long count) {}

    /**
     * What became of a request.
     *
     * @param counted false when the quota is used up, and the request must not pass
     * @param remaining how many more may come
     * @param endsInMs how long the period still lasts
     */
    record Count(
            boolean counted, long remaining, Instant ends, long endsInMs, long periodSeconds) {}

    /** A period that is not over, of which only the latest is of interest. */
    private static final class Span {
        private volatile @Nullable Bounds bounds;

        private Bounds at(Period period, Instant now) {
            Bounds known = bounds;
            if (known == null || now.isBefore(known.starts) || !now.isBefore(known.ends)) {
                known = new Bounds(period.start(now), period.end(now));
                bounds = known;
            }
            return known;
        }
    }

    private record Bounds(Instant starts, Instant ends) {}

    /**
     * Counts from the store and, from now on, of this node.
     *
     * @param executor starts a virtual thread for each task
     */
    public Quotas(Store store, Clock clock, Timers timers, Ids ids, Executor executor) {
        this.store = store;
        this.clock = clock;
        this.writer = new BatchWriter<>(new Counts(), store, clock, timers, ids, executor);
        for (Period period : Period.values()) {
            spans.put(period, new Span());
        }
        store.read(transaction -> QuotaTable.current(transaction, clock.instant()))
                .forEach((key, used) -> counter(key).stored(used));
        writer.start();
    }

    /** Counts a request unless the quota is used up. */
    Count count(String clientId, String apiId, Quota quota) {
        Instant now = clock.instant();
        Bounds bounds = bounds(quota.period(), now);
        long remaining =
                counter(new Key(clientId, apiId, quota.period(), bounds.starts))
                        .take(quota.requests());
        if (remaining >= 0) {
            writer.touch();
        }
        return new Count(
                remaining >= 0,
                Math.max(0, remaining),
                bounds.ends,
                Duration.between(now, bounds.ends).toMillis(),
                Duration.between(bounds.starts, bounds.ends).toSeconds());
    }

    /** How many requests of a client to an API have been counted in this period. */
    public long used(String clientId, String apiId, Period period) {
        Counter counter =
                counters.get(
                        new Key(clientId, apiId, period, bounds(period, clock.instant()).starts));
        return counter == null ? 0 : counter.used();
    }

    /** Writes all that was counted before this call; blocks. */
    void flush() {
        writer.flush();
    }

    @Override
    public void close() {
        writer.close();
    }

    /** The counters, as their writer sees them. */
    private final class Counts implements BatchWriter.Counts<Entry> {
        @Override
        public List<Entry> drain() {
            forgetPast();
            List<Entry> entries = new ArrayList<>();
            counters.forEach(
                    (key, counter) -> {
                        long count = counter.drain();
                        if (count > 0) {
                            entries.add(new Entry(key, count));
                        }
                    });
            entries.sort(ORDER);
            return entries;
        }

        @Override
        public void add(Transaction transaction, List<Entry> entries) {
            QuotaTable.add(transaction, entries, clock.instant());
        }

        @Override
        public void added(List<Entry> entries) {
            store.read(transaction -> QuotaTable.used(transaction, entries))
                    .forEach((key, used) -> counter(key).stored(used));
        }
    }

    /** Nobody adds to a period that is over, but for a request that is just being decided. */
    private void forgetPast() {
        Instant before = clock.instant().minus(LATE);
        List<Key> past = new ArrayList<>();
        for (Key key : counters.keySet()) {
            if (key.period().end(key.starts()).isBefore(before)) {
                past.add(key);
            }
        }
        past.forEach(counters::remove);
    }

    private Counter counter(Key key) {
        Counter known = counters.get(key);
        return known != null ? known : counters.computeIfAbsent(key, ignored -> new Counter());
    }

    private Bounds bounds(Period period, Instant now) {
        return Objects.requireNonNull(spans.get(period)).at(period, now);
    }

    /** The requests of one key. */
    private static final class Counter {
        /** Of all nodes, as last read. */
        private long stored;

        /** Of this node, in batches that may not be in what was read yet. */
        private long drained;

        /** Of this node, since. */
        private long pending;

        /** Counts one and says how many remain; below zero when it was not counted. */
        synchronized long take(long most) {
            long remaining = most - used();
            if (remaining <= 0) {
                return -1;
            }
            pending++;
            return remaining - 1;
        }

        synchronized long used() {
            return stored + drained + pending;
        }

        synchronized long drain() {
            long count = pending;
            drained += count;
            pending = 0;
            return count;
        }

        synchronized void stored(long total) {
            stored = total;
            drained = 0;
        }
    }
}
