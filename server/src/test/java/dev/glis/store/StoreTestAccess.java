package dev.glis.store;

import dev.glis.base.Clock;
import dev.glis.base.FileTrees;
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

    private static int port;

    private StoreTestAccess() {}

    /** A store on a database of the one server that all tests of this process share. */
    public static PostgresStore openShared(String database) {
        return PostgresStore.on(sharedServer(), database, Clock.system());
    }

    /** Makes an empty database on the shared server. */
    public static void createDatabase(String name) {
        run(sharedServer(), "CREATE DATABASE " + name);
    }

    /** Removes a database of the shared server. */
    public static void dropDatabase(String name) {
        run(sharedServer(), "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
    }

    /** Runs a statement that must stand outside of transactions. */
    static void run(EmbeddedPostgres server, String sql) {
        try (var connection = Endpoint.socket(server.socket(), "postgres").connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (java.sql.SQLException e) {
            throw SqlFailures.translate(e);
        }
    }

    /** An address of the shared server as if it were a given one, for a user of few rights. */
    public static String givenAddress(String database) {
        EmbeddedPostgres server = sharedServer();
        run(server, "CREATE ROLE " + database + " LOGIN PASSWORD 'p@ss word'");
        run(server, "ALTER DATABASE " + database + " OWNER TO " + database);
        return "postgresql://" + database + ":p%40ss%20word@127.0.0.1:" + port + "/" + database;
    }

    /** The server of this process, which trades durability for speed and ends with the process. */
    static synchronized EmbeddedPostgres sharedServer() {
        if (shared == null) {
            try {
                shared = startShared();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
        return shared;
    }

    private static EmbeddedPostgres startShared() throws IOException {
        Path folder = Files.createTempDirectory("glis-test-postgres-");
        withProgram(folder);
        port = freePort();
        EmbeddedPostgres server = EmbeddedPostgres.start(folder, Clock.system(), quickAndOnTcp());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(server, folder)));
        return server;
    }

    private static EmbeddedPostgres.Tuning quickAndOnTcp() {
        return new EmbeddedPostgres.Tuning(
                port,
                List.of(
                        "fsync = off",
                        "synchronous_commit = off",
                        "full_page_writes = off",
                        "max_connections = 200",
                        "listen_addresses = '127.0.0.1'"),
                List.of("host all all 127.0.0.1/32 scram-sha-256"));
    }

    private static int freePort() throws IOException {
        try (var socket = new java.net.ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** Gives a data folder the binaries that an earlier test run unpacked. */
    static void withProgram(Path dataFolder) throws IOException {
        Path cache =
                Path.of(
                        System.getProperty("java.io.tmpdir"),
                        "glis-test-program-" + System.getProperty("user.name"));
        StoreFolders.createReadable(cache);
        try (var lock =
                        FileChannel.open(
                                cache.resolve("lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                var _ = lock.lock()) {
            Path program = PostgresProgram.in(cache);
            StoreFolders.createPrivate(dataFolder.resolve("postgres"));
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
