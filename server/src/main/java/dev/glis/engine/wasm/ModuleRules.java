package dev.glis.engine.wasm;

import dev.glis.base.Limits;
import java.util.function.Predicate;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.Export;
import run.endive.wasm.types.ExternalType;
import run.endive.wasm.types.FunctionBody;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.Global;
import run.endive.wasm.types.Import;
import run.endive.wasm.types.Instruction;
import run.endive.wasm.types.MemoryLimits;
import run.endive.wasm.types.MutabilityType;
import run.endive.wasm.types.OpCode;
import run.endive.wasm.types.ValType;

/**
 * What a module must be like to be run: a command of WASI preview 1 that uses nothing which cannot
 * be compiled, or whose state could outlive a request.
 *
 * <p>Refused for the sake of isolation, not of the compiler: {@code table.grow} changes the
 * library's description of the module itself, exceptions and garbage-collected values live on the
 * server's own heap.
 */
final class ModuleRules {
    private static final String PREVIEW_1 =
            "compile it as a command of WASI preview 1: target wasm32-wasip1 (Rust), GOOS=wasip1"
                    + " GOARCH=wasm (Go), -target=wasip1 (TinyGo), wasm32-wasi (C and Zig)";

    private final WasmModule module;
    private final Predicate<String> known;

    private ModuleRules(WasmModule module, Predicate<String> known) {
        this.module = module;
        this.known = known;
    }

    /**
     * Passes silently or tells what is wrong.
     *
     * @param known tells whether there is a function MODULE.NAME to be imported
     */
    static void check(WasmModule module, Predicate<String> known) throws Refusal {
        var rules = new ModuleRules(module, known);
        rules.checkImports();
        rules.checkExports();
        rules.checkSizes();
        rules.checkSections();
        rules.checkInstructions();
    }

    private void checkImports() throws Refusal {
        for (int i = 0; i < module.importSection().importCount(); i++) {
            Import each = module.importSection().getImport(i);
            String name = each.module() + "." + each.name();
            if (each.importType() != ExternalType.FUNCTION || !known.test(name)) {
                throw new Refusal(
                        "it imports "
                                + name
                                + ", which this server does not have; it has the functions of "
                                + WasiFunctions.MODULE
                                + ": "
                                + PREVIEW_1);
            }
        }
    }

    private void checkExports() throws Refusal {
        boolean reactor = false;
        for (int i = 0; i < module.exportSection().exportCount(); i++) {
            Export export = module.exportSection().getExport(i);
            if (export.name().equals("_start")) {
                checkStart(export);
                return;
            }
            reactor |= export.name().equals("_initialize");
        }
        throw new Refusal(
                "it exports no function _start"
                        + (reactor ? " (it is a reactor, not a command)" : "")
                        + "; "
                        + PREVIEW_1);
    }

    private void checkStart(Export export) throws Refusal {
        int own = export.index() - module.importSection().count(ExternalType.FUNCTION);
        boolean right =
                export.exportType() == ExternalType.FUNCTION
                        && own >= 0
                        && own < module.functionSection().functionCount()
                        && module.functionSection()
                                .getFunctionType(own, module.typeSection())
                                .equals(FunctionType.empty());
        if (!right) {
            throw new Refusal("its _start is not a function of its own without parameters");
        }
    }

    private void checkSizes() throws Refusal {
        int functions = module.functionSection().functionCount();
        if (functions > Limits.WASM_FUNCTIONS.value()) {
            throw new Refusal(
                    "it has "
                            + functions
                            + " functions; the most are "
                            + Limits.WASM_FUNCTIONS.value());
        }
        long entries = 0;
        for (int i = 0; i < module.tableSection().tableCount(); i++) {
            entries += module.tableSection().getTable(i).limits().min();
        }
        if (entries > Limits.WASM_TABLE_ENTRIES.value()) {
            throw new Refusal(
                    "its tables have "
                            + entries
                            + " entries; the most are "
                            + Limits.WASM_TABLE_ENTRIES.value());
        }
    }

