package dev.glis.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.base.Clock;
import dev.glis.base.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedPostgresTest {
    @TempDir private Path folder;

    @BeforeEach
    void giveProgram() throws IOException {
        StoreTestAccess.withProgram(folder);
    }

    @Test
    void dataOutlivesTheServer() {
        try (var store = open()) {
            store.write(transaction -> transaction.update("CREATE TABLE kept (n int)"));
            store.write(transaction -> transaction.update("INSERT INTO kept VALUES (7)"));
        }

        try (var store = open()) {
            int kept =
                    store.read(
                            transaction ->
                                    transaction.one(row -> row.getInt(1), "SELECT n FROM kept"));

            assertEquals(7, kept);
        }
    }

    @Test
    void theBinariesAreOfTheVersionTheyAreFiledUnder() {
        try (var store = open()) {
            String version =
                    store.read(
                            transaction ->
                                    transaction.one(
                                            row -> row.getString(1), "SHOW server_version"));

            assertEquals(PostgresProgram.VERSION, version);
        }
    }

    @Test
    void everySettingThatMakesCommitsDurableIsOn() {
        try (var store = open()) {
            String settings =
                    store.read(
                            transaction ->
                                    transaction.one(
                                            row -> row.getString(1),
                                            "SELECT string_agg(setting, ' ') FROM pg_settings WHERE"
                                                    + " name IN ('fsync', 'full_page_writes',"
                                                    + " 'synchronous_commit')"));

            assertEquals("on on on", settings);
        }
    }

    @Test
    void nothingListensOnTheNetwork() {
        try (var store = open()) {
            String addresses =
                    store.read(
                            transaction ->
                                    transaction.one(
                                            row -> row.getString(1), "SHOW listen_addresses"));

            assertEquals("", addresses);
        }
    }

    @Test
    void aSecondStoreOnTheSameFolderIsRefused() {
        try (var _ = open()) {
            var failure = assertThrows(Fault.class, this::open);

            assertEquals("data-folder-in-use", failure.code());
        }
    }

    @Test
    void whatAnEarlierLifeLeftRunningIsEndedFirst() throws Exception {
        open().close();
        Path postgres = folder.resolve("postgres");
        var launcher = new PostgresLauncher(postgres, postgres.resolve(PostgresProgram.VERSION));
        Path data = postgres.resolve("data");
        Process leftover =
                launcher.start("postgres", data, PostgresSettings.postgres(launcher, data));
        awaitLine(leftover, "ready to accept connections");

        try (var store = open()) {
            assertTrue(leftover.waitFor(10, TimeUnit.SECONDS));
            assertTrue(works(store));
        }
    }

    @Test
    void aHalfMadeDataFolderIsMadeAnew() throws Exception {
        Path unfinished = folder.resolve("postgres").resolve("data.unfinished");
        Files.createDirectories(unfinished.resolve("base"));
        Files.writeString(unfinished.resolve("PG_VERSION"), "18");

        try (var store = open()) {
            assertTrue(works(store));
            assertFalse(Files.exists(unfinished));
        }
    }

    @Test
    void aLongPathIsNoObstacle() throws Exception {
        Path deep =
                Files.createDirectories(folder.resolve("d".repeat(100)).resolve("e".repeat(60)));
        StoreTestAccess.withProgram(deep);

        var store = PostgresStore.embedded(deep, Clock.system());
        EmbeddedPostgres server = store.server();
        assertNotNull(server);
        Path link = server.socket().resolve("..").normalize();
        assertTrue(works(store));

        store.close();

        assertFalse(Files.exists(link, LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void dataOfAnotherVersionIsRefusedByName() throws Exception {
        open().close();
        Files.writeString(folder.resolve("postgres").resolve("data").resolve("PG_VERSION"), "17\n");

        var failure = assertThrows(Fault.class, this::open);

        assertTrue(failure.text().contains("PostgreSQL 17"), failure.text());
    }

    @Test
    void aFolderThatCannotBeWrittenIsNamedWithTheCure() {
        var failure =
                assertThrows(
                        Fault.class,
                        () -> PostgresStore.embedded(Path.of("/proc/glis"), Clock.system()));

        assertTrue(failure.text().contains("/proc/glis"), failure.text());
        assertTrue(failure.text().contains("--data"), failure.text());
    }

    @Test
    void afterCloseNoProcessIsLeft() {
        var store = open();
        EmbeddedPostgres server = store.server();
        assertNotNull(server);
        ProcessHandle postmaster = server.postmaster();
        assertNotNull(postmaster);

        store.close();

        assertFalse(postmaster.isAlive());
    }

    private PostgresStore open() {
        return PostgresStore.embedded(folder, Clock.system());
    }

    private static boolean works(Store store) {
        return store.read(transaction -> transaction.one(row -> row.getBoolean(1), "SELECT true"));
    }

    private static void awaitLine(Process process, String text) throws IOException {
        var lines = process.inputReader();
        String line;
        do {
            line = lines.readLine();
            assertNotNull(line);
        } while (!line.contains(text));
    }
}
