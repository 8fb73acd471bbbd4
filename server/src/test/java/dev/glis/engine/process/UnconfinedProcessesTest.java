package dev.glis.engine.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.engine.Egress;
import dev.glis.engine.Sandboxes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plain processes. */
final class UnconfinedProcessesTest {
    @TempDir private Path folder;
    private UnconfinedProcesses processes;

    @BeforeEach
    void open() throws Exception {
        processes = UnconfinedProcesses.open(folder.resolve("own"));
    }

    @AfterEach
    void close() {
        processes.close();
    }

    @Test
    void namesOfPlacesInsideBecomeThoseOnTheHost() throws Exception {
        // Given
        Path code = Files.createDirectory(folder.resolve("code"));
        Files.writeString(code.resolve("hello.txt"), "from the code\n");
        var mounts = List.of(new Sandboxes.Mount(code, "/var/task"));
        var spec =
                SandboxFixture.spec(
                        Egress.NONE,
                        mounts,
                        "/bin/sh",
                        "-c",
                        "cat /var/task/hello.txt; pwd; exit 7");
        // When
        var ended = SandboxFixture.run(processes, spec);
        // Then
        assertEquals(List.of("from the code", code.toString()), ended.lines());
        assertEquals(7, ended.exit().status());
    }

    @Test
    void eachHasItsOwnRuntimeApi() throws Exception {
        // Given
        var lines = new ConcurrentLinkedQueue<String>();
        var spec = SandboxFixture.shell("echo $AWS_LAMBDA_RUNTIME_API; sleep 1000");
        // When
        var one = processes.start(spec, lines::add);
        var other = processes.start(SandboxFixture.shell("sleep 1000"), line -> true);
        // Then
        SandboxFixture.await("the address was printed", () -> !lines.isEmpty());
        assertEquals(one.apiAddress(), lines.peek());
        assertNotEquals(one.apiAddress(), other.apiAddress());
        SandboxFixture.end(one);
        SandboxFixture.end(other);
    }

    @Test
    void aGrandchildDoesNotOutliveIt() throws Exception {
        // When
        var ended = SandboxFixture.run(processes, SandboxFixture.shell("sleep 1000 & echo $!"));
        // Then
        String grandchild = ended.lines().getFirst();
        SandboxFixture.await(
                "the grandchild is gone", () -> !Files.exists(Path.of("/proc/" + grandchild)));
        assertEquals(0, ended.exit().status());
    }

    @Test
    void killEndsIt() throws Exception {
        // Given
        var process = processes.start(SandboxFixture.shell("sleep 1000 & wait"), line -> true);
        // When
        SandboxFixture.end(process);
        // Then
        assertEquals(
                137,
                process.exit().get(SandboxFixture.PATIENCE_MS, TimeUnit.MILLISECONDS).status());
        assertTrue(Files.isDirectory(folder.resolve("own/tmp")));
    }
}
