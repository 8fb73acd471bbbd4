package dev.glis.apis.usage;

import dev.glis.store.Rows;
import dev.glis.store.Store;
import dev.glis.store.Transaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The SQL of usage. Calls block. Whoever writes holds one lock in the whole cluster, because adding
 * to a histogram is reading and writing it.
 */
final class UsageTable {
    private static final String LOCK = "api-usage";
    private static final int ROWS_AT_ONCE = 5_000;

    /** So much is read at once, so that memory is bounded. */
    private static final int STEPS_AT_ONCE = 60;

    private static final int SERIES_AT_ONCE = 1_000;

    private static final String SUMS =
            "calls, request_bytes, response_bytes, total_us, wait_us, initialisation_us,"
                    + " backend_us, latencies";

    /** Where sums are stored. */
    record Place(long seriesId, Instant time) {}

    private record Stored(Place place, Totals totals) {}

    /** Adds sums of one minute. */
    void add(Transaction transaction, Instant minute, Map<Long, Totals> sums) {
        var added = new HashMap<Place, Totals>();
        sums.forEach((seriesId, totals) -> added.put(new Place(seriesId, minute), totals));
        add(transaction, UsageStep.MINUTE, added);
    }

    static void lock(Transaction transaction) {
        transaction.lock(LOCK);
    }

    /** Moves what is old to the next step, or removes it, bit by bit. */
    void rollUp(Store store, UsageStep step, Instant now) {
        while (store.write(transaction -> rollUpSome(transaction, step, now)) == ROWS_AT_ONCE) {
            // there may be more
        }
    }

    /** Hands out all sums of these series between two times. */
    void read(
            Store store,
            UsageQuery query,
            BiConsumer<Series, Map.Entry<Instant, Totals>> consumer) {
        store.read(
                transaction -> {
                    for (var part : parts(SeriesTable.wanted(transaction, query))) {
                        for (UsageStep step : UsageStep.values()) {
                            read(transaction, step, query, part, consumer);
                        }
                    }
                    return query;
                });
    }

    private static Collection<Map<Long, Series>> parts(Map<Long, Series> series) {
        var parts = new HashMap<Long, Map<Long, Series>>();
        series.forEach(
                (number, of) ->
                        parts.computeIfAbsent(
                                        number % (1 + series.size() / SERIES_AT_ONCE),
                                        _ -> new HashMap<>())
                                .put(number, of));
        return parts.values();
    }

    /** Removes all that belongs to an API. */
    static void delete(Transaction transaction, String apiId) {
        transaction.update(
                """
                DELETE FROM api_usage WHERE series_id IN
                    (SELECT series_id FROM api_series WHERE api_id = ?)
                """,
                apiId);
        transaction.update("DELETE FROM api_series WHERE api_id = ?", apiId);
    }

    private static int rollUpSome(Transaction transaction, UsageStep step, Instant now) {
        lock(transaction);
        List<Stored> old =
                transaction.query(
                        UsageTable::stored,
                        """
                        DELETE FROM api_usage WHERE (series_id, step, time) IN (
                            SELECT series_id, step, time FROM api_usage
                            WHERE step = ? AND time < ? ORDER BY time LIMIT ?)
                        RETURNING series_id, time,\s"""
                                + SUMS,
                        step.number(),
                        step.oldBefore(now),
                        ROWS_AT_ONCE);
        UsageStep next = step.next();
        if (next != null) {
            add(transaction, next, coarser(old, next));
        }
        return old.size();
    }

    private static Map<Place, Totals> coarser(List<Stored> old, UsageStep step) {
        var sums = new HashMap<Place, Totals>();
        for (Stored row : old) {
            var place = new Place(row.place.seriesId, step.beginning(row.place.time));
            sums.computeIfAbsent(place, _ -> new Totals()).add(row.totals);
        }
        return sums;
    }

    private static void add(Transaction transaction, UsageStep step, Map<Place, Totals> sums) {
        var rows = new ArrayList<Object[]>(sums.size());
        var before = existing(transaction, step, sums);
        sums.forEach(
                (place, totals) -> {
                    var sum = new Totals();
                    sum.add(totals);
                    Totals earlier = before.get(place);
                    if (earlier != null) {
                        sum.add(earlier);
                    }
                    rows.add(row(step, place, sum));
                });
        transaction.batch(
                """
                INSERT INTO api_usage (series_id, step, time, calls, request_bytes, response_bytes,
                    total_us, wait_us, initialisation_us, backend_us, latencies)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (series_id, step, time) DO UPDATE SET
                    calls = excluded.calls,
                    request_bytes = excluded.request_bytes,
                    response_bytes = excluded.response_bytes,
                    total_us = excluded.total_us,
                    wait_us = excluded.wait_us,
                    initialisation_us = excluded.initialisation_us,
                    backend_us = excluded.backend_us,
                    latencies = excluded.latencies
                """,
                rows);
    }

