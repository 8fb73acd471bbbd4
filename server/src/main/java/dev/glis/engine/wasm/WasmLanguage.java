package dev.glis.engine.wasm;

import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Limits;
import dev.glis.base.Timers;
import dev.glis.engine.Blueprint;
import dev.glis.engine.Runtimes;
import dev.glis.engine.Sandboxes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The runtime {@code wasm}: a package's module, compiled when it is deployed, run inside the server
 * or in a {@link Workers worker} of its account.
 */
public final class WasmLanguage implements Runtimes.Language, AutoCloseable {
    /** The runtime's name. */
    public static final String NAME = "wasm";

    private static final int DEFAULT_STORAGE_MB = 512;

    private final Clock clock;
    private final Modules modules;
    private final WasmSandboxes sandboxes;
    private final Workers workers;
    private final OutboundRequests outbound;
    private final Predicate<String> trusted;

    /**
     * Ready to run modules.
     *
     * @param folder for what is compiled; made if it is not there
     * @param machine makes the sandboxes of workers
     * @param ids for those sandboxes, unique on this machine
     * @param trusted tells which accounts' modules run inside the server; those of others run in
     *     workers
     */
    public WasmLanguage(
            Path folder,
            Sandboxes machine,
            Clock clock,
            Timers timers,
            Supplier<String> ids,
            Predicate<String> trusted)
            throws IOException {
        this(
                folder,
                machine,
                WorkerCommand.find(),
                OutboundRequests.ofInternet(),
                clock,
                timers,
                ids,
                trusted);
    }

    WasmLanguage(
            Path folder,
            Sandboxes machine,
            WorkerCommand command,
            OutboundRequests outbound,
            Clock clock,
            Timers timers,
            Supplier<String> ids,
            Predicate<String> trusted)
            throws IOException {
        this.clock = clock;
        this.modules = new Modules(folder, clock);
        this.outbound = outbound;
        this.sandboxes = new WasmSandboxes(modules, outbound.group(), clock, timers);
        this.workers = new Workers(machine, command, modules, outbound, timers, ids);
        this.trusted = trusted;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean concurrent() {
        return false;
    }

    @Override
    public Runtimes.Launch launch(Blueprint blueprint) {
        Path module = ModuleFile.find(blueprint.code(), blueprint.handler());
        return new Runtimes.Launch(
                List.of("/var/task/" + module.getFileName()), Map.of("LANG", "C.UTF-8"), List.of());
    }

    @Override
    public Optional<Sandboxes> sandboxes(String accountId) {
        return Optional.of(trusted.test(accountId) ? sandboxes : workers.of(accountId));
    }

    @Override
    public void examine(Runtimes.Candidate candidate) {
        checkSettings(candidate);
        Path module = ModuleFile.find(candidate.code(), candidate.handler());
        try {
            if (trusted.test(candidate.accountId())) {
                tryOut(module, candidate.memoryMb());
            } else {
                CompiledFile compiled = CompiledFile.read(modules.compiled(module));
                checkMemory(compiled.initialPages(), candidate.memoryMb());
            }
        } catch (Refusal e) {
            throw new Fault(
                    Fault.Kind.INVALID,
                    "invalid-module",
                    "The module " + module.getFileName() + " cannot be run: " + e.reason(),
                    e);
        } catch (IOException e) {
            throw new Fault(
                    Fault.Kind.UNAVAILABLE,
                    "unavailable",
                    "The module cannot be compiled now: " + e.getMessage(),
                    e);
        }
    }

    private static void checkSettings(Runtimes.Candidate candidate) {
        if (candidate.layered()) {
            throw Fault.unsupported(
                    "A WebAssembly function has no file system, so it cannot have layers");
        }
        if (candidate.ephemeralStorageMb() != DEFAULT_STORAGE_MB) {
            throw Fault.unsupported(
                    "A WebAssembly function has no file system; leave its ephemeral storage at "
                            + DEFAULT_STORAGE_MB
                            + " MB");
        }
        if (candidate.memoryMb() > Limits.WASM_MEMORY_MB.value()) {
            throw Fault.unsupported(
                    "A WebAssembly function can have at most "
                            + Limits.WASM_MEMORY_MB.value()
                            + " MB of memory");
        }
    }

    /** Instantiates it once: what cannot be is told now, and the first call finds it loaded. */
    private void tryOut(Path module, int memoryMb) throws Refusal, IOException {
        LoadedModule loaded = modules.acquire(module);
        try {
            checkMemory(ModuleRules.memory(loaded.skeleton()).initialPages(), memoryMb);
            new Program(loaded, clock, Program.pages(memoryMb)).close();
        } finally {
            modules.release(module);
        }
    }

    private static void checkMemory(int pages, int memoryMb) throws Refusal {
        if (pages > Program.pages(memoryMb)) {
            throw new Refusal(
                    "it begins with "
                            + Program.pagesToMb(pages)
                            + " MB of memory; give the function at least that much");
        }
    }

    @Override
    public void close() {
        workers.close();
        sandboxes.close();
        outbound.close();
    }
}
