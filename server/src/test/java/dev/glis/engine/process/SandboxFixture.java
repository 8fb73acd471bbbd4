package dev.glis.engine.process;

import dev.glis.engine.Egress;
import dev.glis.engine.Sandbox;
import dev.glis.engine.Sandboxes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** Starts scripts in sandboxes and waits for what they do. */
final class SandboxFixture {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    static final long PATIENCE_MS = 20_000;

    private SandboxFixture() {}

    /** A sandbox that has ended. */
    record Ended(Sandbox.Exit exit, List<String> lines) {
        String text() {
            return String.join("\n", lines);
        }
    }

    static Sandboxes.Spec spec(Egress egress, List<Sandboxes.Mount> mounts, String... command) {
        return new Sandboxes.Spec(
                "t" + NUMBER.incrementAndGet(),
                List.of(command),
                Map.of("PATH", "/usr/bin:/bin", "GREETING", "hello"),
                mounts,
                List.of(),
                256,
                1.0,
                64,
                32,
                egress);
    }

    static Sandboxes.Spec shell(String script) {
        return spec(Egress.NONE, List.of(), "/bin/sh", "-c", script);
    }

    /** A Python program; the interpreter of the distribution, without its site packages. */
    static Sandboxes.Spec python(String script) {
        return spec(Egress.NONE, List.of(), "/usr/bin/python3", "-u", "-I", "-S", "-c", script);
    }

    /** The same with other limits. */
    static Sandboxes.Spec sized(Sandboxes.Spec spec, int memoryMb, int temporaryMb) {
        return new Sandboxes.Spec(
                spec.id(),
                spec.command(),
                spec.environment(),
                spec.mounts(),
                spec.layers(),
                memoryMb,
                spec.cpuShare(),
                spec.processes(),
                temporaryMb,
                spec.egress());
    }

    static boolean pythonPresent() {
        return Files.isExecutable(Path.of("/usr/bin/python3"));
    }

    static Ended run(Sandboxes sandboxes, Sandboxes.Spec spec) throws Exception {
        var lines = new ConcurrentLinkedQueue<String>();
        var sandbox = sandboxes.start(spec, lines::add);
        try {
            var exit = sandbox.exit().get(PATIENCE_MS, TimeUnit.MILLISECONDS);
            return new Ended(exit, List.copyOf(lines));
        } finally {
            end(sandbox);
        }
    }

    static void end(Sandbox sandbox) throws IOException {
        sandbox.kill();
        sandbox.listener().close();
    }

    static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Waited in vain until " + what);
            }
            Thread.sleep(5);
        }
    }
}
