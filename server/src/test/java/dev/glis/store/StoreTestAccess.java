package dev.glis.store;

import dev.glis.base.Clock;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lets {@link dev.glis.store.testing.TestStore} use what other packages may not. */
public final class StoreTestAccess {
    private static @Nullable EmbeddedPostgres shared;

    private StoreTestAccess() {}

    /** A store on a database of the one server that all tests of this process share. */
    public static PostgresStore openShared(String database) {
        return PostgresStore.on(sharedServer(), database, false, Clock.system());
    }

    /** Runs a statement that must stand outside of transactions. */
    public static void administer(String sql) {
        try (var pool = ConnectionPool.toSocket(sharedServer().socket(), "postgres");
                var connection = pool.getConnection()) {
            connection.setAutoCommit(true);
            try (var statement = connection.createStatement()) {
                statement.execute(sql);
            }
        } catch (java.sql.SQLException e) {
            throw SqlFailures.translate(e);
        }
    }

    /** The server of this process, which trades durability for speed and ends with the process. */
    static synchronized EmbeddedPostgres sharedServer() {
        if (shared == null) {
            try {
                Path folder = Files.createTempDirectory("glis-test-postgres-");
                withProgram(folder);
                EmbeddedPostgres server =
                        EmbeddedPostgres.start(
                                folder,
                                Clock.system(),
                                new EmbeddedPostgres.Tuning(
                                        List.of(
                                                "fsync = off",
                                                "synchronous_commit = off",
                                                "full_page_writes = off",
                                                "max_connections = 200"),
                                        List.of()));
                Runtime.getRuntime().addShutdownHook(new Thread(() -> end(server, folder)));
                shared = server;
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
        return shared;
    }

    /** Gives a data folder the binaries that an earlier test run unpacked. */
    static void withProgram(Path dataFolder) throws IOException {
        Path cache =
                Path.of(
                        System.getProperty("java.io.tmpdir"),
                        "glis-test-program-" + System.getProperty("user.name"));
        FileTrees.createReadable(cache);
        try (var lock =
                        FileChannel.open(
                                cache.resolve("lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                var _ = lock.lock()) {
            Path program = PostgresProgram.in(cache);
            FileTrees.createPrivate(dataFolder.resolve("postgres"));
            Files.createSymbolicLink(
                    dataFolder.resolve("postgres").resolve(PostgresProgram.VERSION), program);
        }
    }

    private static void end(EmbeddedPostgres server, Path folder) {
        try {
            server.close();
            FileTrees.delete(folder);
        } catch (IOException e) {
            System.getLogger(StoreTestAccess.class.getName())
                    .log(System.Logger.Level.WARNING, "Cleaning up after tests failed", e);
        }
    }
}
