package dev.glis.engine.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.engine.Egress;
import dev.glis.engine.Sandboxes;
import dev.glis.engine.StemSandboxes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Sandboxes that get their function later are in the end what the others are from the start. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ProcessStemsTest {
    /** Waits as a guest does, then tells what it sees. */
    private static final String WAIT =
            "echo '%s'; message=$(cat); echo '%s'; exec 0</dev/null; "
                    .formatted(StemSandboxes.WAITING, StemSandboxes.BEGINNING);

    private static final String LOOK =
            """
            pwd; /bin/pwd
            cat file.txt
            ls /var/task /opt
            for place in . /var/task/lib /opt /tmp /etc /; do
              touch $place/written 2>/dev/null && echo "writes $place"
            done
            cut -d' ' -f4-6 /proc/self/mountinfo | grep -v 'etc-[0-9]* /etc' | sort
            grep -E '^(Cap|NoNewPrivs|Seccomp|Groups)' /proc/self/status
            cat /proc/self/limits
            ls /proc/self/fd; ls /proc | grep -v '^[0-9]'
            df -k /tmp | tail -1 | tr -s ' ' | cut -d' ' -f2
            ls /sys /sys/class/net 2>/dev/null; cat /proc/net/dev | cut -d: -f1
            hostname
            """;

    private ProcessSandboxes sandboxes;
    private StemSandboxes stems;
    private Path code;
    private Path layer;

    @BeforeAll
    void open(@TempDir Path folder) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        sandboxes = ProcessSandboxes.open(folder.resolve("sandboxes"));
        stems = sandboxes.stems().orElseThrow();
        code = Files.createDirectories(folder.resolve("code"));
        Files.createDirectories(code.resolve("lib"));
        Files.writeString(code.resolve("file.txt"), "the code\n");
        layer = Files.createDirectories(folder.resolve("layer"));
        Files.writeString(layer.resolve("from-layer"), "");
    }

    @AfterAll
    void close() {
        sandboxes.close();
    }

    @Test
    void isInTheEndWhatAPlainSandboxIs() throws Exception {
        // Given what a plain sandbox with a layer sees
        var plain = SandboxFixture.run(sandboxes, plain(LOOK));

        // When the same code comes into one that waited for it
        var lines = specialised(LOOK, List.of(layer));

        // Then it sees the same
        assertEquals(plain.text(), String.join("\n", lines));
        assertTrue(lines.contains("the code"), plain.text());
        assertFalse(plain.text().contains("writes ."), plain.text());
    }

    @Test
    void seesWhatWasPreparedAsAPlainSandboxDoes() throws Exception {
        // Given a folder that is mounted into a plain sandbox
        var cache = Files.createDirectories(code.resolveSibling("cache"));
        Files.writeString(cache.resolve("cache"), "prepared\n");
        String script =
                "cat /var/prepared/cache; touch /var/prepared/written || echo read-only; "
                        + "grep -o '/var/prepared ro[a-z,]*' /proc/self/mountinfo; ls -a /var";
        var spec = plain(script);
        var mounts = new ArrayList<>(spec.mounts());
        mounts.add(new Sandboxes.Mount(cache, "/var/prepared"));
        var plain = SandboxFixture.run(sandboxes, withMounts(spec, mounts));

        // When one that waited gets it with its code
        var lines = specialised(script, List.of(layer), Optional.of(cache));

        // Then it sees the same
        assertEquals(plain.text(), String.join("\n", lines));
        assertTrue(lines.contains("prepared") && lines.contains("read-only"), plain.text());
    }

    @Test
    void getsItsMessageOnceAndNothingElse() throws Exception {
        // Given one that waits
        var stem = stems.start(stem("echo \"got $message\"; cat; echo end"));
        assertTrue(stem.ready().get(SandboxFixture.PATIENCE_MS, TimeUnit.MILLISECONDS));
        var lines = new ConcurrentLinkedQueue<String>();

        // When it gets its function
        var sandbox =
                stem.specialise(code, List.of(), Optional.empty(), bytes("a message"), lines::add);

        // Then it has the message, and its input has ended
        assertEquals(
                0, sandbox.exit().get(SandboxFixture.PATIENCE_MS, TimeUnit.MILLISECONDS).status());
        assertEquals(List.of("got a message", "end"), List.copyOf(lines));
        sandbox.listener().close();
    }

    @Test
    void letsOthersGoFirstUntilItHasItsFunction() throws Exception {
        // Given one that waits
        var spec = stem("exec sleep 600");
        var stem = stems.start(spec);
        assertTrue(stem.ready().get(SandboxFixture.PATIENCE_MS, TimeUnit.MILLISECONDS));
        int waiting = cpuShares(spec);

        // When it gets its function
        var sandbox =
                stem.specialise(code, List.of(), Optional.empty(), bytes("message"), line -> true);
        int working = cpuShares(spec);

        // Then it has the turns of all
        stem.kill();
        sandbox.listener().close();
        assertEquals(4 * waiting, working);
    }

    /** Of its control group, whose version the machine decides. */
    private static int cpuShares(Sandboxes.Spec spec) throws IOException {
        var mounts = CgroupMounts.find();
        var name = ServerName.current().of(spec.id());
        Path first = mounts.v1().getOrDefault("cpu", Path.of("/none")).resolve(name);
        Path file =
                Files.exists(first)
                        ? first.resolve("cpu.shares")
                        : CgroupsV2.parent(Objects.requireNonNull(mounts.v2()))
                                .resolve(name)
                                .resolve("cpu.weight");
        return Integer.parseInt(Files.readString(file).strip());
    }

    @Test
    void keepsALimitOfItsSpecification() throws Exception {
        // When a program that waited fills its memory
        var lines =
                specialised(
                        "head -c 400m /dev/zero | tail -c 399m | wc -c; echo \"status $?\"",
                        List.of());

        // Then it does not get further than a plain one
        assertFalse(lines.contains("418381824"), lines.toString());
    }

    @Test
    void tellsThatItEndedWithoutAFunction() throws Exception {
        // Given one that ends at once
        var stem = stems.start(SandboxFixture.shell("exit 3"));
        stem.exit().get(SandboxFixture.PATIENCE_MS, TimeUnit.MILLISECONDS);

        // When somebody waits for it, or gives it a function all the same
        boolean ready = stem.ready().get(SandboxFixture.PATIENCE_MS, TimeUnit.MILLISECONDS);

        // Then both are told
        assertFalse(ready);
        assertThrows(
                IOException.class,
                () ->
                        stem.specialise(
                                code, List.of(), Optional.empty(), bytes("late"), line -> true));
    }

    @Test
    void doesNotWaitForOneThatNeverBegins() throws Exception {
        // Given one that waits, but will take no message
        var stem =
                stems.start(
                        SandboxFixture.shell("echo '" + StemSandboxes.WAITING + "'; sleep 600"));
        assertTrue(stem.ready().get(SandboxFixture.PATIENCE_MS, TimeUnit.MILLISECONDS));

        // When it gets its function
        var failure =
                assertThrows(
                        IOException.class,
                        () ->
                                stem.specialise(
                                        code,
                                        List.of(),
                                        Optional.empty(),
                                        bytes("x"),
                                        line -> true));

        // Then that fails, and it is killed
        assertTrue(failure.toString().contains("does not take"), failure.toString());
        stem.exit().get(SandboxFixture.PATIENCE_MS, TimeUnit.MILLISECONDS);
    }

    private Sandboxes.Spec plain(String script) {
        var mount = new Sandboxes.Mount(code, "/var/task");
        var spec = SandboxFixture.spec(Egress.NONE, List.of(mount), "/bin/sh", "-c", script);
        return withMounts(spec, spec.mounts());
    }

    private Sandboxes.Spec withMounts(Sandboxes.Spec spec, List<Sandboxes.Mount> mounts) {
        return new Sandboxes.Spec(
                spec.id(),
                spec.command(),
                spec.environment(),
                mounts,
                List.of(layer),
                spec.memoryMb(),
                spec.cpuShare(),
                spec.processes(),
                spec.temporaryMb(),
                spec.egress());
    }

    private static Sandboxes.Spec stem(String script) {
        return SandboxFixture.shell(WAIT + script);
    }

    private List<String> specialised(String script, List<Path> layers) throws Exception {
        return specialised(script, layers, Optional.empty());
    }

    private List<String> specialised(String script, List<Path> layers, Optional<Path> prepared)
            throws Exception {
        var stem = stems.start(stem(script));
        var lines = new ConcurrentLinkedQueue<String>();
        try {
            stem.ready().get(SandboxFixture.PATIENCE_MS, TimeUnit.MILLISECONDS);
            var sandbox = stem.specialise(code, layers, prepared, bytes("message"), lines::add);
            sandbox.listener().close();
            stem.exit().get(SandboxFixture.PATIENCE_MS, TimeUnit.MILLISECONDS);
            return new ArrayList<>(lines);
        } finally {
            stem.kill();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
