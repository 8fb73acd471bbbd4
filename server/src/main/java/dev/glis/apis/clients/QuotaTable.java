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

/** The SQL of used quotas, for one writer. */
final class QuotaTable {
    private static final int WRITERS_KEPT_DAYS = 2;
    private static final String COLUMNS = "SELECT client_id, api_id, period, starts, used";

    private final String writer;

    QuotaTable(String writer) {
        this.writer = writer;
    }

    /** What is used of all periods that are not over. */
    static Map<Quotas.Key, Long> current(Transaction transaction, Instant now) {
        var used = new HashMap<Quotas.Key, Long>();
        transaction.query(
                row -> used.put(key(row), row.getLong("used")),
                COLUMNS + " FROM quota_use WHERE ends > ?",
                now);
        return used;
    }

    /** Adds a batch, unless it was added before, and reads what is used now. */
    Map<Quotas.Key, Long> add(Transaction transaction, Quotas.Batch batch, Instant now) {
        if (batch.sequence() == 1) {
            removeOld(transaction, now);
        }
        List<Quotas.Key> keys = List.copyOf(batch.counts().keySet());
        if (claim(transaction, batch, now)) {
            insert(transaction, batch);
        }
        var used = new HashMap<Quotas.Key, Long>();
        transaction.query(
                row -> used.put(key(row), row.getLong("used")),
                COLUMNS
                        + " FROM quota_use JOIN unnest(?, ?, ?, ?) AS key (client, api, kind, start)"
                        + " ON client_id = client AND api_id = api AND period = kind"
                        + " AND starts = start::timestamptz",
                column(keys, Quotas.Key::clientId),
                column(keys, Quotas.Key::apiId),
                column(keys, key -> key.period().name()),
                column(keys, key -> key.starts().toString()));
        return used;
    }

    private void removeOld(Transaction transaction, Instant now) {
        Instant before = now.minus(WRITERS_KEPT_DAYS, ChronoUnit.DAYS);
        transaction.update("DELETE FROM quota_writer WHERE written_at < ?", before);
        transaction.update("DELETE FROM quota_use WHERE ends < ?", before);
    }

    private boolean claim(Transaction transaction, Quotas.Batch batch, Instant now) {
        return transaction.update(
                        """
                        INSERT INTO quota_writer (writer, sequence, written_at) VALUES (?, ?, ?)
                        ON CONFLICT (writer) DO UPDATE
                        SET sequence = excluded.sequence, written_at = excluded.written_at
                        WHERE quota_writer.sequence < excluded.sequence
                        """,
                        writer,
                        batch.sequence(),
                        now)
                == 1;
    }

    private static void insert(Transaction transaction, Quotas.Batch batch) {
        transaction.batch(
                """
                INSERT INTO quota_use (client_id, api_id, period, starts, ends, used)
                VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (client_id, api_id, period, starts)
                DO UPDATE SET used = quota_use.used + excluded.used
                """,
                batch.counts().entrySet().stream()
                        .map(
                                each ->
                                        new Object[] {
                                            each.getKey().clientId(),
                                            each.getKey().apiId(),
                                            each.getKey().period().name(),
                                            each.getKey().starts(),
                                            each.getKey().period().end(each.getKey().starts()),
                                            each.getValue()
                                        })
                        .toList());
    }

    private static String[] column(List<Quotas.Key> keys, Function<Quotas.Key, String> value) {
        return keys.stream().map(value).toArray(String[]::new);
    }

    private static Quotas.Key key(ResultSet row) throws SQLException {
        return new Quotas.Key(
                Rows.text(row, "client_id"),
                Rows.text(row, "api_id"),
                Period.valueOf(Rows.text(row, "period")),
                Rows.instant(row, "starts"));
    }
}
