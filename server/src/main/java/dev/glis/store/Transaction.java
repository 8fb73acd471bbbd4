package dev.glis.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * SQL inside one transaction. Parameters are {@code ?}: strings, numbers, booleans, byte arrays,
 * {@link java.time.Instant}, {@link Jsonb}, arrays of strings and null. Failures come as {@link
 * dev.glis.base.Fault} or, for a broken unique constraint, as {@link DuplicateKey}. After a failure
 * the transaction cannot go on: let the exception out, and catch it around {@link Store#write}.
 * Where a duplicate is not a failure, say {@code ON CONFLICT DO NOTHING}.
 */
public interface Transaction {
    /** Runs a statement and returns how many rows it changed. */
    int update(String sql, @Nullable Object... parameters);

    /** Runs one statement with many sets of parameters. */
    void batch(String sql, List<? extends @Nullable Object[]> parameterSets);

    <T> List<T> query(RowMapper<T> mapper, String sql, @Nullable Object... parameters);

    /** The only row, or nothing; more than one is a defect. */
    <T> Optional<T> find(RowMapper<T> mapper, String sql, @Nullable Object... parameters);

    /** The only row; none or more than one is a defect. */
    <T> T one(RowMapper<T> mapper, String sql, @Nullable Object... parameters);

    /** Tells the listeners of this channel, on all nodes, if and when this commits. */
    void notify(String channel, String text);

    /**
     * Appends an event to a source's ordered change feed, atomically with this transaction.
     *
     * @param source such as {@code function:<arn>}
     * @param json the event
     */
    void append(String source, String json);

    /** Waits for, then holds until commit, a lock of this name; one holder in the whole cluster. */
    void lock(String name);

    /** Reads one row. */
    interface RowMapper<T> {
        T map(ResultSet row) throws SQLException;
    }

    /** JSON, as text, for a column of binary JSON. */
    record Jsonb(String json) {}

    /** A unique constraint was broken. */
    final class DuplicateKey extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final String constraint;

        DuplicateKey(String constraint, Throwable cause) {
            super("Duplicate key: " + constraint, cause);
            this.constraint = constraint;
        }

        public String constraint() {
            return constraint;
        }
    }
}
