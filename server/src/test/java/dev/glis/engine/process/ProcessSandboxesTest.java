package dev.glis.engine.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.glis.engine.Egress;
import dev.glis.engine.Sandbox;
import dev.glis.engine.Sandboxes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sandboxes, run for real. */
final class ProcessSandboxesTest {
    @Test
    void givesLinesAndTheStatus(@TempDir Path folder) throws Exception {
        // Given
        try (var sandboxes = ProcessSandboxes.open(folder)) {
            var lines = new ConcurrentLinkedQueue<String>();
            // When
            Sandbox sandbox = sandboxes.start(shell("one", "echo $GREETING; exit 3"), lines::add);
            // Then
            var exit = sandbox.exit().get(10, TimeUnit.SECONDS);
            assertEquals(new Sandbox.Exit(3, false), exit);
            assertEquals(List.of("hello"), List.copyOf(lines));
        }
    }

    @Test
    void isNoMoreUrgentThanOthersThoughTheServerIs(@TempDir Path folder) throws Exception {
        // Given
        try (var sandboxes = ProcessSandboxes.open(folder)) {
            var lines = new ConcurrentLinkedQueue<String>();
            var spec = shell("calm", "nice; grep -c 'nice priority *0 *0 ' /proc/self/limits");
            var start =
                    new FutureTask<>(
                            () -> {
                                assumeTrue(raisePriority(), "needs the right to do that");
                                return sandboxes.start(spec, lines::add);
                            });
            // When
            Thread.ofPlatform().start(start);
            start.get(10, TimeUnit.SECONDS).exit().get(10, TimeUnit.SECONDS);
            // Then
            assertEquals(List.of("0", "1"), List.copyOf(lines));
        }
    }

    @Test
    void whoCalculatesWithoutEndGivesWay(@TempDir Path folder) throws Exception {
        // Given
        Path cpu = CgroupMounts.find().v1().getOrDefault("cpu", Path.of("/none"));
        assumeTrue(Files.isWritable(cpu), "needs control groups of version 1");
        try (var sandboxes = ProcessSandboxes.open(folder)) {
            Path shares = cpu.resolve(ServerName.current().of("hog")).resolve("cpu.shares");
            // When
            var hog = sandboxes.start(shell("hog", "while :; do :; done"), line -> true);
            // Then
            SandboxFixture.await("it gives way", () -> ControlFiles.number(shares) == 256);
            SandboxFixture.end(hog);
        }
    }

    /** Of the calling thread, and so of all that it starts. */
    private static boolean raisePriority() throws Exception {
        String thread = Path.of("/proc/thread-self").toRealPath().getFileName().toString();
        return new ProcessBuilder("renice", "-n", "-5", "-p", thread).start().waitFor() == 0;
    }

    @Test
    void aFailedStartIsToldToTheOperatorAlone(@TempDir Path folder) throws Exception {
        // Given
        var impossible = new Sandboxes.Mount(Path.of("/usr/bin"), "/usr/no/folder");
        var spec = SandboxFixture.spec(Egress.NONE, List.of(impossible), "/bin/true");
        try (var sandboxes = ProcessSandboxes.open(folder)) {
            // When
            var ended = SandboxFixture.run(sandboxes, spec);
            // Then
            assertFalse(ended.exit().begun());
            assertEquals(List.of(), ended.lines());
        }
    }

    @Test
    void aCommandMaySpeakAsTheLauncherDoes(@TempDir Path folder) throws Exception {
        // Given
        try (var sandboxes = ProcessSandboxes.open(folder)) {
            // When
            var ended = SandboxFixture.run(sandboxes, shell("mimic", "echo bwrap: no; exit 1"));
            // Then
            assertEquals(new Sandbox.Exit(1, false), ended.exit());
            assertEquals(List.of("bwrap: no"), ended.lines());
        }
    }

    @Test
    void killEndsIt(@TempDir Path folder) throws Exception {
        // Given
        try (var sandboxes = ProcessSandboxes.open(folder)) {
            Sandbox sandbox = sandboxes.start(shell("two", "sleep 1000 & wait"), line -> true);
            // When
            sandbox.kill();
            // Then
            assertEquals(137, sandbox.exit().get(10, TimeUnit.SECONDS).status());
            assertTrue(sandbox.listener().isOpen());
            sandbox.listener().close();
        }
    }

    @Test
    void everyJavaOfThisMachineFindsItsSettings(@TempDir Path folder) throws Exception {
        // Given
        var settings = "/usr/lib/jvm/*/conf/security/java.security";
        var script =
                "for file in %s; do test ! -L $file || cat < $file > /dev/null || echo $file; done"
                        .formatted(settings);
        try (var sandboxes = ProcessSandboxes.open(folder)) {
            // When
            var ended = SandboxFixture.run(sandboxes, shell("java", script));
            // Then
            assertEquals(List.of(), ended.lines());
        }
    }

    private static Sandboxes.Spec shell(String id, String script) {
        return new Sandboxes.Spec(
                id,
                List.of("/bin/sh", "-c", script),
                Map.of("GREETING", "hello"),
                List.of(),
                List.of(),
                128,
                1.0,
                64,
                64,
                Egress.NONE);
    }
}
