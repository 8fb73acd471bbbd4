package dev.glis.apis.clients;

import dev.glis.apis.clients.Quota.Period;
import dev.glis.store.Rows;
import dev.glis.store.Transaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The SQL of used quotas. */
final class QuotaTable {
    private static final int KEPT_DAYS = 2;
    private static final String COLUMNS = "SELECT client_id, api_id, period, starts, used";

    private QuotaTable() {}

    /** What is used of all periods that are not over. */
    static Map<Quotas.Key, Long> current(Transaction transaction, Instant now) {
        var used = new HashMap<Quotas.Key, Long>();
        transaction.query(
                row -> used.put(key(row), row.getLong("used")),
                COLUMNS + " FROM quota_use WHERE ends > ?",
                now);
        return used;
    }

    /** Adds to what is used. */
    static void add(Transaction transaction, List<Quotas.Entry> entries, Instant now) {
        transaction.update(
                "DELETE FROM quota_use WHERE ends < ?", now.minus(KEPT_DAYS, ChronoUnit.DAYS));
        transaction.batch(
                """
                INSERT INTO quota_use (client_id, api_id, period, starts, ends, used)
                VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (client_id, api_id, period, starts)
                DO UPDATE SET used = quota_use.used + excluded.used
                """,
                entries.stream().map(QuotaTable::row).toList());
    }

    /** What is used now of the same as in these entries. */
    static Map<Quotas.Key, Long> used(Transaction transaction, List<Quotas.Entry> entries) {
        var used = new HashMap<Quotas.Key, Long>();
        transaction.query(
                row -> used.put(key(row), row.getLong("used")),
                COLUMNS
                        + " FROM quota_use JOIN unnest(?, ?, ?, ?) AS key (client, api, kind, start)"
                        + " ON client_id = client AND api_id = api AND period = kind"
                        + " AND starts = start::timestamptz",
                column(entries, Quotas.Key::clientId),
                column(entries, Quotas.Key::apiId),
                column(entries, key -> key.period().name()),
                column(entries, key -> key.starts().toString()));
        return used;
    }

    private static Object[] row(Quotas.Entry entry) {
        Quotas.Key key = entry.key();
        return new Object[] {
            key.clientId(),
            key.apiId(),
            key.period().name(),
            key.starts(),
            key.period().end(key.starts()),
            entry.count()
        };
    }

    private static String[] column(List<Quotas.Entry> entries, Function<Quotas.Key, String> value) {
        return entries.stream().map(Quotas.Entry::key).map(value).toArray(String[]::new);
    }

    private static Quotas.Key key(ResultSet row) throws SQLException {
        return new Quotas.Key(
                Rows.text(row, "client_id"),
                Rows.text(row, "api_id"),
                Period.valueOf(Rows.text(row, "period")),
                Rows.instant(row, "starts"));
    }
}
