package dev.glis.store;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Transactions on PostgreSQL. Calls block; call them on virtual threads, never on an event loop.
 */
public interface Store extends AutoCloseable {
    /**
     * Runs the work in one transaction (READ COMMITTED) and commits. When this returns, the commit
     * is on disk. The work may be run again after a serialization failure, deadlock or a lost
     * connection before commit; it must have no other effects than through its argument.
     */
    <T extends @Nullable Object> T write(Work<T> work);

    /** Runs the work in one read-only transaction on a consistent snapshot. */
    <T extends @Nullable Object> T read(Work<T> work);

    /**
     * Runs work that reads by a single statement, which by itself sees one moment in time: so no
     * transaction is made around it, and only that statement travels. The work must not write.
     */
    default <T extends @Nullable Object> T look(Work<T> work) {
        return read(work);
    }

    /**
     * Calls the listener soon after each commit, on this or another node, that {@link
     * Transaction#notify notified} this channel, with the text given. After a lost connection to
     * the database it is called with an empty text: something may have been missed.
     */
    Handle listen(String channel, Consumer<String> listener);

    /** Applies the migrations that have not been applied yet, in their order. */
    void migrate(List<Migrations> migrations);

    @Override
    void close();

    /** Work in a transaction. */
    interface Work<T extends @Nullable Object> {
        T run(Transaction transaction);
    }

    /**
     * The numbered SQL files of one package: resources {@code schema/001_name.sql}, {@code 002_...}
     * beside the class, each applied once, whole, in its own transaction.
     *
     * @param component names the sequence, such as {@code accounts}
     * @param owner a class of the package that holds the files
     * @param files in order
     */
    record Migrations(String component, Class<?> owner, List<String> files) {}
}
