package dev.glis.engine.wasm;

import dev.glis.base.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import run.endive.runtime.ImportFunction;
import run.endive.runtime.ImportValues;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.Import;

/** All functions of the server that a module may import. */
final class HostFunctions {
    private final WasiFunctions wasi;
    private final OutboundFunctions outbound;

    private HostFunctions(WasiFunctions wasi, OutboundFunctions outbound) {
        this.wasi = wasi;
        this.outbound = outbound;
    }

    /** Their calls find what they work on in the surroundings. */
    static HostFunctions of(Clock clock, Supplier<Surroundings> surroundings) {
        return new HostFunctions(
                new WasiFunctions(clock, surroundings), new OutboundFunctions(surroundings));
    }

    /** Whether there is a function of this name, written MODULE.NAME. */
    boolean has(String qualifiedName) {
        int dot = qualifiedName.indexOf('.');
        return find(qualifiedName.substring(0, dot), qualifiedName.substring(dot + 1)).isPresent();
    }

    private Optional<ImportFunction> find(String module, String name) {
        return switch (module) {
            case WasiFunctions.MODULE -> wasi.find(name);
            case OutboundFunctions.MODULE -> outbound.find(name);
            default -> Optional.empty();
        };
    }

    /** What a module that has been checked imports. */
    ImportValues imports(WasmModule module) {
        List<ImportFunction> functions = new ArrayList<>();
        for (int i = 0; i < module.importSection().importCount(); i++) {
            Import each = module.importSection().getImport(i);
            find(each.module(), each.name()).ifPresent(functions::add);
        }
        return ImportValues.builder().withFunctions(functions).build();
    }
}
