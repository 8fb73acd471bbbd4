package dev.glis.engine.wasm;

import dev.glis.base.Clock;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.ExportFunction;
import run.endive.runtime.ImportValues;
import run.endive.runtime.Instance;
import run.endive.runtime.WasmInterruptedException;
import run.endive.wasm.WasmEngineException;
import run.endive.wasm.types.MemoryLimits;
import run.endive.wasm.types.MutabilityType;

/**
 * One instance of a module, run once for each call and made as new in between. Used by one thread
 * at a time.
 *
 * <p>Made as new means: the memory is zero but for the module's data and as large as at first, and
 * globals have their first values. Where a module can change more than that, or a call ended in the
 * middle, there is a new instance, which takes longer.
 */
final class Program implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Program.class.getName());
    private static final int PAGES_PER_MB = 16;

    private final LoadedModule module;
    private final LinearMemory memory;
    private final ImportValues imports;
    private Instance instance;
    private ExportFunction start;
    private long[] globals;
    private boolean whole = true;
    private @Nullable Surroundings surroundings;

    /** How a call of a program ended. */
    sealed interface Result {
        record Exited(int status) implements Result {}

        record Trapped(String reason) implements Result {}

        /** It wrote more than a response may have. */
        record TooMuch() implements Result {}

        record Interrupted() implements Result {}
    }

    /**
     * Makes an instance that is ready to run.
     *
     * @throws IOException when there is no memory for it
     */
    Program(LoadedModule module, Clock clock, int mostPages) throws IOException {
        this.module = module;
        MemoryLimits limits = module.skeleton().memorySection().orElseThrow().getMemory(0).limits();
        if (limits.initialPages() > mostPages) {
            throw new IOException(
                    "The module begins with "
                            + pagesToMb(limits.initialPages())
                            + " MB of memory; the function has "
                            + mostPages / PAGES_PER_MB
                            + " MB");
        }
        this.memory =
                new LinearMemory(limits.initialPages(), Math.min(limits.maximumPages(), mostPages));
        this.imports = HostFunctions.of(clock, this::surroundings).imports(module.skeleton());
        try {
            this.instance = instantiate();
        } catch (RuntimeException e) {
            memory.free();
            throw e;
        }
        this.start = instance.export("_start");
        this.globals = mutableGlobals();
    }

    static int pages(int memoryMb) {
        return memoryMb * PAGES_PER_MB;
    }

    static int pagesToMb(int pages) {
        return (pages + PAGES_PER_MB - 1) / PAGES_PER_MB;
    }

    private Surroundings surroundings() {
        if (surroundings == null) {
            throw new IllegalStateException("No call is at work");
        }
        return surroundings;
    }

    private Instance instantiate() {
        return Instance.builder(module.skeleton())
                .withImportValues(imports)
                .withMemoryFactory(limits -> memory)
                .withMachineFactory(module.machines())
                .withStart(false)
                .build();
    }

    private long[] mutableGlobals() {
        var values = new long[instance.globalCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = instance.global(i).getValue();
        }
        return values;
    }

    /** Runs it from its start to its end, on the calling thread, which may be interrupted. */
    Result run(Surroundings what) {
        surroundings = what;
        whole = false;
        Result result = run();
        whole = result instanceof Result.Exited;
        surroundings = null;
        return result;
    }

    private Result run() {
        try {
            start.apply();
            return new Result.Exited(0);
        } catch (ProgramExit e) {
            return new Result.Exited(e.status());
        } catch (ResponseTooLarge e) {
            return new Result.TooMuch();
        } catch (WasmInterruptedException e) {
            return new Result.Interrupted();
        } catch (StackOverflowError e) {
            return new Result.Trapped("call stack exhausted");
        } catch (WasmEngineException e) {
            return new Result.Trapped(String.valueOf(e.getMessage()));
        } catch (RuntimeException | LinkageError e) {
            LOG.log(System.Logger.Level.WARNING, "A WebAssembly program failed unexpectedly", e);
            return new Result.Trapped(e.toString());
        }
    }

    /** The most memory that the last call had. */
    long peakBytes() {
        return memory.peakBytes();
    }

    /** Whether the last call wanted more memory than it may have. */
    boolean wantedMoreMemory() {
        return memory.refusedToGrow();
    }

    /** Makes it as new. */
    void reset() {
        memory.clear();
        if (whole && module.canBeReset()) {
            for (int i = 0; i < globals.length; i++) {
                if (instance.global(i).getMutabilityType() == MutabilityType.Var) {
                    instance.global(i).setValue(globals[i]);
                }
            }
            memory.initialize(instance, module.skeleton().dataSection().dataSegments());
        } else {
            instance = instantiate();
            start = instance.export("_start");
            globals = mutableGlobals();
        }
    }

    /** Frees its memory; no call may be at work. */
    @Override
    public void close() {
        memory.free();
    }
}
