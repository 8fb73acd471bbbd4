package dev.glis.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.base.Clock;
import dev.glis.base.Fault;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills PostgreSQL, and the process that owns it, and counts what was acknowledged. */
@Tag("slow")
final class CrashTest {
    private static final int POSTGRES_KILLS = 15;
    private static final int PROCESS_KILLS = 8;
    private static final int WRITERS = 8;

    @TempDir private Path folder;

    private final long seed = new Random().nextLong();
    private final Semaphore progress = new Semaphore(0);
    private final Random random = new Random(seed);

    @BeforeEach
    void giveProgram() throws IOException {
        StoreTestAccess.withProgram(folder);
    }

    @Test
    void killingPostgresLosesNothingAcknowledgedAndNoOtherCallFails() throws Exception {
        try (var store = PostgresStore.embedded(folder, Clock.system())) {
            createTable(store);
            var acknowledged = ConcurrentHashMap.<Long>newKeySet();
            var failures = ConcurrentHashMap.<String>newKeySet();
            var stop = new AtomicBoolean();
            var numbers = new AtomicLong();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < WRITERS; i++) {
                    var _ =
                            threads.submit(
                                    () -> write(store, numbers, acknowledged, failures, stop));
                }

                for (int i = 0; i < POSTGRES_KILLS; i++) {
                    awaitProgress(1 + random.nextInt(200));
                    killPostgres(store);
                }

                awaitProgress(50);
                stop.set(true);
            }
            var missing = new HashSet<Long>(acknowledged);
            missing.removeAll(rows(store));
            assertEquals(Set.of(), missing, "lost, with seed " + seed);
            failures.remove("store-outcome-unknown");
            assertEquals(Set.of(), failures, "with seed " + seed);
        }
    }

    @Test
    void killingTheProcessLosesNothingAcknowledged() throws Exception {
        try (var store = PostgresStore.embedded(folder, Clock.system())) {
            createTable(store);
        }
        var acknowledged = new HashSet<Long>();

        for (int i = 0; i < PROCESS_KILLS; i++) {
            killAfter(1 + random.nextInt(300), i * 1_000_000L, acknowledged);
        }

        try (var store = PostgresStore.embedded(folder, Clock.system())) {
            var missing = new HashSet<Long>(acknowledged);
            missing.removeAll(rows(store));
            assertEquals(Set.of(), missing, "lost, with seed " + seed);
            assertTrue(acknowledged.size() >= PROCESS_KILLS);
        }
    }

    private static void createTable(Store store) {
        store.write(transaction -> transaction.update("CREATE TABLE number (n bigint)"));
    }

    private static Set<Long> rows(Store store) {
        return new HashSet<>(
                store.read(
                        transaction ->
                                transaction.query(row -> row.getLong(1), "SELECT n FROM number")));
    }

    private void write(
            Store store,
            AtomicLong numbers,
            Set<Long> acknowledged,
            Set<String> failures,
            AtomicBoolean stop) {
        while (!stop.get()) {
            long number = numbers.incrementAndGet();
            try {
                store.write(t -> t.update("INSERT INTO number VALUES (?)", number));
                acknowledged.add(number);
                progress.release();
            } catch (Fault e) {
                failures.add(e.code());
            } catch (RuntimeException e) {
                failures.add(e.toString());
            }
        }
    }

    private void awaitProgress(int more) throws InterruptedException {
        progress.drainPermits();
        assertTrue(progress.tryAcquire(more, 30, TimeUnit.SECONDS), "no progress");
    }

    private static void killPostgres(PostgresStore store) {
        EmbeddedPostgres server = store.server();
        assertNotNull(server);
        ProcessHandle postmaster = server.postmaster();
        if (postmaster != null) {
            postmaster.destroyForcibly();
            postmaster.onExit().join();
        }
    }

    /** Runs {@link Writers} in a process of its own and kills it after some acknowledgements. */
    private void killAfter(int count, long first, Set<Long> acknowledged) throws Exception {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xshare:auto",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Writers.class.getName(),
                                folder.toString(),
                                Long.toString(first))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (var lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            int seen = 0;
            String line;
            while ((line = lines.readLine()) != null) {
                acknowledged.add(Long.parseLong(line));
                if (++seen == count) {
                    process.toHandle().destroyForcibly(); // leaves what it printed readable
                }
            }
            assertTrue(seen >= count, "the process ended by itself");
        }
    }

    /** Inserts numbers and prints each when it has been acknowledged. */
    static final class Writers {
        private Writers() {}

        @SuppressWarnings("SystemOut") // the parent reads it
        public static void main(String[] arguments) throws InterruptedException {
            var store = PostgresStore.embedded(Path.of(arguments[0]), Clock.system());
            var numbers = new AtomicLong(Long.parseLong(arguments[1]));
            for (int i = 0; i < WRITERS; i++) {
                Thread.ofPlatform().start(() -> writeForEver(store, numbers));
            }
            new CountDownLatch(1).await();
        }

        private static void writeForEver(Store store, AtomicLong numbers) {
            while (true) {
                long number = numbers.incrementAndGet();
                store.write(t -> t.update("INSERT INTO number VALUES (?)", number));
                byte[] line = (number + "\n").getBytes(StandardCharsets.UTF_8);
                System.out.write(line, 0, line.length);
                System.out.flush();
            }
        }
    }
}
