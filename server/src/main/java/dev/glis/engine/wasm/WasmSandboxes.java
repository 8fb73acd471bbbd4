package dev.glis.engine.wasm;

import dev.glis.base.Clock;
import dev.glis.base.Limits;
import dev.glis.base.Timers;
import dev.glis.engine.Sandbox;
import dev.glis.engine.Sandboxes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs WebAssembly modules inside the server, on {@link ProgramThreads}.
 *
 * <p>There are threads enough for every instance to be at work, and another for the moment of its
 * end.
 */
final class WasmSandboxes implements Sandboxes {
    private static final long CLOSE_MS = 5_000;
    private static final String TASK_ROOT = "/var/task";

    private final Modules modules;
    private final OutboundRequests.Group outbound;
    private final Clock clock;
    private final Timers timers;
    private final ProgramThreads threads;
    private final Set<WasmSandbox> running = ConcurrentHashMap.newKeySet();
    private final AtomicInteger count = new AtomicInteger();
    private volatile boolean closed;

    WasmSandboxes(Modules modules, OutboundRequests.Group outbound, Clock clock, Timers timers) {
        this.modules = modules;
        this.outbound = outbound;
        this.clock = clock;
        this.timers = timers;
        this.threads = ProgramThreads.upTo(3 * Limits.WASM_INSTANCES.intValue());
        dropIdleModulesLater();
    }

    private void dropIdleModulesLater() {
        var unused =
                timers.after(
                        Limits.WASM_MODULE_IDLE_MS.value() / 10,
                        () -> {
                            modules.dropIdle();
                            if (!closed) {
                                dropIdleModulesLater();
                            }
                        });
    }

    /** The first word of the command is the module's file as seen inside. */
    @Override
    public Sandbox start(Spec spec, Sandbox.Output output) throws IOException {
        if (closed || count.incrementAndGet() > Limits.WASM_INSTANCES.value()) {
            count.decrementAndGet();
            throw new IOException(
                    "This server runs at most "
                            + Limits.WASM_INSTANCES.value()
                            + " WebAssembly instances");
        }
        try {
            return start(spec, output, file(spec));
        } catch (IOException | RuntimeException e) {
            count.decrementAndGet();
            throw e;
        }
    }

    private Sandbox start(Spec spec, Sandbox.Output output, Path file) throws IOException {
        LoadedModule module = acquire(file);
        try {
            WasmSandbox sandbox = instantiate(spec, output, module);
            keep(sandbox, file);
            return sandbox;
        } catch (IOException | RuntimeException e) {
            modules.release(file);
            throw e;
        }
    }

    private LoadedModule acquire(Path file) throws IOException {
        try {
            return modules.acquire(file);
        } catch (Refusal e) {
            throw new IOException("The module cannot be run: " + e.reason(), e);
        }
    }

    private WasmSandbox instantiate(Spec spec, Sandbox.Output output, LoadedModule module)
            throws IOException {
        for (String warning : module.warnings()) {
            boolean ignored = output.line("WARNING WebAssembly functions " + warning);
        }
        var environment =
                new ProgramEnvironment(
                        spec.command().getFirst(),
                        ProgramEnvironment.ofInstance(spec.environment()));
        var program = new Program(module, clock, Program.pages(spec.memoryMb()));
        return new WasmSandbox(program, environment, output, outbound.of(spec.egress()), threads);
    }

    private void keep(WasmSandbox sandbox, Path file) {
        running.add(sandbox);
        var unused =
                sandbox.exit()
                        .thenRun(
                                () -> {
                                    running.remove(sandbox);
                                    modules.release(file);
                                    count.decrementAndGet();
                                });
        if (closed) {
            sandbox.kill();
        }
    }

    /** Where the module is on this machine. */
    static Path file(Spec spec) throws IOException {
        String inside = spec.command().getFirst();
        for (Mount mount : spec.mounts()) {
            if (mount.inside().equals(TASK_ROOT) && inside.startsWith(TASK_ROOT + "/")) {
                return mount.host().resolve(inside.substring(TASK_ROOT.length() + 1));
            }
        }
        throw new IOException("There is no module at " + inside);
    }

    @Override
    public void close() {
        closed = true;
        List.copyOf(running).forEach(WasmSandbox::kill);
        try {
            if (!threads.end(CLOSE_MS)) {
                System.getLogger(WasmSandboxes.class.getName())
                        .log(System.Logger.Level.WARNING, "WebAssembly programs still run");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
