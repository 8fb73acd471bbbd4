package dev.glis.engine.process;

import static dev.glis.engine.process.SandboxFixture.python;
import static dev.glis.engine.process.SandboxFixture.run;
import static dev.glis.engine.process.SandboxFixture.shell;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.glis.engine.Egress;
import dev.glis.engine.Sandboxes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Programs that try to leave the sandbox, to see what is not theirs, or to take too much. */
final class HostileProcessTest {
    @TempDir private static Path folder;
    private static ProcessSandboxes sandboxes;

    @BeforeAll
    static void open() throws Exception {
        sandboxes = ProcessSandboxes.open(folder);
    }

    @AfterAll
    static void close() {
        sandboxes.close();
    }

    @Test
    void hasNoRightsAtAll() throws Exception {
        // When
        var ended = run(sandboxes, shell("cat /proc/self/status; id -u; id -G"));
        // Then
        for (String set : List.of("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")) {
            assertTrue(ended.lines().contains(set + ":\t0000000000000000"), set + ended.text());
        }
        assertTrue(ended.lines().contains("NoNewPrivs:\t1"), ended.text());
        assertTrue(ended.lines().contains("Seccomp:\t2"), ended.text());
        assertFalse(ended.lines().contains("0"), ended.text());
    }

    @ParameterizedTest
    @CsvSource({
        "mount, '165, 0, 0, 0, 0, 0', EPERM",
        "umount2, '166, 0, 0', EPERM",
        "pivot_root, '155, 0, 0', EPERM",
        "chroot, '161, 0', EPERM",
        "ptrace, '101, 16, 1, 0, 0', EPERM",
        "process_vm_readv, '310, 1, 0, 0, 0, 0, 0', EPERM",
        "unshare NEWUSER, '272, 0x10000000', EPERM",
        "unshare NEWNET, '272, 0x40000000', EPERM",
        "clone NEWUSER, '56, 0x10000011, 0, 0, 0, 0', EPERM",
        "clone NEWNS, '56, 0x00020011, 0, 0, 0, 0', EPERM",
        "clone3, '435, 0, 0', ENOSYS",
        "setns, '308, 0, 0', EPERM",
        "io_uring_setup, '425, 8, 0', EPERM",
        "keyctl, '250, 0, 0', EPERM",
        "add_key, '248, 0, 0, 0, 0, 0', EPERM",
        "bpf, '321, 0, 0, 0', EPERM",
        "perf_event_open, '298, 0, 0, 0, 0, 0', EPERM",
        "userfaultfd, '323, 0', EPERM",
        "open_by_handle_at, '304, 0, 0, 0', EPERM",
        "personality without random addresses, '135, 0x40000', EPERM",
        "raw packets, '41, 17, 3, 0', EAFNOSUPPORT",
        "raw internet, '41, 2, 3, 1', EPERM",
        "kernel cryptography, '41, 38, 5, 0', EAFNOSUPPORT",
        "virtual machine sockets, '41, 40, 1, 0', EAFNOSUPPORT",
        "netlink of the packet filter, '41, 16, 3, 12', EAFNOSUPPORT",
        "terminal input, '16, 0, 0x5412, 0', EPERM",
        "init_module, '175, 0, 0, 0', EPERM",
        "reboot, '169, 0, 0, 0, 0', EPERM",
        "a call newer than the filter, '470, 0', ENOSYS"
    })
    void refusesSystemCall(String name, String arguments, String error) throws Exception {
        // Given
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "numbers are of amd64");
        assumeTrue(SandboxFixture.pythonPresent(), "python3 is not installed");
        String script =
                """
                import ctypes, errno
                libc = ctypes.CDLL(None, use_errno=True)
                arguments = [ctypes.c_long(a) for a in [%s]]
                result = libc.syscall(*arguments)
                print('done' if result >= 0 else errno.errorcode[ctypes.get_errno()])
                """
                        .formatted(arguments);
        // When
        var ended = run(sandboxes, python(script));
        // Then
        assertEquals(List.of(error), ended.lines(), name);
    }

    @Test
    void ordinaryCallsWork() throws Exception {
        // Given
        assumeTrue(SandboxFixture.pythonPresent(), "python3 is not installed");
        String script =
                """
                import socket, subprocess, threading, tempfile, os, pwd
                thread = threading.Thread(target=lambda: print('thread'))
                thread.start()
                thread.join()
                print(subprocess.run(['echo', 'child'], capture_output=True).stdout.decode().strip())
                print(socket.socketpair() and 'pair')
                print(len(tempfile.mkdtemp()) > 0 and 'temporary')
                print(pwd.getpwuid(os.getuid()).pw_name)
                print(socket.gethostbyname('localhost'))
                open('/dev/stdout', 'w').write('reopened\\n')
                """;
        // When
        var ended = run(sandboxes, python(script));
        // Then
        assertEquals(
                List.of("thread", "child", "pair", "temporary", "sandbox", "127.0.0.1", "reopened"),
                ended.lines());
    }

    @ParameterizedTest
    @CsvSource({
        "cat /etc/shadow",
        "ls /root",
        "ls /home",
        "ls /var/lib",
        "ls /run",
        "ls /sys",
        "cat /proc/kcore",
        "touch /usr/x",
        "touch /etc/x",
        "touch /x",
        "touch /dev/x",
        "touch /dev/shm/x",
        "echo 1 > /proc/sys/kernel/panic",
        "echo b > /proc/sysrq-trigger",
        "mknod /tmp/disk b 254 0",
        "mount -t tmpfs none /tmp",
        "su -c id",
        "hostname other"
    })
    void refusesCommand(String command) throws Exception {
        // When
        var ended = run(sandboxes, shell(command + " 2>&1 && echo REACHED"));
        // Then
        assertFalse(ended.lines().contains("REACHED"), ended.text());
    }

    @Test
    void seesNoProcessButItsOwn() throws Exception {
        // Given
        var neighbour =
                sandboxes.start(shell("echo secret > /tmp/secret; sleep 1000"), line -> true);
        // When
        var ended =
                run(
                        sandboxes,
                        shell(
                                "ls -d /proc/[0-9]* | wc -l; tr '\\0' ' ' < /proc/1/cmdline;"
                                        + " cat /proc/1/environ; ls /tmp; kill -9 -1; echo end"));
        // Then
        assertTrue(Integer.parseInt(ended.lines().getFirst().strip()) <= 5, ended.text());
        assertFalse(ended.text().contains("secret"), ended.text());
        assertFalse(neighbour.exit().isDone());
        SandboxFixture.end(neighbour);
    }

    @Test
    void theHostsSecretsAreInNoEnvironmentOrCommandLine() throws Exception {
        // When
        var ended =
                run(
                        sandboxes,
                        shell(
                                "env | sort; for f in /proc/[0-9]*/environ; do tr '\\0' '\\n' < $f; done"
                                        + " 2>/dev/null"));
        // Then
        String hostsHome = System.getenv().getOrDefault("HOME", "/root");
        assertTrue(ended.lines().contains("GREETING=hello"), ended.text());
        assertTrue(ended.lines().contains("AWS_LAMBDA_RUNTIME_API=127.0.0.1:9001"), ended.text());
        assertFalse(ended.lines().contains("HOME=" + hostsHome), ended.text());
    }

    @Test
    void reachesNoPortOfTheHostNorOfANeighbour() throws Exception {
        // Given
        assumeTrue(SandboxFixture.pythonPresent(), "python3 is not installed");
        var neighbour = sandboxes.start(shell("sleep 1000"), line -> true);
        try (var host = new ServerSocket(0, 1, InetAddress.ofLiteral("0.0.0.0"))) {
            String script =
                    """
                    import socket
                    for target in [('127.0.0.1', %d), ('169.254.169.254', 80), ('127.0.0.1', 4566)]:
                        try:
                            socket.create_connection(target, 1)
                            print('REACHED')
                        except OSError as refused:
                            print('refused')
                    print(socket.create_connection(('127.0.0.1', 9001), 1) and 'own')
                    """
                            .formatted(host.getLocalPort());
            // When
            var ended = run(sandboxes, python(script));
            // Then
            assertEquals(List.of("refused", "refused", "refused", "own"), ended.lines());
            neighbour.listener().configureBlocking(false);
            assertNull(neighbour.listener().accept());
        }
        SandboxFixture.end(neighbour);
    }

    @Test
    void readsWhatIsMountedAndCannotWriteIt(@TempDir Path code) throws Exception {
        // Given
        Files.setPosixFilePermissions(code, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(code.resolve("index.txt"), "the code\n");
        var mounts = List.of(new Sandboxes.Mount(code, "/var/task"));
        var spec =
                SandboxFixture.spec(
                        Egress.NONE,
                        mounts,
                        "/bin/sh",
                        "-c",
                        "pwd; cat index.txt; echo x >> index.txt; touch y; ls /var");
        // When
        var ended = run(sandboxes, spec);
        // Then
        assertTrue(
                ended.lines().containsAll(List.of("/var/task", "the code", "task")), ended.text());
        assertEquals("the code\n", Files.readString(code.resolve("index.txt")));
        assertEquals(List.of("index.txt"), names(code));
    }

    private static List<String> names(Path folder) throws Exception {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Test
    void refusesAMountThatItsUserCouldNotRead(@TempDir Path closed) throws Exception {
        // Given
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
        var mounts = List.of(new Sandboxes.Mount(closed, "/var/task"));
        var spec = SandboxFixture.spec(Egress.NONE, mounts, "/bin/true");
        // When
        var refusal = assertThrows(IOException.class, () -> sandboxes.start(spec, line -> true));
        // Then
        assertTrue(String.valueOf(refusal.getMessage()).contains("chmod"), refusal.toString());
    }

    @Test
    void loaderVariablesReachOnlyTheUnprivilegedCommand() throws Exception {
        // Given
        var spec =
                new Sandboxes.Spec(
                        "loader",
                        List.of("/bin/sh", "-c", "true"),
                        java.util.Map.of("LD_PRELOAD", "/nowhere.so"),
                        List.of(),
                        List.of(),
                        128,
                        1,
                        16,
                        8,
                        Egress.NONE);
        // When
        var ended = run(sandboxes, spec);
        // Then: the loader complains once, for the command, not for setpriv and env before it
        assertEquals(
                1, ended.lines().stream().filter(line -> line.contains("/nowhere.so")).count());
    }

    @Test
    void aForkBombStopsAtItsLimitAndItsNeighbourWorks() throws Exception {
        // Given
        var bomb =
                sandboxes.start(
                        shell("f() { while :; do sleep 100 & done; }; f 2>/dev/null"),
                        line -> true);
        // When
        var ended = run(sandboxes, shell("for i in 1 2 3 4 5; do /bin/echo $i; done"));
        // Then
        assertEquals(List.of("1", "2", "3", "4", "5"), ended.lines());
        SandboxFixture.end(bomb);
        bomb.exit().get(SandboxFixture.PATIENCE_MS, TimeUnit.MILLISECONDS);
    }

    @Test
    void aMemoryHogIsStoppedAndTold() throws Exception {
        // Given
        assumeTrue(SandboxFixture.pythonPresent(), "python3 is not installed");
        // When
        var ended = run(sandboxes, python("x = []\nwhile True: x.append(bytearray(1 << 20))"));
        // Then
        assertTrue(ended.exit().outOfMemory());
        assertEquals(137, ended.exit().status());
    }

    @Test
    void aFullTemporaryFolderIsAnErrorInside() throws Exception {
        // When
        var ended =
                run(
                        sandboxes,
                        shell(
                                "dd if=/dev/zero of=/tmp/fill bs=1M count=100 2>&1; stat -c %s /tmp/fill"));
        // Then
        assertTrue(ended.text().contains("No space left on device"), ended.text());
        long writtenMb = Long.parseLong(ended.lines().getLast()) >> 20;
        assertTrue(writtenMb >= 32 && writtenMb < 40, ended.text());
    }

    @Test
    void aTemporaryFolderMayBeLargerThanMemory() throws Exception {
        // Given
        assumeTrue(
                sandboxes.strength().strong().stream().anyMatch(fact -> fact.contains("/tmp")),
                "no loop devices here");
        var small = shell("dd if=/dev/zero of=/tmp/fill bs=1M 2>&1; stat -c %s /tmp/fill");
        var spec = SandboxFixture.sized(small, 64, 200);
        // When
        var ended = run(sandboxes, spec);
        // Then
        assertFalse(ended.exit().outOfMemory());
        assertTrue(ended.text().contains("No space left on device"), ended.text());
        long writtenMb = Long.parseLong(ended.lines().getLast()) >> 20;
        assertTrue(writtenMb >= 200 && writtenMb < 210, ended.text());
    }

    @Test
    void temporaryFoldersAreEmptyAndOnesOwn() throws Exception {
        // Given
        run(sandboxes, shell("echo secret > /tmp/secret; mkdir /tmp/folder"));
        // When
        var ended = run(sandboxes, shell("ls -A /tmp | wc -l; stat -c %a /tmp"));
        // Then
        assertEquals(List.of("0", "1777"), ended.lines());
    }

    @Test
    void endlessOutputWaitsForItsReceiver() throws Exception {
        // Given
        var lines = new ConcurrentLinkedQueue<String>();
        var endless =
                sandboxes.start(
                        shell("while :; do echo 0123456789012345678901234567890123456789; done"),
                        line -> {
                            lines.add(line);
                            return false;
                        });
        // When
        SandboxFixture.await("some output came", () -> lines.size() > 100);
        int once = lines.size();
        Thread.sleep(500);
        int later = lines.size();
        // Then: at most one reading of 16 KiB for each pause of 50 ms
        assertTrue(later - once < 20 * 400, later - once + " lines in half a second");
        SandboxFixture.end(endless);
        assertEquals(
                137,
                endless.exit().get(SandboxFixture.PATIENCE_MS, TimeUnit.MILLISECONDS).status());
    }
}
