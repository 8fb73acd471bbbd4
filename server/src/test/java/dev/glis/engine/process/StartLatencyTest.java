package dev.glis.engine.process;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.engine.Egress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long it takes from the call until the command prints, beside a plain process's time. */
@Tag("slow")
final class StartLatencyTest {
    private static final int STARTS = 100;

    @Test
    void startsInAFewMilliseconds(@TempDir Path folder) throws Exception {
        // Given
        try (var sandboxes = ProcessSandboxes.open(folder);
                var plain = UnconfinedProcesses.open(folder.resolve("plain"))) {
            measure(sandboxes);
            // When
            double[] confined = measure(sandboxes);
            double[] unconfined = measure(plain);
            // Then: a ratio, because the machine may be busy with other things
            double ratio = confined[STARTS / 2] / unconfined[STARTS / 2];
            System.out.printf(
                    "sandbox start to first output: min %.1f p50 %.1f p90 %.1f ms; plain p50 %.1f ms%n",
                    confined[0],
                    confined[STARTS / 2],
                    confined[STARTS * 9 / 10],
                    unconfined[STARTS / 2]);
            assertTrue(ratio < 6, ratio + " times a plain process");
        }
    }

    private static double[] measure(dev.glis.engine.Sandboxes sandboxes) throws Exception {
        double[] times = new double[STARTS];
        for (int i = 0; i < STARTS; i++) {
            var spec = SandboxFixture.spec(Egress.NONE, List.of(), "/bin/echo", "begun");
            var begun = new CompletableFuture<Long>();
            long start = System.nanoTime();
            var sandbox = sandboxes.start(spec, line -> begun.complete(System.nanoTime()));
            times[i] = (begun.get(10, TimeUnit.SECONDS) - start) / 1e6;
            SandboxFixture.end(sandbox);
            sandbox.exit().get(10, TimeUnit.SECONDS);
        }
        Arrays.sort(times);
        return times;
    }
}
