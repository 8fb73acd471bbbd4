package dev.glis.wire.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.glis.engine.Blueprint;
import dev.glis.engine.Outcome;
import dev.glis.engine.testing.EngineFixture;
import dev.glis.engine.testing.LocalSandboxes;
import dev.glis.engine.testing.PythonRuntimes;
import dev.glis.net.EventLoops;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
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

    private Blueprint function(String handler) throws IOException {
        return EngineFixture.blueprint(
                "hello",
                "python3.test",
                EngineFixture.pythonCode(folder.resolve("code"), handler),
                3_000);
    }
}
