package dev.glis.logs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.base.Ids;
import dev.glis.base.Limits;
import dev.glis.base.testing.ManualTime;
import dev.glis.functions.testing.Blueprints;
import dev.glis.logs.Logs.Line;
import dev.glis.store.testing.FailingStore;
import dev.glis.store.testing.TestStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class StoredLogsTest {
    private static final String GROUP = Blueprints.arn("f");
    private final ManualTime time = new ManualTime();
    private final TestStore database = TestStore.open(StoredLogs.MIGRATIONS);
    private final FailingStore store = new FailingStore(database.store());
    private final StoredLogs logs = logs();

    private StoredLogs logs() {
        return new StoredLogs(store, time, time, new Ids(time), Runnable::run);
    }

    @AfterEach
    void closeStore() {
        database.close();
    }

    @Test
    void linesCanBeReadAtOnce() {
        print("r1", "hello");

        assertEquals(List.of("hello"), texts(read(logs, null)));
    }

    @Test
    void linesAreOnDiskAfterATenthOfASecond() {
        print(null, "starting");
        print("r1", "hello é ✓");

        time.pass(100);

        assertEquals(
                List.of(
                        new Line(start(), "$LATEST", "i1", null, "starting"),
                        new Line(start(), "$LATEST", "i1", "r1", "hello é ✓")),
                read(logs(), null));
    }

    @Test
    void readsOneInvocationOnly() {
        print("r1", "one");
        print("r2", "two");
        time.pass(100);
        print("r1", "three");

        assertEquals(List.of("one", "three"), texts(read(logs, "r1")));
    }

    @Test
    void readsTheLatestAcrossManyChunks() {
        for (int i = 0; i < 100; i++) {
            print("r1", "line " + i);
            time.pass(100);
        }

        List<Line> lines = logs.read(GROUP, start().minusSeconds(60), time.instant(), null, 50);

        assertEquals(IntStream.range(50, 100).mapToObj(i -> "line " + i).toList(), texts(lines));
    }

    @Test
    void readsARange() {
        for (int i = 0; i < 10; i++) {
            print("r1", "line " + i);
            time.pass(1_000);
        }

        List<Line> lines =
                logs.read(
                        GROUP,
                        time.instant().minusSeconds(8),
                        time.instant().minusSeconds(6),
                        null,
                        50);

        assertEquals(List.of("line 2", "line 3", "line 4"), texts(lines));
    }

    @Test
    void keepsLinesThatCouldNotBeWrittenAndWritesThemOnce() {
        print("r1", "first");
        store.failAfterCommit(1);
        time.pass(100);
        print("r1", "second");

        time.pass(2_000);

        assertEquals(List.of("first", "second"), texts(read(logs(), null)));
    }

    @Test
    void asksForPatienceAndIsBounded() {
        store.failBeforeCommit(Integer.MAX_VALUE);
        String text = "x".repeat(100_000);
        boolean calm = print("r1", text);
        boolean pressed = true;
        for (int i = 0; i < 100; i++) {
            pressed = print("r1", text);
        }
        store.failBeforeCommit(0);

        time.pass(2_000);

        List<Line> lines = read(logs(), null);
        assertTrue(calm);
        assertFalse(pressed);
        assertTrue(lines.size() * 100_000L <= 2 * Limits.LOG_GROUP_BUFFER_BYTES.value() + 200_000);
        assertTrue(texts(lines).stream().anyMatch(line -> line.contains("lines were lost here")));
    }

    @Test
    void theOldestLinesOfAGroupGoWhenItBecomesTooLarge() {
        long mostBytes = 100_000;
        var limited = new StoredLogs(store, time, time, new Ids(time), Runnable::run, mostBytes);
        limited.line(Blueprints.of("other"), "i1", null, time.instant(), "stays");
        var random = new Random(7);
        for (int i = 0; i < 50; i++) {
            var noise = new byte[5_000];
            random.nextBytes(noise);
            String text = i + " " + new String(noise, StandardCharsets.ISO_8859_1);
            limited.line(Blueprints.of("f"), "i1", null, time.instant(), text);
            time.pass(100);
        }

        List<Line> lines = read(limited, null);

        assertTrue(lines.getLast().text().startsWith("49 "));
        assertTrue(lines.size() > 5 && lines.size() < 25, "" + lines.size());
        assertEquals(
                List.of("stays"),
                texts(limited.read(Blueprints.arn("other"), start(), time.instant(), null, 10)));
    }

    @Test
    void muchIsWrittenAtOnce() {
        String text = "x".repeat(100_000);
        for (int i = 0; i < 11; i++) {
            print("r1", text);
        }

        assertEquals(11, read(logs(), null).size());
    }

    @Test
    void printingTooQuicklyWaitsAndTheLinesOfTheEngineDoNot() {
        String text = "x".repeat(300_000);
        boolean engines = true;
        for (int i = 0; i < 9; i++) {
            engines &= logs.line(Blueprints.of("f"), "i1", "r1", time.instant(), text);
        }
        boolean little = true;
        for (int i = 0; i < 3; i++) {
            little &= print("r1", text);
        }
        boolean much = print("r1", text);
        time.pass(100);
        boolean later = print("r1", text);

        assertTrue(engines);
        assertTrue(little);
        assertFalse(much);
        assertTrue(later);
    }

    @Test
    void followersSeeEachLineAtOnce() throws Exception {
        var seen = new ArrayList<String>();
        AutoCloseable following = logs.follow(GROUP, line -> seen.add(line.text()));
        print("r1", "one");
        time.pass(100);
        print("r1", "two");

        following.close();

        print("r1", "three");
        assertEquals(List.of("one", "two"), seen);
    }

    @Test
    void aFollowerThatSaysSoIsClosed() {
        var seen = new ArrayList<String>();
        logs.follow(
                GROUP,
                line -> {
                    seen.add(line.text());
                    return false;
                });
        print("r1", "one");

        print("r1", "two");

        assertEquals(List.of("one"), seen);
    }

    @Test
    void removesLinesAfterTheirRetention() {
        logs.retain(Blueprints.arn("long"), 30);
        print("r1", "short");
        logs.line(Blueprints.of("long"), "i1", "r1", time.instant(), "long");
        time.pass(Duration.ofDays(8).toMillis());

        logs.sweep();

        assertEquals(List.of(), read(logs, null));
        assertEquals(
                List.of("long"),
                texts(logs.read(Blueprints.arn("long"), start(), time.instant(), null, 10)));
    }

    @Test
    void deletesAGroup() {
        print("r1", "written");
        time.pass(100);
        print("r1", "in memory");

        logs.delete(GROUP);

        assertEquals(List.of(), read(logs, null));
    }

    @Test
    void closingWritesTheRest() {
        print("r1", "last words");

        logs.close();

        assertEquals(List.of("last words"), texts(read(logs(), null)));
    }

    private boolean print(@Nullable String requestId, String text) {
        return logs.printed(Blueprints.of("f"), "i1", requestId, time.instant(), text);
    }

    private static java.time.Instant start() {
        return new ManualTime().instant();
    }

    private List<Line> read(StoredLogs from, @Nullable String requestId) {
        return from.read(GROUP, start(), time.instant(), requestId, 1_000);
    }

    private static List<String> texts(List<Line> lines) {
        return lines.stream().map(Line::text).toList();
    }
}
