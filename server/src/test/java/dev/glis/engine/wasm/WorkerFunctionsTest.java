package dev.glis.engine.wasm;

import static dev.glis.engine.wasm.WasmFixture.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.engine.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Functions that run in a process of their account. */
final class WorkerFunctionsTest extends WasmFunctionsContract {
    @Override
    WasmFixture fixture(Path folder) throws IOException {
        return WasmFixture.inWorkers(folder);
    }

    @Test
    void aKilledWorkerFailsOnlyTheCallsOfItsAccountAndIsReplaced(@TempDir Path folder)
            throws Exception {
        try (var fixture = WasmFixture.inWorkers(folder)) {
            var code = WasmFixture.probe(folder.resolve("code"));
            var victim = WasmFixture.blueprint("victim", code, 30_000);
            var neighbour = WasmFixture.ofAccount(victim, "210987654321");
            fixture.call(victim, "calls");
            List<ProcessHandle> before = workers();
            fixture.call(neighbour, "calls");
            var loop = fixture.engine.invoke(victim, "loop");

            before.forEach(ProcessHandle::destroyForcibly);

            var failure = assertInstanceOf(Outcome.Failure.class, loop.get());
            assertEquals("Runtime.ExitError", failure.errorType());
            assertTrue(text(failure).contains("signal: killed"), text(failure));
            assertEquals("1", text(fixture.call(neighbour, "calls")));
            assertEquals("1", text(fixture.call(victim, "calls")));
        }
    }

    private static List<ProcessHandle> workers() {
        return ProcessHandle.current()
                .descendants()
                .filter(
                        process ->
                                process.info()
                                        .commandLine()
                                        .orElse("")
                                        .endsWith(WorkerMain.class.getName()))
                .toList();
    }
}
