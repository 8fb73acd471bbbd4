package dev.glis.functions;

import dev.glis.functions.QueueWrite.Accept;
import dev.glis.functions.QueueWrite.Finish;
import dev.glis.functions.QueueWrite.Retry;
import dev.glis.store.Store;
import dev.glis.store.Transaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The SQL of the queue. Calls block. */
final class QueueTable {
    /** Tells the node that works the queue off that there is more for a function. */
    static final String CHANNEL = "functions.queue";

    /** A larger payload is read when its event is run. */
    private static final int READ_AHEAD_BYTES = 8 * 1024;

    private static final String COLUMNS =
            "request_id, account_id, function_arn, qualifier, invoked_arn, client_context,"
                    + " trace_header, accepted_at, due_at, attempts, payload";

    private final Store store;

    QueueTable(Store store) {
        this.store = store;
    }

    /**
     * Makes all changes in one transaction.
     *
     * @param announce whether another node is to be told of new events
     */
    void apply(List<QueueWrite> writes, boolean announce) {
        store.write(
                transaction -> {
                    apply(transaction, writes);
                    if (announce) {
                        functionsOf(writes).forEach(arn -> transaction.notify(CHANNEL, arn));
                    }
                    return writes;
                });
    }

    /** The functions that have events, each with the time at which its earliest is due. */
    List<Due> due() {
        return store.read(
                transaction ->
                        transaction.query(
                                row -> new Due(row.getString(1), instant(row, 2)),
                                """
                                SELECT function_arn, min(due_at) FROM queued_invocations
                                GROUP BY function_arn
                                """));
    }

    /** When the next event of a function is due that is not due yet. */
    Optional<Instant> nextDue(String functionArn, Instant after) {
        return store.read(
                transaction ->
                        transaction.find(
                                row -> instant(row, 1),
                                """
                                SELECT due_at FROM queued_invocations
                                WHERE function_arn = ? AND due_at > ? ORDER BY due_at LIMIT 1
                                """,
                                functionArn,
                                after));
    }

    /** The earliest events of a function that are due; larger ones without their payload. */
    List<QueuedEvent> page(String functionArn, Instant now, int most) {
        return store.read(
                transaction ->
                        transaction.query(
                                QueueTable::event,
                                """
                                SELECT request_id::text, account_id, function_arn, qualifier,
                                    invoked_arn, client_context, trace_header, accepted_at, due_at,
                                    attempts,
                                    CASE WHEN octet_length(payload) <= ? THEN payload END
                                FROM queued_invocations
                                WHERE function_arn = ? AND due_at <= ?
                                ORDER BY due_at, request_id LIMIT ?
                                """,
                                READ_AHEAD_BYTES,
                                functionArn,
                                now,
                                most));
    }

    /** An event's payload; nothing when the event is at its end already. */
    Optional<byte[]> payload(String requestId) {
        return store.read(
                transaction ->
                        transaction.find(
                                row -> row.getBytes(1),
                                "SELECT payload FROM queued_invocations WHERE request_id = ?::uuid",
                                requestId));
    }

    /** A function with events. */
    record Due(String functionArn, Instant earliest) {}

    private static void apply(Transaction transaction, List<QueueWrite> writes) {
        var accepted = new ArrayList<Object[]>();
        var retried = new ArrayList<Object[]>();
        var finished = new ArrayList<Object[]>();
        var followed = new ArrayList<Object[]>();
        for (QueueWrite write : writes) {
            switch (write) {
                case Accept accept -> accepted.add(row(null, accept.event()));
                case Retry retry ->
                        retried.add(
                                new Object[] {retry.dueAt(), retry.attempts(), retry.requestId()});
                case Finish finish when finish.followUp() == null ->
                        finished.add(new Object[] {finish.requestId()});
                case Finish finish -> followed.add(row(finish.requestId(), finish.followUp()));
            }
        }
        batch(
                transaction,
                "INSERT INTO queued_invocations ("
                        + COLUMNS
                        + ") VALUES (?::uuid, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                accepted);
        batch(
                transaction,
                "UPDATE queued_invocations SET due_at = ?, attempts = ? WHERE request_id = ?::uuid",
                retried);
        batch(transaction, "DELETE FROM queued_invocations WHERE request_id = ?::uuid", finished);
        batch(
                transaction,
                "WITH gone AS (DELETE FROM queued_invocations WHERE request_id = ?::uuid"
                        + " RETURNING request_id) INSERT INTO queued_invocations ("
                        + COLUMNS
                        + ") SELECT ?::uuid, ?, ?, ?, ?, ?, ?, ?::timestamptz, ?::timestamptz, ?, ?"
                        + " FROM gone",
                followed);
    }

    private static void batch(Transaction transaction, String sql, List<Object[]> rows) {
        if (!rows.isEmpty()) {
            transaction.batch(sql, rows);
        }
    }

    private static Object[] row(@Nullable String before, @Nullable QueuedEvent event) {
        if (event == null || event.payload() == null) {
            throw new IllegalArgumentException("An event to be stored has a payload");
        }
        var values = new ArrayList<@Nullable Object>();
        if (before != null) {
            values.add(before);
        }
        values.add(event.requestId());
        values.add(event.accountId());
        values.add(event.functionArn());
        values.add(event.qualifier());
        values.add(event.invokedArn());
        values.add(event.clientContext());
        values.add(event.traceHeader());
        values.add(event.acceptedAt());
        values.add(event.dueAt());
        values.add(event.attempts());
        values.add(event.payload());
        return values.toArray();
    }

    private static Set<String> functionsOf(List<QueueWrite> writes) {
        var functions = new LinkedHashSet<String>();
        for (QueueWrite write : writes) {
            switch (write) {
                case Accept accept -> functions.add(accept.event().functionArn());
                case Finish finish when finish.followUp() != null ->
                        functions.add(finish.followUp().functionArn());
                case Retry _, Finish _ -> {}
            }
        }
        return functions;
    }

    private static QueuedEvent event(ResultSet row) throws SQLException {
        return new QueuedEvent(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getString(6),
                row.getString(7),
                instant(row, 8),
                instant(row, 9),
                row.getInt(10),
                row.getBytes(11));
    }

    private static Instant instant(ResultSet row, int column) throws SQLException {
        return row.getTimestamp(column).toInstant();
    }
}