    private static Map<Place, Totals> existing(
            Transaction transaction, UsageStep step, Map<Place, Totals> sums) {
        var byTime = new HashMap<Instant, List<Long>>();
        for (Place place : sums.keySet()) {
            byTime.computeIfAbsent(place.time, _ -> new ArrayList<>()).add(place.seriesId);
        }
        var found = new HashMap<Place, Totals>();
        byTime.forEach(
                (time, seriesIds) ->
                        transaction
                                .query(
                                        UsageTable::stored,
                                        "SELECT series_id, time, "
                                                + SUMS
                                                + " FROM api_usage WHERE step = ? AND time = ?"
                                                + " AND series_id = ANY(ARRAY(SELECT unnest(?::text[])::bigint))",
                                        step.number(),
                                        time,
                                        numbers(seriesIds))
                                .forEach(row -> found.put(row.place, row.totals)));
        return found;
    }

    private static void read(
            Transaction transaction,
            UsageStep step,
            UsageQuery query,
            Map<Long, Series> series,
            BiConsumer<Series, Map.Entry<Instant, Totals>> consumer) {
        Duration window = step.length().multipliedBy(STEPS_AT_ONCE);
        Instant from = first(transaction, step, query.from());
        while (from != null && from.isBefore(query.to())) {
            Instant end = from.plus(window);
            Instant to = end.isBefore(query.to()) ? end : query.to();
            readWindow(transaction, step, from, to, series, consumer);
            from = end;
        }
    }

    /** The earliest that is stored and reaches into the time; null when there is none. */
    private static @Nullable Instant first(Transaction transaction, UsageStep step, Instant from) {
        return transaction
                .find(
                        row -> Rows.instant(row, "time"),
                        """
                        SELECT time FROM api_usage WHERE step = ? AND time >= ?
                        ORDER BY time LIMIT 1
                        """,
                        step.number(),
                        step.beginning(from))
                .orElse(null);
    }

    private static void readWindow(
            Transaction transaction,
            UsageStep step,
            Instant from,
            Instant to,
            Map<Long, Series> series,
            BiConsumer<Series, Map.Entry<Instant, Totals>> consumer) {
        transaction.query(
                row -> {
                    Stored stored = stored(row);
                    Series of = Objects.requireNonNull(series.get(stored.place.seriesId));
                    consumer.accept(of, Map.entry(stored.place.time, stored.totals));
                    return true;
                },
                "SELECT series_id, time, "
                        + SUMS
                        + " FROM api_usage WHERE step = ? AND time >= ? AND time < ?"
                        + " AND series_id = ANY(ARRAY(SELECT unnest(?::text[])::bigint))",
                step.number(),
                from,
                to,
                numbers(series.keySet()));
    }

    private static String[] numbers(Collection<Long> seriesIds) {
        return seriesIds.stream().map(String::valueOf).toArray(String[]::new);
    }

    private static Stored stored(ResultSet row) throws SQLException {
        return new Stored(
                new Place(row.getLong("series_id"), Rows.instant(row, "time")), totals(row));
    }

    private static Totals totals(ResultSet row) throws SQLException {
        return new Totals(
                row.getLong("calls"),
                row.getLong("request_bytes"),
                row.getLong("response_bytes"),
                new Served.Latency(
                        row.getLong("total_us"),
                        row.getLong("wait_us"),
                        row.getLong("initialisation_us"),
                        row.getLong("backend_us")),
                LatencyHistogram.decode(Rows.bytes(row, "latencies")));
    }

    private static Object[] row(UsageStep step, Place place, Totals totals) {
        Served.Latency sums = totals.sums();
        return new Object[] {
            place.seriesId,
            step.number(),
            place.time,
            totals.calls(),
            totals.requestBytes(),
            totals.responseBytes(),
            sums.totalUs(),
            sums.waitUs(),
            sums.initialisationUs(),
            sums.backendUs(),
            totals.latencies().encode()
        };
    }
}
