package dev.glis.apis.usage;

import dev.glis.base.Limits;
import dev.glis.store.Transaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/**
 * The numbers of series. Those that were found in the store are remembered; one that is made just
 * now is not, since its transaction may yet fail. For one thread at a time, which holds the lock of
 * {@link UsageTable}.
 */
final class SeriesTable {
    private static final int REMEMBERED = 100_000;

    /** Much shorter than it takes until a series is unused. */
    private static final Duration REMEMBERED_FOR = Duration.ofDays(1);

    private final Map<Series, Long> known = new HashMap<>();
    private Instant forgetAt = Instant.MIN;

    /**
     * The number of each series, made where it is new. Where an API has as many as it may, it is
     * the number of the series that stands for others.
     */
    Map<Series, Long> numbers(Transaction transaction, Collection<Series> wanted, Instant now) {
        if (known.size() > REMEMBERED || now.isAfter(forgetAt)) {
            known.clear();
            forgetAt = now.plus(REMEMBERED_FOR);
        }
        var numbers = new HashMap<Series, Long>();
        lookUp(transaction, wanted);
        var missing = new ArrayList<Series>();
        for (Series series : wanted) {
            Long number = known.get(series);
            if (number == null) {
                missing.add(series);
            } else {
                numbers.put(series, number);
            }
        }
        if (!missing.isEmpty()) {
            number(transaction, missing, numbers);
        }
        return numbers;
    }

    /** Looks all up anew from now on. */
    void forget() {
        known.clear();
    }

    /** The series that a query is about, by their numbers. */
    static Map<Long, Series> wanted(Transaction transaction, UsageQuery query) {
        var wanted = new HashMap<Long, Series>();
        transaction.query(
                row -> {
                    Series series = series(row);
                    if (query.wants(series)) {
                        wanted.put(row.getLong("series_id"), series);
                    }
                    return true;
                },
                """
                SELECT series_id, account_id, api_id, stage, route, client_id, status
                FROM api_series WHERE account_id = ? AND api_id = ?
                """,
                query.accountId(),
                query.apiId());
        return wanted;
    }

    /** Removes series of which nothing is stored any more. */
    static int deleteUnused(Transaction transaction) {
        return transaction.update(
                """
                DELETE FROM api_series WHERE NOT EXISTS
                    (SELECT FROM api_usage WHERE api_usage.series_id = api_series.series_id)
                """);
    }

    private void number(Transaction transaction, List<Series> missing, Map<Series, Long> numbers) {
        var room = new Room(transaction);
        var places = new HashMap<Series, Series>();
        for (Series series : missing) {
            places.put(series, room.place(series));
        }
        Set<Series> distinct = Set.copyOf(places.values());
        insert(transaction, distinct);
        var made = select(transaction, distinct);
        places.forEach(
                (series, place) -> numbers.put(series, Objects.requireNonNull(made.get(place))));
    }

    private void lookUp(Transaction transaction, Collection<Series> wanted) {
        var unknown = wanted.stream().filter(series -> !known.containsKey(series)).toList();
        if (!unknown.isEmpty()) {
            known.putAll(select(transaction, unknown));
        }
    }

    private static Map<Series, Long> select(Transaction transaction, Collection<Series> wanted) {
        var found = new HashMap<Series, Long>();
        transaction.query(
                row -> {
                    found.put(series(row), row.getLong("series_id"));
                    return true;
                },
                """
                SELECT series_id, account_id, api_id, stage, route, client_id, status
                FROM api_series JOIN unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                    ?::text[]::integer[]) AS wanted (account_id, api_id, stage, route, client_id, status)
                USING (account_id, api_id, stage, route, client_id, status)
                """,
                (Object[]) columns(wanted));
        return found;
    }

    private static Series series(ResultSet row) throws SQLException {
        return new Series(
                row.getString("account_id"),
                row.getString("api_id"),
                row.getString("stage"),
                row.getString("route"),
                row.getString("client_id"),
                row.getInt("status"));
    }

    private static void insert(Transaction transaction, Collection<Series> series) {
        transaction.update(
                """
                INSERT INTO api_series (account_id, api_id, stage, route, client_id, status)
                SELECT * FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                    ?::text[]::integer[])
                ON CONFLICT DO NOTHING
                """,
                (Object[]) columns(series));
    }

    private static String[][] columns(Collection<Series> series) {
        return new String[][] {
            column(series, Series::accountId),
            column(series, Series::apiId),
            column(series, Series::stage),
            column(series, Series::route),
            column(series, Series::clientId),
            column(series, one -> Integer.toString(one.status()))
        };
    }

    private static String[] column(Collection<Series> series, Function<Series, String> value) {
        return series.stream().map(value).toArray(String[]::new);
    }

    /** Where new series of APIs find room. */
    private static final class Room {
        private final Transaction transaction;
        private final Map<String, OfApi> apis = new HashMap<>();

        private record OfApi(long[] series, Set<Series> others) {}

        Room(Transaction transaction) {
            this.transaction = transaction;
        }

        Series place(Series series) {
            OfApi api =
                    apis.computeIfAbsent(
                            series.accountId() + "/" + series.apiId(), _ -> count(series));
            if (api.series[0] < Limits.API_USAGE_SERIES.value()) {
                api.series[0]++;
                return series;
            }
            Series other = series.withoutClient();
            if (api.others.contains(other)
                    || api.others.size() < Limits.API_USAGE_OTHER_SERIES.value()) {
                api.others.add(other);
                return other;
            }
            return series.withoutRoute();
        }

        private OfApi count(Series of) {
            long[] series = {
                transaction.one(
                        row -> row.getLong(1),
                        """
                        SELECT count(*) FROM api_series
                        WHERE account_id = ? AND api_id = ? AND client_id <> ?
                        """,
                        of.accountId(),
                        of.apiId(),
                        Series.OTHER)
            };
            var others =
                    transaction.query(
                            SeriesTable::series,
                            """
                            SELECT account_id, api_id, stage, route, client_id, status FROM api_series
                            WHERE account_id = ? AND api_id = ? AND client_id = ?
                            """,
                            of.accountId(),
                            of.apiId(),
                            Series.OTHER);
            return new OfApi(series, new HashSet<>(others));
        }
    }
}
