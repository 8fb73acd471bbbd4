package dev.glis.store;

import dev.glis.base.Fault;
import dev.glis.base.Limits;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PGobject;

/** One attempt at a transaction on one connection; used by the thread that runs the work. */
final class JdbcTransaction implements Transaction {
    private static final int MOST_ROWS_OF_ONE = 2;

    private static final String BEGIN_READING =
            "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY";
    private static final System.Logger LOG = System.getLogger(JdbcTransaction.class.getName());

    private final Connection connection;
    private final Notifications notifications;
    private final boolean reading;
    private final SortedMap<String, List<String>> appended = new TreeMap<>();
    private final List<Notifications.Notice> notices = new ArrayList<>();
    private SqlFailures.Retry retry = SqlFailures.Retry.NEVER;
    private @Nullable RuntimeException failure;

    private JdbcTransaction(Connection connection, Notifications notifications, boolean reading) {
        this.connection = connection;
        this.notifications = notifications;
        this.reading = reading;
    }

    static JdbcTransaction writing(Connection connection, Notifications notifications) {
        return new JdbcTransaction(connection, notifications, false);
    }

    static JdbcTransaction reading(Connection connection, Notifications notifications) {
        return new JdbcTransaction(connection, notifications, true);
    }

    /** Nothing for a write: the driver sends BEGIN together with the first statement. */
    void begin() {
        if (reading) {
            update(BEGIN_READING);
        }
    }

    /** Whether and how a failure that came out of the work allows another attempt. */
    SqlFailures.Retry retry() {
        return retry;
    }

    /**
     * Refuses the commit of a transaction that PostgreSQL has given up, though the work went on as
     * if nothing had happened; then writes what was put off to the end. Events get their positions
     * under a lock of their source's row that is held until commit; taken last, the locks are held
     * briefly, and taken in the order of names, they cannot deadlock among each other.
     */
    void beforeCommit() {
        if (failure != null) {
            throw failure;
        }
        appended.forEach(
                (source, events) -> {
                    FeedChanges.write(this, source, events);
                    notices.add(new Notifications.Notice(FeedChanges.CHANNEL, source));
                });
        notifications.beforeCommit(this, notices);
    }

    /** Commits; when this returns, the commit is on disk and the listeners will be told. */
    void commit() throws TakeUpAgain {
        try {
            connection.commit();
        } catch (SQLException e) {
            rollback();
            throw commitFailed(e);
        }
        notifications.afterCommit(notices);
    }

    private RuntimeException commitFailed(SQLException e) throws TakeUpAgain {
        return switch (SqlFailures.retry(e)) {
            case CONFLICT -> throw new TakeUpAgain(SqlFailures.Retry.CONFLICT, failed(e));
            case CONNECTION -> {
                notifications.afterCommit(notices);
                yield SqlFailures.unknownOutcome(e);
            }
            case NEVER -> SqlFailures.translate(e);
        };
    }

    /** Undoes everything; a connection that cannot even do that is given up by the pool. */
    void rollback() {
        try {
            connection.rollback();
        } catch (SQLException e) {
            LOG.log(System.Logger.Level.DEBUG, "Rolling back failed", e);
        }
    }

    @Override
    public int update(String sql, @Nullable Object... parameters) {
        try (var statement = prepare(sql, parameters)) {
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void batch(String sql, List<? extends @Nullable Object[]> parameterSets) {
        try (var statement = connection.prepareStatement(sql)) {
            for (@Nullable Object[] parameters : parameterSets) {
                bind(statement, parameters);
                statement.addBatch();
            }
            statement.executeBatch();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public <T> List<T> query(RowMapper<T> mapper, String sql, @Nullable Object... parameters) {
        return rows(mapper, 0, sql, parameters);
    }

    @Override
    public <T> Optional<T> find(RowMapper<T> mapper, String sql, @Nullable Object... parameters) {
        List<T> rows = rows(mapper, MOST_ROWS_OF_ONE, sql, parameters);
        if (rows.size() > 1) {
            throw new IllegalStateException("More than one row for: " + sql);
        }
        return rows.stream().findFirst();
    }

    @Override
    public <T> T one(RowMapper<T> mapper, String sql, @Nullable Object... parameters) {
        return find(mapper, sql, parameters)
                .orElseThrow(() -> new IllegalStateException("No row for: " + sql));
    }

    @Override
    public void notify(String channel, String text) {
        checkWriting();
        int bytes = (channel + text).getBytes(StandardCharsets.UTF_8).length;
        if (bytes > Limits.STORE_NOTIFICATION_BYTES.value()) {
            throw new IllegalArgumentException("Too long for a notification: " + bytes + " bytes");
        }
        notices.add(new Notifications.Notice(channel, text));
    }

    @Override
    public void append(String source, String json) {
        checkWriting();
        appended.computeIfAbsent(source, ignored -> new ArrayList<>()).add(json);
    }

    @Override
    public void lock(String name) {
        query(row -> true, "SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", name);
    }

    private void checkWriting() {
        if (reading) {
            throw new IllegalStateException("Nothing can be written in Store.read");
        }
    }

    /** Runs many statements in one text, without parameters. */
    void script(String sql) {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private <T> List<T> rows(
            RowMapper<T> mapper, int most, String sql, @Nullable Object... parameters) {
        try (var statement = prepare(sql, parameters)) {
            statement.setMaxRows(most);
            try (ResultSet result = statement.executeQuery()) {
                var rows = new ArrayList<T>();
                while (result.next()) {
                    rows.add(mapper.map(result));
                }
                return rows;
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private RuntimeException failed(SQLException e) {
        SqlFailures.Retry found = SqlFailures.retry(e);
        if (found != SqlFailures.Retry.NEVER) {
            retry = found;
        }
        RuntimeException meaning = SqlFailures.translate(e);
        failure = meaning;
        return meaning;
    }

    private PreparedStatement prepare(String sql, @Nullable Object... parameters)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            bind(statement, parameters);
            return statement;
        } catch (SQLException | RuntimeException e) {
            statement.close();
            throw e;
        }
    }

    private void bind(PreparedStatement statement, @Nullable Object... parameters)
            throws SQLException {
        for (int i = 0; i < parameters.length; i++) {
            bind(statement, i + 1, parameters[i]);
        }
    }

    private void bind(PreparedStatement statement, int index, @Nullable Object value)
            throws SQLException {
        switch (value) {
            case null -> statement.setNull(index, Types.NULL);
            case String text -> statement.setString(index, text);
            case Boolean flag -> statement.setBoolean(index, flag);
            case Number number -> statement.setObject(index, number);
            case byte[] bytes -> statement.setBytes(index, bytes);
            case Instant time -> statement.setObject(index, time.atOffset(ZoneOffset.UTC));
            case Jsonb json -> statement.setObject(index, jsonb(json.json()));
            case String[] texts ->
                    statement.setArray(index, connection.createArrayOf("text", texts));
            default ->
                    throw Fault.internal(
                            "Not a parameter the store knows",
                            new IllegalArgumentException(value.getClass().getName()));
        }
    }

    private static PGobject jsonb(String json) throws SQLException {
        var object = new PGobject();
        object.setType("jsonb");
        object.setValue(json);
        return object;
    }
}
