package dev.glis.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.base.Fault;
import dev.glis.store.testing.TestStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What every store does, whoever runs its PostgreSQL. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class StoreContract {
    private TestStore testStore;
    private PostgresStore store;

    abstract TestStore openStore();

    @BeforeAll
    void open() {
        testStore = openStore();
        store = testStore.store();
    }

    @AfterAll
    void close() {
        testStore.close();
    }

    @BeforeEach
    void freshTable() {
        store.write(
                transaction -> {
                    transaction.update("DROP TABLE IF EXISTS thing");
                    return transaction.update(
                            "CREATE TABLE thing (name text PRIMARY KEY, amount bigint, flag boolean,"
                                    + " bytes bytea, time timestamptz, json jsonb, texts text[])");
                });
    }

    @Test
    void everyKindOfParameterComesBack() {
        Instant time = Instant.parse("2026-11-24T07:00:00.123456Z");

        store.write(
                transaction ->
                        transaction.update(
                                "INSERT INTO thing VALUES (?, ?, ?, ?, ?, ?, ?)",
                                "a",
                                7L,
                                true,
                                new byte[] {0, 1, -1},
                                time,
                                new Transaction.Jsonb("{\"x\": [1, \"\u00e9\"]}"),
                                new String[] {"p", "q"}));

        store.read(
                transaction ->
                        transaction.one(
                                row -> {
                                    assertEquals(7, row.getLong("amount"));
                                    assertTrue(row.getBoolean("flag"));
                                    assertArrayEquals(
                                            new byte[] {0, 1, -1}, Rows.bytes(row, "bytes"));
                                    assertEquals(time, Rows.instant(row, "time"));
                                    assertEquals(
                                            "{\"x\": [1, \"\u00e9\"]}", Rows.text(row, "json"));
                                    assertEquals(
                                            "[p, q]",
                                            Arrays.toString(
                                                    (String[]) row.getArray("texts").getArray()));
                                    return true;
                                },
                                "SELECT * FROM thing WHERE name = ANY (?)",
                                (Object) new String[] {"a"}));
    }

    @Test
    void nullsComeBackAsNull() {
        store.write(
                transaction ->
                        transaction.update(
                                "INSERT INTO thing VALUES (?, ?, ?, ?, ?, ?, ?)",
                                "a",
                                null,
                                null,
                                null,
                                null,
                                null,
                                null));

        long nulls =
                store.read(
                        transaction ->
                                transaction.one(
                                        row -> row.getLong(1),
                                        "SELECT num_nulls(amount, flag, bytes, time, json, texts)"
                                                + " FROM thing"));

        assertEquals(6, nulls);
    }

    @Test
    void aFailureUndoesTheWholeTransaction() {
        assertThrows(
                IllegalStateException.class,
                () ->
                        store.write(
                                transaction -> {
                                    insert(transaction, "a", 1);
                                    throw new IllegalStateException("on purpose");
                                }));

        assertEquals(0, count());
    }

    @Test
    void aBrokenUniqueConstraintIsNamed() {
        store.write(transaction -> insert(transaction, "a", 1));

        var failure =
                assertThrows(
                        Transaction.DuplicateKey.class,
                        () -> store.write(transaction -> insert(transaction, "a", 2)));

        assertEquals("thing_pkey", failure.constraint());
    }

    @Test
    void workThatHidesAFailureIsNotReportedAsCommitted() {
        store.write(transaction -> insert(transaction, "a", 1));

        assertThrows(
                Transaction.DuplicateKey.class,
                () ->
                        store.write(
                                transaction -> {
                                    insert(transaction, "b", 1);
                                    assertThrows(
                                            Transaction.DuplicateKey.class,
                                            () -> insert(transaction, "a", 2));
                                    return true;
                                }));

        assertEquals(1, count());
    }

    @Test
    void aReadCannotWrite() {
        var failure =
                assertThrows(
                        Fault.class, () -> store.read(transaction -> insert(transaction, "a", 1)));

        assertEquals(Fault.Kind.INTERNAL, failure.kind());
    }

    @Test
    void aLookSeesWhatWasCommittedBefore() {
        store.write(transaction -> insert(transaction, "a", 1));

        long looked = store.look(StoreContract::count);

        assertEquals(1, looked);
        store.write(transaction -> insert(transaction, "b", 1));
        long lookedAgain = store.look(StoreContract::count);
        assertEquals(2, lookedAgain);
    }

    @Test
    void aReadSeesOneMomentInTime() {
        store.write(transaction -> insert(transaction, "a", 1));

        List<Long> counts =
                store.read(
                        transaction -> {
                            long before = count(transaction);
                            store.write(other -> insert(other, "b", 1));
                            return List.of(before, count(transaction));
                        });

        assertEquals(List.of(1L, 1L), counts);
    }

    @Test
    void aDeadlockIsTakenUpAgain() throws Exception {
        store.write(transaction -> insert(transaction, "a", 0));
        store.write(transaction -> insert(transaction, "b", 0));
        var bothHoldOne = new CountDownLatch(2);
        var runs = new AtomicInteger();

        concurrently(
                () -> raiseBoth("a", "b", bothHoldOne, runs),
                () -> raiseBoth("b", "a", bothHoldOne, runs));

        assertEquals(4, sum());
        assertTrue(runs.get() > 2, "one of them ran again");
    }

    private boolean raiseBoth(
            String first, String second, CountDownLatch bothHoldOne, AtomicInteger runs) {
        return store.write(
                transaction -> {
                    runs.incrementAndGet();
                    raise(transaction, first);
                    bothHoldOne.countDown();
                    awaitLatch(bothHoldOne);
                    raise(transaction, second);
                    return true;
                });
    }

    @Test
    void aLostConnectionBeforeTheCommitIsTakenUpAgain() {
        var runs = new AtomicInteger();

        store.write(
                transaction -> {
                    insert(transaction, "a", 1);
                    if (runs.incrementAndGet() == 1) {
                        endBackendOf(transaction);
                    }
                    return insert(transaction, "b", 1);
                });

        assertEquals(2, runs.get());
        assertEquals(2, count());
    }

    @Test
    void aNamedLockHasOneHolder() throws Exception {
        store.write(transaction -> insert(transaction, "a", 0));
        Callable<Boolean> addOneSlowly =
                () ->
                        store.write(
                                transaction -> {
                                    transaction.lock("adders");
                                    long seen = sum(transaction);
                                    transaction.update("UPDATE thing SET amount = ?", seen + 1);
                                    return true;
                                });

        concurrently(addOneSlowly, addOneSlowly, addOneSlowly, addOneSlowly);

        assertEquals(4, sum());
    }

    @Test
    void aBatchRunsAllItsSets() {
        store.write(
                transaction -> {
                    transaction.batch(
                            "INSERT INTO thing (name, amount) VALUES (?, ?)",
                            List.of(new Object[] {"a", 1}, new Object[] {"b", 2}));
                    return true;
                });

        assertEquals(3, sum());
    }

    @Test
    void listenersHearOfCommitsInOrderAndOfNothingElse() throws Exception {
        var heard = new LinkedBlockingQueue<String>();
        try (var _ = store.listen("things", heard::add)) {
            store.write(
                    transaction -> {
                        transaction.notify("things", "first");
                        transaction.notify("others", "not ours");
                        return true;
                    });
            assertThrows(
                    IllegalStateException.class,
                    () ->
                            store.write(
                                    transaction -> {
                                        transaction.notify("things", "undone");
                                        throw new IllegalStateException("on purpose");
                                    }));

            store.write(
                    transaction -> {
                        transaction.notify("things", "second");
                        return true;
                    });

            assertEquals("first", pollText(heard));
            assertEquals("second", pollText(heard));
        }
    }

    @Test
    void listenersHearOfAppendsFromTheirSource() throws Exception {
        var heard = new LinkedBlockingQueue<String>();
        try (var _ = store.changes().onAppend(heard::add)) {
            store.write(
                    transaction -> {
                        transaction.append("source:heard", "{}");
                        return true;
                    });

            assertEquals("source:heard", pollText(heard));
        }
    }

    @Test
    void eventsOfASourceHavePositionsWithoutGapsInTheOrderOfCommits() throws Exception {
        Callable<Boolean> appendMany =
                () -> {
                    for (int i = 0; i < 50; i++) {
                        appendOrUndo("source:order", i % 5 == 4);
                    }
                    return true;
                };

        concurrently(appendMany, appendMany, appendMany, appendMany);

        List<Changes.Change> events = store.changes().after("source:order", 0, 1000);
        assertEquals(160, events.size());
        assertEquals(
                LongStream.rangeClosed(1, 160).boxed().toList(),
                events.stream().map(Changes.Change::position).toList());
    }

    @Test
    void aReaderThatFollowsPositionsMissesNothing() throws Exception {
        var seen = new ArrayList<Long>();
        Callable<Boolean> appendMany =
                () -> {
                    for (int i = 0; i < 100; i++) {
                        appendOrUndo("source:follow", false);
                    }
                    return true;
                };
        Callable<Boolean> follow =
                () -> {
                    long at = 0;
                    while (seen.size() < 300) {
                        for (Changes.Change change :
                                store.changes().after("source:follow", at, 7)) {
                            seen.add(change.position());
                            at = change.position();
                        }
                    }
                    return true;
                };

        concurrently(appendMany, appendMany, appendMany, follow);

        assertEquals(LongStream.rangeClosed(1, 300).boxed().toList(), seen);
    }

    @Test
    void trimmedEventsAreGoneAndPositionsGoOn() {
        for (int i = 0; i < 3; i++) {
            appendOrUndo("source:trim", false);
        }

        store.changes().trim("source:trim", 2);

        appendOrUndo("source:trim", false);
        assertEquals(
                List.of(3L, 4L),
                store.changes().after("source:trim", 0, 10).stream()
                        .map(Changes.Change::position)
                        .toList());
    }

    @Test
    void aLeaseHasOneHolderAndGoesOnWhenItIsGivenUp() throws Exception {
        var first = new RecordedDuty();
        var second = new RecordedDuty();
        Handle firstHandle = store.leases().run("duty", first);
        first.await("begin");
        Handle secondHandle = store.leases().run("duty", second);
        assertTrue(second.isSilent());

        firstHandle.close();

        first.await("end");
        second.await("begin");
        secondHandle.close();
        second.await("end");
    }

    @Test
    void migrationsAreAppliedOnceInOrder() {
        var migrations = migrations("001_first.sql", "002_second.sql");

        store.migrate(List.of(migrations));
        store.migrate(List.of(migrations));

        assertEquals(
                List.of("001_first.sql", "002_second.sql"),
                store.read(
                        transaction ->
                                transaction.query(
                                        row -> Rows.text(row, "file"),
                                        "SELECT file FROM schema_migration WHERE component = 'test'"
                                                + " ORDER BY number")));
    }

    @Test
    void aChangedMigrationIsRefused() {
        store.migrate(List.of(migrations("001_first.sql", "002_second.sql")));
        store.write(
                transaction ->
                        transaction.update(
                                "UPDATE schema_migration SET sha256 = 'x' WHERE file ="
                                        + " '002_second.sql'"));

        var failure =
                assertThrows(
                        Fault.class,
                        () ->
                                store.migrate(
                                        List.of(migrations("001_first.sql", "002_second.sql"))));

        assertTrue(failure.text().contains("test/002_second.sql"), failure.text());
        store.write(
                transaction ->
                        transaction.update(
                                "DELETE FROM schema_migration WHERE component = 'test'"));
        store.write(transaction -> transaction.update("DROP TABLE first"));
    }

    @Test
    void migrationsWithAGapAreRefused() {
        var failure =
                assertThrows(
                        Fault.class, () -> store.migrate(List.of(migrations("002_second.sql"))));

        assertTrue(failure.text().contains("002_second.sql"), failure.text());
    }

    private static Store.Migrations migrations(String... files) {
        return new Store.Migrations("test", StoreContract.class, List.of(files));
    }

    private void appendOrUndo(String source, boolean undo) {
        try {
            store.write(
                    transaction -> {
                        transaction.append(source, "{\"a\": 1}");
                        transaction.append(source + ":other", "{}");
                        if (undo) {
                            throw new IllegalStateException("on purpose");
                        }
                        return true;
                    });
        } catch (IllegalStateException e) {
            assertTrue(undo);
        }
    }

    /** The next text that says something; listeners may hear an empty one at any time. */
    private static String pollText(LinkedBlockingQueue<String> heard) throws InterruptedException {
        while (true) {
            String text = heard.poll(10, TimeUnit.SECONDS);
            if (text == null || !text.isEmpty()) {
                return text;
            }
        }
    }

    /** Remembers what it was told to do. */
    private static final class RecordedDuty implements Leases.Duty {
        private final LinkedBlockingQueue<String> calls = new LinkedBlockingQueue<>();

        @Override
        public void begin() {
            calls.add("begin");
        }

        @Override
        public void end() {
            calls.add("end");
        }

        boolean isSilent() {
            return calls.isEmpty();
        }

        void await(String call) throws InterruptedException {
            assertEquals(call, calls.poll(20, TimeUnit.SECONDS));
        }
    }

    private static int insert(Transaction transaction, String name, long amount) {
        return transaction.update("INSERT INTO thing (name, amount) VALUES (?, ?)", name, amount);
    }

    private static void raise(Transaction transaction, String name) {
        transaction.update("UPDATE thing SET amount = amount + 1 WHERE name = ?", name);
    }

    private long count() {
        return store.read(StoreContract::count);
    }

    private static long count(Transaction transaction) {
        return transaction.one(row -> row.getLong(1), "SELECT count(*) FROM thing");
    }

    private long sum() {
        return store.read(StoreContract::sum);
    }

    private static long sum(Transaction transaction) {
        return transaction.one(row -> row.getLong(1), "SELECT sum(amount) FROM thing");
    }

    /** Ends the connection of a transaction from another one, as an administrator would. */
    private void endBackendOf(Transaction transaction) {
        int backend = transaction.one(row -> row.getInt(1), "SELECT pg_backend_pid()");
        store.write(
                other ->
                        other.one(
                                row -> row.getBoolean(1),
                                "SELECT pg_terminate_backend(?, 5000)",
                                backend));
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertTrue(latch.await(10, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @SafeVarargs
    private static void concurrently(Callable<Boolean>... works) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<Boolean>>();
            for (Callable<Boolean> work : works) {
                running.add(threads.submit(work));
            }
            for (Future<Boolean> one : running) {
                assertTrue(one.get(30, TimeUnit.SECONDS));
            }
        }
    }
}
