package dev.glis.engine.process;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.engine.Egress;
import dev.glis.engine.Sandboxes;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long it takes from the call until the command prints, beside a plain process's time. The two
 * take turns, and the faster ones of each are compared, because the machine may be busy with other
 * things, now more and now less.
 */
@Tag("slow")
final class StartLatencyTest {
    private static final int STARTS = 100;
    private static final int FASTER = STARTS / 10;

    @Test
    void startsInAFewMilliseconds(@TempDir Path folder) throws Exception {
        // Given
        double[] confined = new double[STARTS];
        double[] plain = new double[STARTS];
        try (var sandboxes = ProcessSandboxes.open(folder);
                var processes = UnconfinedProcesses.open(folder.resolve("plain"))) {
            for (int i = 0; i < STARTS; i++) {
                start(sandboxes);
            }
            // When
            for (int i = 0; i < STARTS; i++) {
                confined[i] = start(sandboxes);
                plain[i] = start(processes);
            }
        }
        // Then
        Arrays.sort(confined);
        Arrays.sort(plain);
        System.out.printf(
                "start to first output: sandbox p10 %.1f p50 %.1f ms, plain process p10 %.1f p50 %.1f ms%n",
                confined[FASTER], confined[STARTS / 2], plain[FASTER], plain[STARTS / 2]);
        double ratio = confined[FASTER] / plain[FASTER];
        assertTrue(ratio < 6, ratio + " times a plain process");
    }

    /** Returns the time in ms. */
    private static double start(Sandboxes sandboxes) throws Exception {
        var spec = SandboxFixture.spec(Egress.NONE, List.of(), "/bin/echo", "begun");
        var begun = new CompletableFuture<Long>();
        long start = System.nanoTime();
        var sandbox = sandboxes.start(spec, line -> begun.complete(System.nanoTime()));
        double ms = (begun.get(10, TimeUnit.SECONDS) - start) / 1e6;
        SandboxFixture.end(sandbox);
        sandbox.exit().get(10, TimeUnit.SECONDS);
        return ms;
    }
}
