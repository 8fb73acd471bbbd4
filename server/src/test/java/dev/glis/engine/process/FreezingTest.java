package dev.glis.engine.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.glis.engine.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sandboxes whose processes are stopped and let run again, by each of the ways to do that. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FreezingTest {
    /** Two processes that print now and then, and a third that only computes. */
    private static final String WORKING =
            "(while :; do echo a; sleep 0.002; done) & (while :; do :; done) &"
                    + " while :; do echo b; sleep 0.002; done";

    /** Its parent waits as after a vfork, by a system call that has another number on aarch64. */
    private static final String WAITING_FOR_ITS_CHILD =
            """
            import ctypes, platform, signal, sys
            clone = {'x86_64': 56, 'aarch64': 220}[platform.machine()]
            CLONE_VFORK = 0x4000
            ctypes.CDLL(None).syscall(clone, CLONE_VFORK | signal.SIGCHLD, 0, 0, 0, 0)
            while True:
                with open(sys.argv[1], 'a') as file:
                    file.write('.')
            """;

    private ProcessSandboxes sandboxes;

    @BeforeAll
    void open(@TempDir Path folder) throws IOException {
        sandboxes = ProcessSandboxes.open(folder);
    }

    @AfterAll
    void close() {
        sandboxes.close();
    }

    @Test
    void nothingRunsUntilItIsThawed() throws Exception {
        // Given processes at work
        var lines = new ConcurrentLinkedQueue<String>();
        Sandbox sandbox = working(lines);

        // When they are frozen, and time goes by
        SandboxFixture.await("they stop", sandbox::freeze);
        awaitOutput(sandbox);
        int before = lines.size();
        sandbox.reclaim();
        letTimePass();

        // Then none has printed anything meanwhile, and all go on when they are thawed
        assertEquals(before, lines.size());
        assertNotEquals(0, sandbox.heldMemoryBytes());
        sandbox.thaw();
        SandboxFixture.await("both print again", () -> bothPrintedAfter(lines, before));
        SandboxFixture.end(sandbox);
        assertEquals(137, status(sandbox));
    }

    @Test
    void aFrozenOneDiesWhenItIsKilled() throws Exception {
        // Given
        Sandbox sandbox = working(new ConcurrentLinkedQueue<>());
        SandboxFixture.await("they stop", sandbox::freeze);
        // When
        SandboxFixture.end(sandbox);
        // Then
        assertEquals(137, status(sandbox));
    }

    @Test
    void canBeFrozenAgainAndAgain() throws Exception {
        // Given
        var lines = new ConcurrentLinkedQueue<String>();
        Sandbox sandbox = working(lines);
        // When
        for (int i = 0; i < 50; i++) {
            boolean unused = sandbox.freeze();
            sandbox.thaw();
        }
        // Then
        int before = lines.size();
        SandboxFixture.await("both print", () -> bothPrintedAfter(lines, before));
        SandboxFixture.end(sandbox);
    }

    @Test
    void signalsStopATreeOfProcesses(@TempDir Path folder) throws Exception {
        // Given processes that start others, and one whose parent has ended
        Path file = Files.createFile(folder.resolve("ticks"));
        assertSignalsStopIt(
                file,
                "/bin/sh",
                "-c",
                "(while :; do echo >> $0; done) & exec sh -c \"$1\" $0",
                file.toString(),
                "while :; do echo >> $0; /bin/true; done");
    }

    /** What started a child by vfork waits for it, and cannot even stop before. */
    @Test
    void aProcessThatWaitsForItsChildToBeginCountsAsStopped(@TempDir Path folder) throws Exception {
        // Given a child that never becomes another program
        Path file = Files.createFile(folder.resolve("ticks"));
        assertSignalsStopIt(file, "python3", "-c", WAITING_FOR_ITS_CHILD, file.toString());
    }

    /** As where there are no control groups; these processes just happen to have one. */
    private void assertSignalsStopIt(Path file, String... command) throws Exception {
        Process process = new ProcessBuilder(command).start();
        int descriptor = Native.processDescriptor((int) process.pid());
        var freezer = new FreezerOfTree(descriptor);
        try {
            SandboxFixture.await("they work", () -> size(file) > 100);
            // When
            freezer.begin();
            SandboxFixture.await("they stop", () -> done(freezer));
            long before = size(file);
            letTimePass();
            // Then
            assertEquals(before, size(file));
            freezer.thaw();
            SandboxFixture.await("they go on", () -> size(file) > before);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
            Native.close(descriptor);
        }
    }

    /** Control groups of the second version kill what is frozen, as long as the kernel does. */
    @Test
    void theSecondVersionStopsAndKills() throws Exception {
        // Given a process in a group, wherever that version is mounted
        Path mount = CgroupMounts.find().v2();
        assumeTrue(mount != null && Files.isWritable(mount), "no control groups of version 2");
        Path group = Files.createDirectory(mount.resolve("glis-freezing-test"));
        try {
            Process process = new ProcessBuilder("/bin/sleep", "1000").start();
            ControlFiles.write(group.resolve("cgroup.procs"), Long.toString(process.pid()));
            var freezer = new FreezerV2(group);
            // When
            freezer.begin();
            SandboxFixture.await("it is frozen", freezer::done);
            process.destroyForcibly();
            // Then
            assertTrue(process.waitFor(SandboxFixture.PATIENCE_MS, TimeUnit.MILLISECONDS));
        } finally {
            Files.delete(group);
        }
    }

    private Sandbox working(Collection<String> lines) throws Exception {
        Sandbox sandbox = sandboxes.start(SandboxFixture.shell(WORKING), lines::add);
        SandboxFixture.await("both work", () -> bothPrintedAfter(lines, 0));
        return sandbox;
    }

    private static boolean bothPrintedAfter(Collection<String> lines, int before) {
        var later = lines.stream().skip(before).toList();
        return later.contains("a") && later.contains("b");
    }

    /** Another sandbox does in this time what the frozen one would. */
    private void letTimePass() throws Exception {
        var lines = new ConcurrentLinkedQueue<String>();
        Sandbox other = working(lines);
        SandboxFixture.await("others get on", () -> lines.size() > 20);
        SandboxFixture.end(other);
    }

    private static void awaitOutput(Sandbox sandbox) throws InterruptedException {
        var done = new CountDownLatch(1);
        sandbox.afterOutput(done::countDown);
        assertTrue(done.await(SandboxFixture.PATIENCE_MS, TimeUnit.MILLISECONDS));
    }

    private static boolean done(Freezer freezer) {
        try {
            return freezer.done();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static long size(Path file) {
        return file.toFile().length();
    }

    private static int status(Sandbox sandbox) throws Exception {
        return sandbox.exit().get(SandboxFixture.PATIENCE_MS, TimeUnit.MILLISECONDS).status();
    }
}
