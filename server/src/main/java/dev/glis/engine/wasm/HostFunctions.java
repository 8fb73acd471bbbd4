package dev.glis.engine.wasm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import run.endive.runtime.ImportFunction;
import run.endive.runtime.ImportValues;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.Import;

/** All functions of the server that a module may import. */
final class HostFunctions {
    private final WasiFunctions wasi;

    private HostFunctions(WasiFunctions wasi) {
        this.wasi = wasi;
    }

    static HostFunctions of(WasiFunctions wasi) {
        return new HostFunctions(wasi);
    }

    /** Whether there is a function of this name, written MODULE.NAME. */
    boolean has(String qualifiedName) {
        int dot = qualifiedName.indexOf('.');
        return find(qualifiedName.substring(0, dot), qualifiedName.substring(dot + 1)).isPresent();
    }

    private Optional<ImportFunction> find(String module, String name) {
        return module.equals(WasiFunctions.MODULE) ? wasi.find(name) : Optional.empty();
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
