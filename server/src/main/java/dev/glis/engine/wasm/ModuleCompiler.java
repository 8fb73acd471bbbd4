package dev.glis.engine.wasm;

import dev.glis.base.Clock;
import dev.glis.base.Limits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import run.endive.compiler.InterpreterFallback;
import run.endive.compiler.internal.ClassLoadingCollector;
import run.endive.compiler.internal.Compiler;
import run.endive.compiler.internal.CompilerResult;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmEngineException;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.ExternalType;

/**
 * The compiler's process: reads a module, checks it, writes its {@link CompiledFile}. A process of
 * its own because a module from anywhere decides how much time and memory parsing and compiling
 * take, and neither can be stopped within a Java process. Its exit status is {@link #DONE} or
 * {@link #REFUSED}, with the reason on standard output; anything else is a failure.
 */
final class ModuleCompiler {
    static final int DONE = 0;
    static final int REFUSED = 3;

    private static final int NAMED_FUNCTIONS = 5;
    private static final byte[] MAGIC = {0, 'a', 's', 'm'};
    private static final byte[] CORE_VERSION = {1, 0, 0, 0};

    private final byte[] bytes;

    private ModuleCompiler(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Compiles.
     *
     * @param arguments the module's file and the file to write
     */
    public static void main(String[] arguments) throws IOException {
        haltInTime();
        try {
            byte[] bytes = Files.readAllBytes(Path.of(arguments[0]));
            new ModuleCompiler(bytes).compile().write(Path.of(arguments[1]));
            Runtime.getRuntime().halt(DONE);
        } catch (Refusal e) {
            System.out.write(e.reason().getBytes(StandardCharsets.UTF_8));
            System.out.flush();
            Runtime.getRuntime().halt(REFUSED);
        }
    }

    /** Does not outlive its time even if nobody is left to kill it. */
    private static void haltInTime() {
        Thread.ofPlatform()
                .daemon()
                .name("time-limit")
                .start(
                        () -> {
                            try {
                                Thread.sleep(Duration.ofMillis(Limits.WASM_COMPILE_MS.value()));
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                            Runtime.getRuntime().halt(1);
                        });
    }

    private CompiledFile compile() throws Refusal, IOException {
        try {
            WasmModule module = parse();
            var functions = HostFunctions.of(Clock.system(), ModuleCompiler::nowhere);
            ModuleRules.check(module, functions::has);
            CompiledFile compiled = compile(module);
            tryOut(compiled, ModuleRules.memory(module).initialPages());
            return compiled;
        } catch (WasmEngineException e) {
            throw new Refusal("it is not a valid module: " + e.getMessage());
        } catch (StackOverflowError e) {
            throw new Refusal("its code is nested too deeply to be compiled");
        }
    }

    private static Surroundings nowhere() {
        throw new IllegalStateException("No call is at work while a module is compiled");
    }

    private WasmModule parse() throws Refusal {
        if (!startsWith(0, MAGIC)) {
            throw new Refusal("it is not a WebAssembly module: it does not begin with \\0asm");
        }
        if (!startsWith(MAGIC.length, CORE_VERSION)) {
            throw new Refusal(
                    "it is not a core module of version 1; components (WASI preview 2) are not"
                            + " supported");
        }
        return Parser.parse(bytes);
    }

    private boolean startsWith(int offset, byte[] wanted) {
        if (bytes.length < offset + wanted.length) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            if (bytes[offset + i] != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    private CompiledFile compile(WasmModule module) throws Refusal {
        CompilerResult result =
                Compiler.builder(module)
                        .withInterpreterFallback(InterpreterFallback.SILENT)
                        .withClassCollectorFactory(ClassLoadingCollector::new)
                        .build()
                        .compile();
        int imported = module.importSection().count(ExternalType.FUNCTION);
        Set<Integer> kept = new HashSet<>();
        result.interpretedFunctions().forEach(index -> kept.add(index - imported));
        checkInterpreted(module, kept);
        var classes = new HashMap<String, byte[]>();
        result.classBytes().forEach((name, code) -> classes.put(name.replace('/', '.'), code));
        var compiled =
                new CompiledFile(
                        result.collector().mainClassName().replace('/', '.'),
                        kept.isEmpty() && ModuleRules.canBeReset(module),
                        ModuleRules.memory(module).initialPages(),
                        warnings(module, result.interpretedFunctions()),
                        Skeleton.of(bytes, kept),
                        classes);
        if (compiled.classBytes() > Limits.WASM_COMPILED_BYTES.value()) {
            throw new Refusal(
                    "compiled it has "
                            + compiled.classBytes()
                            + " bytes; the most are "
                            + Limits.WASM_COMPILED_BYTES.value());
        }
        return compiled;
    }

    private static void checkInterpreted(WasmModule module, Set<Integer> kept) throws Refusal {
        long instructions =
                kept.stream()
                        .mapToLong(
                                index ->
                                        module.codeSection()
                                                .getFunctionBody(index)
                                                .instructions()
                                                .size())
                        .sum();
        if (instructions > Limits.WASM_INTERPRETED_INSTRUCTIONS.value()) {
            throw new Refusal(
                    "its functions that are too large to be compiled have "
                            + instructions
                            + " instructions; the most are "
                            + Limits.WASM_INTERPRETED_INSTRUCTIONS.value());
        }
    }

    private static List<String> warnings(WasmModule module, Set<Integer> interpreted) {
        return interpreted.isEmpty()
                ? List.of()
                : List.of(
                        "too large to be compiled, so interpreted, which is about 100 times"
                                + " slower: "
                                + names(module, interpreted));
    }

    private static String names(WasmModule module, Set<Integer> functions) {
        List<String> names =
                functions.stream()
                        .sorted()
                        .limit(NAMED_FUNCTIONS)
                        .map(index -> name(module, index))
                        .toList();
        int more = functions.size() - names.size();
        return String.join(", ", names) + (more > 0 ? " and " + more + " more functions" : "");
    }

    private static String name(WasmModule module, int index) {
        String name =
                module.nameSection() == null ? null : module.nameSection().nameOfFunction(index);
        return name == null ? "function " + index : name;
    }

    /** Instantiates it once, so that what cannot be is refused now. */
    private static void tryOut(CompiledFile compiled, int pages) throws IOException {
        var loaded = LoadedModule.of(compiled);
        new Program(loaded, Clock.system(), pages).close();
    }
}
