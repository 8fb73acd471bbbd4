package dev.glis.wire.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.engine.Blueprint;
import dev.glis.engine.Outcome;
import dev.glis.engine.testing.EngineFixture;
import dev.glis.engine.testing.LocalSandboxes;
import dev.glis.engine.testing.PythonRuntimes;
import dev.glis.net.EventLoops;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes speak the Runtime API with the engine. */
final class InvokeThroughRuntimeApiTest {
    @TempDir Path folder;
    private EventLoops loops;
    private EngineFixture engine;

    @BeforeEach
    void start() {
        loops = new EventLoops();
        engine =
                new EngineFixture(
                        new RuntimeApi(loops.group()),
                        new LocalSandboxes(),
                        new PythonRuntimes(false));
    }

    @AfterEach
    void stop() {
        engine.close();
        loops.close();
    }

    @Test
    void aGuestAnswers() throws Exception {
        Blueprint echo = function("def handle(event): return event");

        Outcome outcome = engine.invoke(echo, "{\"a\":1}").get(10, TimeUnit.SECONDS);

        var success = assertInstanceOf(Outcome.Success.class, outcome, () -> engine.log.toString());
        assertArrayEquals("{\"a\":1}".getBytes(StandardCharsets.UTF_8), success.payload());
        assertEquals(1, engine.scheduler.count(echo.workload()).total());
    }

    @Test
    void aCallThatTakesTooLongEndsWithLambdasError() throws Exception {
        Blueprint slow = function("def handle(event): time.sleep(60)", 500);

        Outcome outcome = end(engine.invoke(slow, "{}"));

        var failure = assertInstanceOf(Outcome.Failure.class, outcome);
        assertEquals("Sandbox.Timedout", failure.errorType());
        assertTrue(text(failure.payload()).contains("Task timed out after 0.50 seconds"));
        awaitLog("REPORT .*Duration: 500.00 ms\tBilled Duration: .*Status: timeout");
    }

    @Test
    void aGuestThatExitsEndsItsCallWithLambdasError() throws Exception {
        Blueprint exits = function("def handle(event): os._exit(3)");

        Outcome outcome = end(engine.invoke(exits, "{}"));

        var failure = assertInstanceOf(Outcome.Failure.class, outcome);
        assertEquals("Runtime.ExitError", failure.errorType());
        assertTrue(
                text(failure.payload()).contains("Runtime exited with error: exit status 3"),
                text(failure.payload()));
        awaitLog("Runtime.ExitError");
    }

    @Test
    void aFailedInitialisationIsToldWithItsOwnError() throws Exception {
        Blueprint broken =
                function(
                        "exchange('POST', 'init/error', b'{\"errorMessage\":\"no module\"}',"
                                + " 'Lambda-Runtime-Function-Error-Type: Runtime.Import\\r\\n')");

        Outcome outcome = end(engine.invoke(broken, "{}"));

        var failure = assertInstanceOf(Outcome.Failure.class, outcome);
        assertEquals("Runtime.Import", failure.errorType());
        assertEquals("{\"errorMessage\":\"no module\"}", text(failure.payload()));
        awaitLog("INIT_REPORT .*Phase: init\tStatus: error\tError Type: Runtime.Import");
    }

    @Test
    void aTailComesWithItsReport() throws Exception {
        Blueprint echo = function("");

        Outcome outcome = end(engine.invoke(echo, EngineFixture.invocation("{}", true, false)));

        var success = assertInstanceOf(Outcome.Success.class, outcome);
        String tail = text(Objects.requireNonNull(success.report().logTail()));
        assertTrue(tail.startsWith("START RequestId: "), tail);
        assertTrue(tail.contains("\nEND RequestId: "), tail);
        assertTrue(tail.contains("Max Memory Used: 30 MB\tInit Duration: "), tail);
    }

    @Test
    void aResponseOverItsLimitIsTheFunctionsError() throws Exception {
        Blueprint big = function("def handle(event): return b'x' * 6291557");

        Outcome outcome = end(engine.invoke(big, "{}"));

        var failure = assertInstanceOf(Outcome.Failure.class, outcome);
        assertEquals("Function.ResponseSizeTooLarge", failure.errorType());
    }

    @Test
    void aBurstOfShortCallsStartsFewInstances() throws Exception {
        Blueprint echo = function("");
        var outcomes = new ArrayList<CompletableFuture<Outcome>>();

        for (int i = 0; i < 500; i++) {
            outcomes.add(engine.invoke(echo, "{}"));
        }

        for (CompletableFuture<Outcome> outcome : outcomes) {
            assertInstanceOf(Outcome.Success.class, end(outcome));
        }
        int started = (int) engine.log.stream().filter(l -> l.startsWith("INIT_START")).count();
        assertTrue(started <= 16, started + " instances for 500 short calls");
    }

    @Test
    void afterReplaceNoCallBeginsOnTheOldCode() throws Exception {
        Path old = EngineFixture.pythonCode(folder.resolve("1"), "def handle(event): return b'1'");
        Blueprint blueprint = EngineFixture.blueprint("hello", "python3.test", old, 3_000);
        var stale = new ConcurrentLinkedQueue<String>();
        for (int revision = 2; revision <= 6; revision++) {
            Path code =
                    EngineFixture.pythonCode(
                            folder.resolve("" + revision),
                            "def handle(event): return b'" + revision + "'");
            Blueprint next = EngineFixture.revised(blueprint, revision, code);
            CompletableFuture<Void> traffic = inParallel(blueprint, 20);
            engine.scheduler.replace(next);
            for (int i = 0; i < 10; i++) {
                var success =
                        assertInstanceOf(Outcome.Success.class, end(engine.invoke(blueprint, "")));
                if (!text(success.payload()).equals("" + revision)) {
                    stale.add(revision + " answered by " + text(success.payload()));
                }
            }
            traffic.get(20, TimeUnit.SECONDS);
            blueprint = next;
        }

        assertEquals(0, stale.size(), stale::toString);
    }

    /** Calls from another thread, all of which must succeed whatever changes meanwhile. */
    private CompletableFuture<Void> inParallel(Blueprint blueprint, int calls) {
        return CompletableFuture.runAsync(
                () -> {
                    for (int i = 0; i < calls; i++) {
                        assertInstanceOf(
                                Outcome.Success.class, engine.invoke(blueprint, "").join());
                    }
                });
    }

    private static Outcome end(CompletableFuture<Outcome> outcome) throws Exception {
        return outcome.get(30, TimeUnit.SECONDS);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private void awaitLog(String pattern) throws InterruptedException {
        Pattern wanted = Pattern.compile(pattern);
        for (int i = 0; i < 1_000 && !logHas(wanted); i++) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
        assertTrue(logHas(wanted), engine.log::toString);
    }

    private boolean logHas(Pattern wanted) {
        return engine.log.stream().anyMatch(line -> wanted.matcher(line).find());
    }

    private Blueprint function(String handler) throws IOException {
        return function(handler, 3_000);
    }

    private Blueprint function(String handler, long timeoutMs) throws IOException {
        return EngineFixture.blueprint(
                "hello",
                "python3.test",
                EngineFixture.pythonCode(folder.resolve("code"), handler),
                timeoutMs);
    }
}
