package dev.glis.apis.usage;

import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Ids;
import dev.glis.base.Limits;
import dev.glis.base.Timers;
import dev.glis.meter.BatchWriter;
import dev.glis.store.Leases;
import dev.glis.store.RepeatedDuty;
import dev.glis.store.Store;
import dev.glis.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * What APIs answered, counted: by stage, route, client and status, over time.
 *
 * <p>{@link #served} adds to sums in memory, which a {@link BatchWriter} brings to the store twice
 * a second; so much is lost at most when the server is killed. Several servers may count the same
 * API: the store adds.
 *
 * <pre>
 *   served --> SeriesCounters --each half second--> minutes --after a day--> hours
 *                                                    --after 35 days--> days --after 730--> (gone)
 * </pre>
 *
 * <p>So a series takes at most 1,440 + 60 + 840 + 24 + 730 rows of some hundred bytes, however
 * often it is called. How many series an API may have is limited; what goes beyond counts under the
 * client, and then also the route, {@code (other)}.
 *
 * <p>A call counts in the minute in which it was drained, not in which it came.
 */
public final class ApiUsage implements Traffic, AutoCloseable {
    /** The tables of this package. */
    public static final Store.Migrations MIGRATIONS =
            new Store.Migrations(
                    "api-usage", ApiUsage.class, List.of("001_usage.sql", "002_responses.sql"));

    private static final long ROLL_UP_EVERY_MS = Duration.ofMinutes(15).toMillis();

    private final Store store;
    private final Clock clock;
    private final SeriesCounters counters = new SeriesCounters();
    private final SeriesTable series = new SeriesTable();
    private final UsageTable table = new UsageTable();
    private final BatchWriter<Sum> writer;
    private final Leases.Duty upkeep;

    private record Sum(Instant minute, Series series, Totals totals) {}

    private record Group(Instant time, Map<UsageDimension, String> values) {}

    /**
     * Usage that is written to the store from now on.
     *
     * @param executor starts a virtual thread for each task
     */
    public ApiUsage(Store store, Clock clock, Timers timers, Ids ids, Executor executor) {
        this.store = store;
        this.clock = clock;
        this.writer = new BatchWriter<>(new Counts(), store, clock, timers, ids, executor);
        this.upkeep =
                new RepeatedDuty(
                        "moving API usage to longer steps",
                        ROLL_UP_EVERY_MS,
                        this::rollUp,
                        timers,
                        executor);
        writer.start();
    }

    @Override
    public void served(Served response) {
        counters.add(response);
        writer.touch();
    }

    /** What one server of all does: makes old usage coarser, and removes the oldest. */
    public Leases.Duty upkeep() {
        return upkeep;
    }

    /**
     * Sums in the order of time and group, of all calls that were served before; blocks.
     *
     * <p>Older usage is no finer than it is kept: an hour's or a day's counts at its beginning.
     */
    public List<UsageRow> query(UsageQuery query) {
        flush();
        var sums = new HashMap<Group, UsageSum>();
        table.read(store, query, (of, sum) -> add(sums, query, of, sum));
        var rows = new ArrayList<UsageRow>(sums.size());
        sums.forEach((group, sum) -> rows.add(sum.row(group.time, group.values)));
        rows.sort(ORDER);
        return rows;
    }

    /** Removes all that was counted of an API; blocks. */
    public void delete(String apiId) {
        flush();
        writer.undisturbed(
                _ -> {
                    store.write(
                            transaction -> {
                                UsageTable.lock(transaction);
                                UsageTable.delete(transaction, apiId);
                                return apiId;
                            });
                    series.forget();
                    return apiId;
                });
    }

    /** Writes all that was counted before this call; blocks. */
    void flush() {
        writer.flush();
    }

    /** Makes old usage coarser; blocks. */
    void rollUp() {
        Instant now = clock.instant();
        for (UsageStep step : UsageStep.values()) {
            table.rollUp(store, step, now);
        }
        store.write(
                transaction -> {
                    UsageTable.lock(transaction);
                    return SeriesTable.deleteUnused(transaction);
                });
    }

    @Override
    public void close() {
        writer.close();
    }

    private static void add(
            Map<Group, UsageSum> sums,
            UsageQuery query,
            Series of,
            Map.Entry<Instant, Totals> sum) {
        var values = new EnumMap<UsageDimension, String>(UsageDimension.class);
        for (UsageDimension dimension : query.by()) {
            values.put(dimension, of.value(dimension));
        }
        var group = new Group(query.rowOf(sum.getKey()), values);
        sums.computeIfAbsent(group, _ -> new UsageSum()).add(of.status(), sum.getValue());
        if (sums.size() > Limits.API_USAGE_ROWS.value()) {
            throw new Fault(
                    Fault.Kind.INVALID,
                    "too-much-usage",
                    "The answer would have more than "
                            + Limits.API_USAGE_ROWS.value()
                            + " rows; ask for a shorter time, a longer step or fewer groups");
        }
    }

    private static final Comparator<UsageRow> ORDER =
            Comparator.comparing(UsageRow::time)
                    .thenComparing(row -> String.join("\n", row.group().values()));

    /** The counters, as their writer sees them. */
    private final class Counts implements BatchWriter.Counts<Sum> {
        @Override
        public List<Sum> drain() {
            Instant minute = UsageStep.MINUTE.beginning(clock.instant());
            var sums = new ArrayList<Sum>();
            counters.drain().forEach((of, totals) -> sums.add(new Sum(minute, of, totals)));
            return sums;
        }

        @Override
        public void add(Transaction transaction, List<Sum> sums) {
            UsageTable.lock(transaction);
            Instant minute = sums.getFirst().minute;
            var numbers =
                    series.numbers(transaction, sums.stream().map(Sum::series).toList(), minute);
            var byNumber = new HashMap<Long, Totals>();
            for (Sum sum : sums) {
                byNumber.computeIfAbsent(numbers.get(sum.series), _ -> new Totals())
                        .add(sum.totals);
            }
            table.add(transaction, minute, byNumber);
        }
    }
}
