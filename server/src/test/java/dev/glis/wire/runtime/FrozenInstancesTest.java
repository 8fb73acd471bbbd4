package dev.glis.wire.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.glis.engine.Blueprint;
import dev.glis.engine.Engine;
import dev.glis.engine.EngineSettings;
import dev.glis.engine.Outcome;
import dev.glis.engine.Rung;
import dev.glis.engine.process.ProcessSandboxes;
import dev.glis.engine.testing.EngineFixture;
import dev.glis.engine.testing.PythonRuntimes;
import dev.glis.net.EventLoops;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real processes that are frozen soon after they have answered. */
@Timeout(60)
final class FrozenInstancesTest {
    private static final String PROCESS =
            "name = os.urandom(8).hex()\ndef handle(event): return name.encode()";

    @TempDir Path folder;
    private EventLoops loops;
    private EngineFixture engine;

    @BeforeEach
    void start() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        loops = new EventLoops();
        engine =
                new EngineFixture(
                        new RuntimeApi(loops.group()),
                        ProcessSandboxes.open(folder.resolve("sandboxes")),
                        new PythonRuntimes(false, "/var/task"),
                        new EngineSettings("us-east-1", 1_024, 4, 600_000, true, 20));
    }

    @AfterEach
    void stop() {
        engine.close();
        loops.close();
    }

    @Test
    void theSameInstanceAnswersAgain() throws Exception {
        // Given an instance that was frozen
        Blueprint function = function("first", PROCESS);
        String process = answer(function);
        awaitFrozen(function, 1);

        // When it is called
        String again = answer(function);

        // Then it has answered, and is frozen once more
        assertEquals(process, again);
        assertEquals(Rung.FROZEN, lastStart(function).rung());
        awaitFrozen(function, 1);
    }

    @Test
    void manyCallsAtOnceThawWhatThereIs() throws Exception {
        // Given two instances, both frozen
        Blueprint function = function("pair", PROCESS.replace("return", "time.sleep(0.3); return"));
        answers(function, 2);
        awaitFrozen(function, 2);

        // When two calls come
        var processes = answers(function, 2);

        // Then nothing was started
        assertEquals(2, engine.scheduler.count(function.workload()).total());
        assertEquals(2, processes.distinct().count());
    }

    @Test
    void anUpdateLeavesNoFrozenInstanceBehind() throws Exception {
        // Given an instance that was frozen
        Blueprint function = function("updated", "def handle(event): return b'old'");
        String before = answer(function);
        awaitFrozen(function, 1);
        Path newCode =
                EngineFixture.pythonCode(folder.resolve("new"), "def handle(event): return b'new'");

        // When its code is updated
        engine.scheduler.replace(EngineFixture.revised(function, 2, newCode));
        String after = answer(EngineFixture.revised(function, 2, newCode));

        // Then the new code answers, in one instance
        assertEquals("old", before);
        assertEquals("new", after);
        await(() -> engine.scheduler.count(function.workload()).total() == 1);
    }

    private Blueprint function(String name, String handler) throws IOException {
        Path code = EngineFixture.pythonCode(folder.resolve(name), handler);
        return EngineFixture.blueprint(name, "python3.test", code, 10_000);
    }

    private String answer(Blueprint function) throws Exception {
        return text(engine.invoke(function, "{}").get(20, TimeUnit.SECONDS));
    }

    private Stream<String> answers(Blueprint function, int count) {
        var calls = IntStream.range(0, count).mapToObj(i -> engine.invoke(function, "{}")).toList();
        return calls.stream().map(CompletableFuture::join).map(this::text).toList().stream();
    }

    private String text(Outcome outcome) {
        var success = assertInstanceOf(Outcome.Success.class, outcome, engine.log::toString);
        return new String(success.payload(), StandardCharsets.UTF_8);
    }

    private Engine.InstanceStart lastStart(Blueprint function) {
        return engine.scheduler.starts().getOrDefault(function.workload(), List.of()).getLast();
    }

    private void awaitFrozen(Blueprint function, int count) {
        await(() -> engine.scheduler.count(function.workload()).frozen() == count);
    }

    /** The timeout of the class ends a wait in vain. */
    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean() && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(2_000_000);
        }
    }
}
