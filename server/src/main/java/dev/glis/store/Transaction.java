package dev.glis.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * SQL inside one transaction. Parameters are {@code ?}: strings, numbers, booleans, byte arrays,
 * {@link java.time.Instant}, {@link Jsonb} and null. Failures come as {@link dev.glis.base.Fault}
 * or, for a broken unique constraint, as {@link DuplicateKey}.
 */
public interface Transaction {
    /** Runs a statement and returns how many rows it changed. */
    int update(String sql, Object... parameters);

    /** Runs one statement with many sets of parameters. */
    void batch(String sql, List<Object[]> parameterSets);

    <T> List<T> query(RowMapper<T> mapper, String sql, Object... parameters);

    /** The only row, or nothing; more than one is a defect. */
    <T> Optional<T> find(RowMapper<T> mapper, String sql, Object... parameters);

    /** The only row; none or more than one is a defect. */
    <T> T one(RowMapper<T> mapper, String sql, Object... parameters);

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
