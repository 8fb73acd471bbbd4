package dev.glis.store;

import com.zaxxer.hikari.HikariDataSource;
import dev.glis.base.Clock;
import dev.glis.base.Fault;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The store: a PostgreSQL server of our own, or a given one.
 *
 * <p>How a write comes to its end:
 *
 * <pre>
 *   connect --&gt; work --&gt; commit sent --&gt; committed
 *      ^          |            |
 *      |          |            +-- lost the race ------&gt; again
 *      |          |            +-- no answer ----------&gt; outcome unknown, the caller is told so
 *      |          +-- lost the race or the connection -&gt; again
 *      |          +-- anything else -------------------&gt; undone, the caller is told why
 *      +-- no server (it is being started again) ------&gt; again, until the time is up
 * </pre>
 *
 * <p>Calls run on their caller's thread.
 */
public final class PostgresStore implements Store {
    private static final Migrations OWN =
            new Migrations("store", PostgresStore.class, List.of("001_changes_and_leases.sql"));

    private final HikariDataSource pool;
    private final @Nullable EmbeddedPostgres server;
    private final Notifications notifications;
    private final Leases leases;
    private final Changes changes;
    private final Clock clock;

    private PostgresStore(
            Endpoint endpoint, @Nullable EmbeddedPostgres server, boolean shared, Clock clock) {
        this.pool = endpoint.pool();
        this.server = server;
        this.notifications = shared ? new ServerNotifications(endpoint) : new LocalNotifications();
        this.leases = shared ? new TableLeases(this, clock) : new LocalLeases();
        this.changes = new FeedChanges(this);
        this.clock = clock;
    }

    /**
     * Opens the store of a data folder, starting a PostgreSQL server for it that ends with this
     * process.
     *
     * @throws Fault when the folder is in use, cannot be written or was written by another version
     */
    public static PostgresStore embedded(Path dataFolder, Clock clock) {
        return embedded(dataFolder, clock, EmbeddedPostgres.Tuning.NONE);
    }

    static PostgresStore embedded(Path dataFolder, Clock clock, EmbeddedPostgres.Tuning tuning) {
        var server = EmbeddedPostgres.start(dataFolder, clock, tuning);
        var endpoint = Endpoint.socket(server.socket(), "postgres");
        return new PostgresStore(endpoint, server, false, clock).migrated();
    }

    /**
     * Opens a database of a running server, which other nodes may use too.
     *
     * @param address {@code postgresql://user:password@host:port/name?option=value}
     * @throws Fault when the address is malformed or the server cannot be reached
     */
    public static PostgresStore given(String address, Clock clock) {
        var endpoint = Endpoint.of(PostgresAddress.parse(address));
        return new PostgresStore(endpoint, null, true, clock).migrated();
    }

    /** A database of an embedded server that somebody else started and stops. */
    static PostgresStore on(EmbeddedPostgres server, String database, Clock clock) {
        var endpoint = Endpoint.socket(server.socket(), database);
        return new PostgresStore(endpoint, null, false, clock).migrated();
    }

    /** The server of our own, for tests that kill it. */
    @Nullable EmbeddedPostgres server() {
        return server;
    }

    /** The feeds that {@link Transaction#append} writes. */
    public Changes changes() {
        return changes;
    }

    public Leases leases() {
        return leases;
    }

    private PostgresStore migrated() {
        try {
            migrate(List.of(OWN));
            return this;
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    public void migrate(List<Migrations> migrations) {
        new Migrator(this).migrate(migrations);
    }

    @Override
    public <T extends @Nullable Object> T write(Work<T> work) {
        var attempts = new Attempts(clock);
        while (true) {
            try {
                return writeOnce(work);
            } catch (TakeUpAgain e) {
                attempts.next(e);
            }
        }
    }

    @Override
    public <T extends @Nullable Object> T read(Work<T> work) {
        var attempts = new Attempts(clock);
        while (true) {
            try {
                return readOnce(work);
            } catch (TakeUpAgain e) {
                attempts.next(e);
            }
        }
    }

    @Override
    public <T extends @Nullable Object> T look(Work<T> work) {
        var attempts = new Attempts(clock);
        while (true) {
            try {
                return lookOnce(work);
            } catch (TakeUpAgain e) {
                attempts.next(e);
            }
        }
    }

    @Override
    public Handle listen(String channel, Consumer<String> listener) {
        return notifications.listen(channel, listener);
    }

    @Override
    public void close() {
        notifications.close();
        pool.close();
        if (server != null) {
            server.close();
        }
    }

    private <T extends @Nullable Object> T writeOnce(Work<T> work) throws TakeUpAgain {
        try (var connection = connect()) {
            var transaction = JdbcTransaction.writing(connection, notifications);
            T result = run(work, transaction);
            transaction.commit();
            return result;
        } catch (SQLException e) {
            throw SqlFailures.translate(e);
        }
    }

    private <T extends @Nullable Object> T readOnce(Work<T> work) throws TakeUpAgain {
        try (var connection = connect()) {
            var transaction = JdbcTransaction.reading(connection, notifications);
            T result = run(work, transaction);
            transaction.rollback();
            return result;
        } catch (SQLException e) {
            throw SqlFailures.translate(e);
        }
    }

    /** The pool makes the connection one of transactions again. */
    private <T extends @Nullable Object> T lookOnce(Work<T> work) throws TakeUpAgain {
        try (var connection = connect()) {
            connection.setAutoCommit(true);
            return look(work, JdbcTransaction.reading(connection, notifications));
        } catch (SQLException e) {
            throw SqlFailures.translate(e);
        }
    }

    private static <T extends @Nullable Object> T look(Work<T> work, JdbcTransaction transaction)
            throws TakeUpAgain {
        try {
            return work.run(transaction);
        } catch (RuntimeException e) {
            if (transaction.retry() != SqlFailures.Retry.NEVER) {
                throw new TakeUpAgain(transaction.retry(), e);
            }
            throw e;
        }
    }

    private Connection connect() throws TakeUpAgain {
        try {
            return pool.getConnection();
        } catch (SQLException e) {
            throw new TakeUpAgain(SqlFailures.Retry.CONNECTION, SqlFailures.unreachable(e));
        }
    }

    /** Runs the work, and undoes it when anything comes out of it. */
    private static <T extends @Nullable Object> T run(Work<T> work, JdbcTransaction transaction)
            throws TakeUpAgain {
        try {
            transaction.begin();
            T result = work.run(transaction);
            transaction.beforeCommit();
            return result;
        } catch (RuntimeException e) {
            transaction.rollback();
            if (transaction.retry() != SqlFailures.Retry.NEVER) {
                throw new TakeUpAgain(transaction.retry(), e);
            }
            throw e;
        } catch (Error e) {
            transaction.rollback();
            throw e;
        }
    }
}
