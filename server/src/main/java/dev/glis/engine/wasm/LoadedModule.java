package dev.glis.engine.wasm;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmEngineException;
import run.endive.wasm.WasmModule;

/**
 * A compiled module whose classes this process has loaded, under a class loader of their own: when
 * nobody uses it any more, the classes go with it. Immutable; instances are made by any thread.
 */
final class LoadedModule {
    private final WasmModule skeleton;
    private final Function<Instance, Machine> machines;
    private final boolean canBeReset;
    private final List<String> warnings;
    private final long classBytes;

    private LoadedModule(
            WasmModule skeleton, Function<Instance, Machine> machines, CompiledFile compiled) {
        this.skeleton = skeleton;
        this.machines = machines;
        this.canBeReset = compiled.canBeReset();
        this.warnings = compiled.warnings();
        this.classBytes = compiled.classBytes();
    }

    static LoadedModule of(CompiledFile compiled) {
        WasmModule skeleton =
                Parser.builder()
                        .withValidation(false)
                        .build()
                        .parse(() -> new java.io.ByteArrayInputStream(compiled.skeleton()));
        return new LoadedModule(skeleton, machines(compiled), compiled);
    }

    private static Function<Instance, Machine> machines(CompiledFile compiled) {
        try {
            Class<?> main = new ModuleClasses(compiled.classes()).loadClass(compiled.mainClass());
            MethodHandle constructor =
                    MethodHandles.publicLookup()
                            .findConstructor(
                                    main, MethodType.methodType(void.class, Instance.class))
                            .asType(MethodType.methodType(Machine.class, Instance.class));
            return instance -> machine(constructor, instance);
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new WasmEngineException("its compiled classes cannot be loaded: " + e);
        }
    }

    private static Machine machine(MethodHandle constructor, Instance instance) {
        try {
            return (Machine) constructor.invokeExact(instance);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    WasmModule skeleton() {
        return skeleton;
    }

    Function<Instance, Machine> machines() {
        return machines;
    }

    boolean canBeReset() {
        return canBeReset;
    }

    List<String> warnings() {
        return warnings;
    }

    long classBytes() {
        return classBytes;
    }

    /** Defines each class when it is first needed. */
    private static final class ModuleClasses extends ClassLoader {
        private final Map<String, byte[]> classes;

        ModuleClasses(Map<String, byte[]> classes) {
            super("wasm", Machine.class.getClassLoader());
            this.classes = new ConcurrentHashMap<>(classes);
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            byte[] bytes = classes.remove(name);
            if (bytes == null) {
                throw new ClassNotFoundException(name);
            }
            return defineClass(name, bytes, 0, bytes.length);
        }
    }
}
