package dev.glis.apis.clients;

import dev.glis.apis.clients.Quota.Period;
import dev.glis.base.Clock;
import dev.glis.base.Ids;
import dev.glis.base.Timers;
import dev.glis.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Counts requests against quotas, in memory, and keeps the counts in the store.
 *
 * <p>Twice a second a timer looks whether anything was counted and, if so, has a virtual thread add
 * it to the store and read back what all nodes together have counted. So a count is durable about
 * half a second later, at most that much is lost by a crash, and with several nodes a quota is
 * exceeded by at most what the others let pass meanwhile. At the start the counts of all periods
 * that are not over are read.
 *
 * <p>A batch that cannot be written is kept as it is and tried again. Each carries this writer's
 * name and a number that is stored with it, so that a batch whose commit was answered by a broken
 * connection is not added twice.
 *
 * <p>{@link #count} is for any thread and never waits for the store.
 */
public final class Quotas implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Quotas.class.getName());
    private static final long FLUSH_EVERY_MS = 500;
    private static final Duration LATE = Duration.ofMinutes(1);

    private static final Comparator<Key> ORDER =
            Comparator.comparing(Key::clientId)
                    .thenComparing(Key::apiId)
                    .thenComparing(Key::period)
                    .thenComparing(Key::starts);

    private final Store store;
    private final Clock clock;
    private final Timers timers;
    private final Executor executor;
    private final QuotaTable table;
    private final Map<Key, Counter> counters = new ConcurrentHashMap<>();
    private final Map<Period, Span> spans = new EnumMap<>(Period.class);
    private final AtomicBoolean flushing = new AtomicBoolean();

    /** Held while a batch is made and written. */
    private final ReentrantLock ledger = new ReentrantLock();

    private @Nullable Batch unwritten;
    private long sequence;
    private volatile boolean touched;
    private volatile boolean closed;

    /** Whose requests of which period. */
    record Key(String clientId, String apiId, Period period, Instant starts) {}

    /** What is to be added. */
    record Batch(long sequence, Map<Key, Long> counts) {}

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
        this.timers = timers;
        this.executor = executor;
        this.table = new QuotaTable(ids.uuid());
        for (Period period : Period.values()) {
            spans.put(period, new Span());
        }
        store.read(transaction -> QuotaTable.current(transaction, clock.instant()))
                .forEach((key, used) -> counter(key).stored(used));
        scheduleTurn();
    }

    /** Counts a request unless the quota is used up. */
    Count count(String clientId, String apiId, Quota quota) {
        Instant now = clock.instant();
        Bounds bounds = bounds(quota.period(), now);
        long remaining =
                counter(new Key(clientId, apiId, quota.period(), bounds.starts))
                        .take(quota.requests());
        if (remaining >= 0 && !touched) {
            touched = true;
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
        ledger.lock();
        try {
            if (unwritten != null) {
                write(unwritten);
            }
            touched = false;
            drain();
            if (unwritten != null) {
                write(unwritten);
            }
            forgetPast();
        } finally {
            ledger.unlock();
        }
    }

    @Override
    public void close() {
        closed = true;
        flush();
    }

    private void scheduleTurn() {
        timers.after(FLUSH_EVERY_MS, this::turn);
    }

    private void turn() {
        if (closed) {
            return;
        }
        if (touched && flushing.compareAndSet(false, true)) {
            executor.execute(this::flushLogged);
        }
        scheduleTurn();
    }

    private void flushLogged() {
        try {
            flush();
        } catch (RuntimeException e) {
            touched = true;
            LOG.log(
                    System.Logger.Level.WARNING,
                    "Used quotas could not be written; they are kept and will be written later",
                    e);
        } finally {
            flushing.set(false);
        }
    }

    private void drain() {
        var counts = new TreeMap<Key, Long>(ORDER);
        counters.forEach(
                (key, counter) -> {
                    long count = counter.drain();
                    if (count > 0) {
                        counts.put(key, count);
                    }
                });
        if (!counts.isEmpty()) {
            unwritten = new Batch(++sequence, counts);
        }
    }

    private void write(Batch batch) {
        Instant now = clock.instant();
        Map<Key, Long> totals = store.write(transaction -> table.add(transaction, batch, now));
        unwritten = null;
        totals.forEach((key, total) -> counter(key).stored(total));
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

        /** Of this node, in the batch that is being written. */
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
            drained = pending;
            pending = 0;
            return drained;
        }

        synchronized void stored(long total) {
            stored = total;
            drained = 0;
        }
    }
}
