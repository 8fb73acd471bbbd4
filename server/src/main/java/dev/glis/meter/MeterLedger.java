package dev.glis.meter;

import dev.glis.base.Clock;
import dev.glis.base.Ids;
import dev.glis.base.Timers;
import dev.glis.meter.Counters.Entry;
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
import org.jspecify.annotations.Nullable;

/**
 * The meter on the store.
 *
 * <p>{@link #record} adds to striped counters in memory, which a {@link BatchWriter} brings to the
 * ledger.
 *
 * <p>Usage counts in the hour in which it was drained: that of the last half second of an hour may
 * appear in the next.
 */
public final class MeterLedger implements Meter, AutoCloseable {
    /** The tables of this package. */
    public static final Store.Migrations MIGRATIONS =
            new Store.Migrations("meter", MeterLedger.class, List.of("001_ledger.sql"));

    private final Store store;
    private final Clock clock;
    private final Counters counters = new Counters();
    private final BatchWriter<Entry> writer;

    /**
     * A meter that writes to the store from now on.
     *
     * @param executor starts a virtual thread for each task
     */
    public MeterLedger(Store store, Clock clock, Timers timers, Ids ids, Executor executor) {
        this.store = store;
        this.clock = clock;
        this.writer = new BatchWriter<>(new Counts(), store, clock, timers, ids, executor);
        writer.start();
    }

    @Override
    public void record(String accountId, String resource, Metric metric, long quantity) {
        counters.add(accountId, resource, metric, quantity);
        writer.touch();
    }

    @Override
    public List<Usage> usage(
            String accountId, @Nullable String resource, Instant from, Instant to) {
        return writer.undisturbed(
                unwritten -> {
                    var sums = written(accountId, resource, from, to);
                    addUnwritten(sums, unwritten, accountId, resource, from, to);
                    return sorted(sums);
                });
    }

    /** Writes all that was recorded before this call; blocks. */
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
            return counters.drain(hourOf(clock.instant()), clock.nanoTime());
        }

        @Override
        public void add(Transaction transaction, List<Entry> entries) {
            MeterLedger.add(transaction, entries);
        }
    }

    private static void add(Transaction transaction, List<Entry> entries) {
        var rows = new ArrayList<Object[]>(entries.size());
        for (Entry entry : entries) {
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
            List<Entry> unwritten,
            String accountId,
            @Nullable String resource,
            Instant from,
            Instant to) {
        var waiting =
                new ArrayList<Entry>(counters.peek(hourOf(clock.instant()), clock.nanoTime()));
        waiting.addAll(unwritten);
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