    /** The module's only memory. */
    static MemoryLimits memory(WasmModule module) throws Refusal {
        var section = module.memorySection();
        if (section.isEmpty() || section.get().memoryCount() != 1) {
            throw new Refusal("it must have one memory of its own");
        }
        return section.get().getMemory(0).limits();
    }

    private void checkSections() throws Refusal {
        if (memory(module).shared()) {
            throw new Refusal("it uses threads (shared memory), which are not supported");
        }
        if (module.startSection().isPresent()) {
            throw new Refusal("it has a start section; a command begins with _start");
        }
        if (module.tagSection().isPresent()) {
            throw new Refusal("it uses WebAssembly exceptions, which are not supported");
        }
        for (int i = 0; i < module.typeSection().subTypeCount(); i++) {
            if (module.typeSection().getSubType(i).compType().funcType() == null) {
                throw new Refusal("it uses garbage-collected types, which are not supported");
            }
        }
    }

    private void checkInstructions() throws Refusal {
        int function = 0;
        for (FunctionBody body : module.codeSection().functionBodies()) {
            for (Instruction instruction : body.instructions()) {
                String feature = unsupported(instruction.opcode());
                if (!feature.isEmpty()) {
                    throw new Refusal(
                            "it uses "
                                    + feature
                                    + " ("
                                    + name(instruction.opcode())
                                    + " in "
                                    + describe(function)
                                    + "), not supported here; compile it without that feature");
                }
            }
            function++;
        }
    }

    private String describe(int function) {
        int index = function + module.importSection().count(ExternalType.FUNCTION);
        String name =
                module.nameSection() == null ? null : module.nameSection().nameOfFunction(index);
        return "function " + index + (name == null ? "" : " " + name);
    }

    private static String name(OpCode code) {
        return code.name().toLowerCase(java.util.Locale.ROOT).replaceFirst("_", ".");
    }

    private static String unsupported(OpCode code) {
        return switch (code) {
            case TABLE_GROW -> "growing tables";
            case THROW, THROW_REF, TRY_TABLE -> "exceptions";
            case CALL_REF, RETURN_CALL_REF, REF_EQ, REF_AS_NON_NULL, BR_ON_NULL, BR_ON_NON_NULL ->
                    "typed references";
            default ->
                    switch (prefix(code)) {
                        case 0xFB -> "garbage-collected types";
                        case 0xFD -> "SIMD";
                        case 0xFE -> "threads (atomics)";
                        default -> "";
                    };
        };
    }

    private static int prefix(OpCode code) {
        int prefix = code.opcode();
        while (prefix > 0xFF) {
            prefix >>= Byte.SIZE;
        }
        return prefix;
    }

    /**
     * Whether setting memory and globals back makes an instance as new: no instruction changes
     * tables or drops segments, no global holds a reference, and no call is left half done in the
     * machine, as a tail call or an interpreted function might.
     */
    static boolean canBeReset(WasmModule module) {
        for (Global global : module.globalSection().globals()) {
            if (global.mutabilityType() == MutabilityType.Var && !isNumber(global.valueType())) {
                return false;
            }
        }
        for (FunctionBody body : module.codeSection().functionBodies()) {
            for (Instruction instruction : body.instructions()) {
                switch (instruction.opcode()) {
                    case TABLE_SET,
                            TABLE_FILL,
                            TABLE_COPY,
                            TABLE_INIT,
                            ELEM_DROP,
                            DATA_DROP,
                            MEMORY_INIT,
                            RETURN_CALL,
                            RETURN_CALL_INDIRECT -> {
                        return false;
                    }
                    default -> {}
                }
            }
        }
        return true;
    }

    private static boolean isNumber(ValType type) {
        return type.equals(ValType.I32)
                || type.equals(ValType.I64)
                || type.equals(ValType.F32)
                || type.equals(ValType.F64);
    }
}
