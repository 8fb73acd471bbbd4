package dev.glis.meter;

import dev.glis.base.Clock;
import dev.glis.base.Ids;
import dev.glis.base.Timers;
import dev.glis.meter.Batch.Entry;
import dev.glis.store.Store;
import dev.glis.store.Transaction;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The meter on the store.
 *
 * <p>{@link #record} adds to striped counters in memory. Twice a second a timer looks whether there
 * is anything to write and, if so, has a virtual thread drain the counters into a batch and add the
 * batch to the ledger in one transaction. What was recorded is therefore durable about half a
 * second later, and at most that much is lost by a crash; {@link #close} writes the rest.
 *
 * <p>A batch that cannot be written is kept as it is and tried again at the next turn; what is
 * recorded meanwhile waits in the counters. Each batch carries this writer's name and a sequence
 * number that is stored with it, so that a batch whose commit was answered by a broken connection
 * is not added twice.
 *
 * <p>Usage counts in the hour in which it was drained: that of the last half second of an hour may
 * appear in the next.
 */
public final class MeterLedger implements Meter, AutoCloseable {
    /** The tables of this package. */
    public static final Store.Migrations MIGRATIONS =
            new Store.Migrations("meter", MeterLedger.class, List.of("001_ledger.sql"));

    private static final System.Logger LOG = System.getLogger(MeterLedger.class.getName());
    private static final long FLUSH_EVERY_MS = 500;
    private static final int WRITERS_KEPT_DAYS = 2;

    private final Store store;
    private final Clock clock;
    private final Timers timers;
    private final Executor executor;
    private final String writer;
    private final Counters counters = new Counters();
    private final AtomicBoolean flushing = new AtomicBoolean();

    /** Held while a batch is drained and written, and by readers, who must see each once. */
    private final ReentrantLock ledger = new ReentrantLock();

    private @Nullable Batch unwritten;
    private long sequence;
    private volatile boolean closed;

    /**
     * A meter that writes to the store from now on.
     *
     * @param executor starts a virtual thread for each task
     */
    public MeterLedger(Store store, Clock clock, Timers timers, Ids ids, Executor executor) {
        this.store = store;
        this.clock = clock;
        this.timers = timers;
        this.executor = executor;
        this.writer = ids.uuid();
        scheduleTurn();
    }

    @Override
    public void record(String accountId, String resource, Metric metric, long quantity) {
        counters.add(accountId, resource, metric, quantity);
    }

    @Override
    public List<Usage> usage(
            String accountId, @Nullable String resource, Instant from, Instant to) {
        ledger.lock();
        try {
            var sums = written(accountId, resource, from, to);
            addUnwritten(sums, accountId, resource, from, to);
            return sorted(sums);
        } finally {
            ledger.unlock();
        }
    }

    /** Writes all that was recorded before this call; blocks. */
    void flush() {
        ledger.lock();
        try {
            if (unwritten != null) {
                write(unwritten);
            }
            drain();
            if (unwritten != null) {
                write(unwritten);
            }
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
        if (counters.touched() && flushing.compareAndSet(false, true)) {
            executor.execute(this::flushLogged);
        }
        scheduleTurn();
    }

    private void flushLogged() {
        try {
            flush();
        } catch (RuntimeException e) {
            counters.touch();
            LOG.log(
                    System.Logger.Level.WARNING,
                    "Usage could not be written; it is kept and will be written later",
                    e);
        } finally {
            flushing.set(false);
        }
    }

    /** Moves the counters into the unwritten batch, unless one is waiting that was tried before. */
    private void drain() {
        if (unwritten != null) {
            return;
        }
        List<Entry> entries = counters.drain(hourOf(clock.instant()), clock.nanoTime());
        if (!entries.isEmpty()) {
            unwritten = new Batch(++sequence, entries);
        }
    }

    private void write(Batch batch) {
        Instant now = clock.instant();
        store.write(
                transaction -> {
                    if (claim(transaction, batch, now)) {
                        add(transaction, batch);
                    }
                    return batch;
                });
        unwritten = null;
    }

    /** Whether the batch has not been added yet. */
    private boolean claim(Transaction transaction, Batch batch, Instant now) {
        if (batch.sequence() == 1) {
            transaction.update(
                    "DELETE FROM meter_writers WHERE written_at < ?",
                    now.minus(WRITERS_KEPT_DAYS, ChronoUnit.DAYS));
        }
        int changed =
                transaction.update(
                        """
                        INSERT INTO meter_writers (writer, sequence, written_at) VALUES (?, ?, ?)
                        ON CONFLICT (writer) DO UPDATE
                        SET sequence = excluded.sequence, written_at = excluded.written_at
                        WHERE meter_writers.sequence < excluded.sequence
                        """,
                        writer,
                        batch.sequence(),
                        now);
        return changed == 1;
    }

    private static void add(Transaction transaction, Batch batch) {
        var rows = new ArrayList<Object[]>(batch.entries().size());
        for (Entry entry : batch.entries()) {
            rows.add(
                    new Object[] {
                        entry.accountId(),
                        entry.resource(),
                        entry.hour(),
                        entry.metric().name(),
                        entry.quantity()
                    });
        }
        transaction.batch(
                """
                INSERT INTO meter_ledger (account_id, resource, hour, metric, quantity)
                VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (account_id, resource, hour, metric)
                DO UPDATE SET quantity = meter_ledger.quantity + excluded.quantity
                """,
                rows);
    }

    private Map<Usage, Long> written(
            String accountId, @Nullable String resource, Instant from, Instant to) {
        String only = resource == null ? "" : " AND resource = ?";
        Object[] parameters =
                resource == null
                        ? new Object[] {accountId, hourOf(from), to}
                        : new Object[] {accountId, hourOf(from), to, resource};
        List<Usage> rows =
                store.read(
                        transaction ->
                                transaction.query(
                                        row ->
                                                new Usage(
                                                        row.getString(1),
                                                        Metric.valueOf(row.getString(2)),
                                                        row.getTimestamp(3).toInstant(),
                                                        row.getLong(4)),
                                        """
                                        SELECT resource, metric, hour, quantity FROM meter_ledger
                                        WHERE account_id = ? AND hour >= ? AND hour < ?
                                        """
                                                + only,
                                        parameters));
        var sums = new HashMap<Usage, Long>();
        rows.forEach(row -> addTo(sums, row));
        return sums;
    }

    private void addUnwritten(
            Map<Usage, Long> sums,
            String accountId,
            @Nullable String resource,
            Instant from,
            Instant to) {
        var waiting =
                new ArrayList<Entry>(counters.peek(hourOf(clock.instant()), clock.nanoTime()));
        if (unwritten != null) {
            waiting.addAll(unwritten.entries());
        }
        for (Entry entry : waiting) {
            boolean wanted =
                    entry.accountId().equals(accountId)
                            && (resource == null || entry.resource().equals(resource))
                            && !entry.hour().isBefore(hourOf(from))
                            && entry.hour().isBefore(to);
            if (wanted) {
                addTo(sums, entry.usage());
            }
        }
    }

    private static void addTo(Map<Usage, Long> sums, Usage usage) {
        var key = new Usage(usage.resource(), usage.metric(), usage.hour(), 0);
        sums.merge(key, usage.quantity(), Long::sum);
    }

    private static List<Usage> sorted(Map<Usage, Long> sums) {
        var all = new ArrayList<Usage>();
        sums.forEach(
                (key, sum) -> all.add(new Usage(key.resource(), key.metric(), key.hour(), sum)));
        all.sort(
                Comparator.comparing(Usage::resource)
                        .thenComparing(Usage::hour)
                        .thenComparing(Usage::metric));
        return all;
    }

    private static Instant hourOf(Instant time) {
        return time.truncatedTo(ChronoUnit.HOURS);
    }
}
