package dev.glis.guest;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.util.Optional;

/**
 * The environment variables of the process itself, which the C library keeps: native libraries read
 * them, and other programs inherit them. Java has no words for changing them, but since version 22
 * it can call the C library. By reflection, because this is compiled for older ones too.
 */
final class ProcessVariables {
    private static final String PACKAGE = "java.lang.foreign.";

    private final Object arena;
    private final Method allocateText;
    private final MethodHandle set;
    private final MethodHandle remove;

    ProcessVariables() throws ReflectiveOperationException {
        Class<?> arenaType = Class.forName(PACKAGE + "Arena");
        this.arena = arenaType.getMethod("global").invoke(null);
        this.allocateText =
                Class.forName(PACKAGE + "SegmentAllocator").getMethod("allocateFrom", String.class);
        Class<?> layouts = Class.forName(PACKAGE + "ValueLayout");
        Object text = layouts.getField("ADDRESS").get(null);
        Object number = layouts.getField("JAVA_INT").get(null);
        this.set =
                function("setenv", number, text, text, number)
                        .asType(
                                MethodType.methodType(
                                        int.class, Object.class, Object.class, int.class));
        this.remove =
                function("unsetenv", number, text)
                        .asType(MethodType.methodType(int.class, Object.class));
    }

    private static MethodHandle function(String name, Object result, Object... arguments)
            throws ReflectiveOperationException {
        Class<?> linkerType = Class.forName(PACKAGE + "Linker");
        Class<?> optionType = Class.forName(PACKAGE + "Linker$Option");
        Class<?> descriptorType = Class.forName(PACKAGE + "FunctionDescriptor");
        Class<?> segmentType = Class.forName(PACKAGE + "MemorySegment");
        Object linker = linkerType.getMethod("nativeLinker").invoke(null);
        Object symbols = linkerType.getMethod("defaultLookup").invoke(linker);
        Optional<?> symbol =
                (Optional<?>)
                        Class.forName(PACKAGE + "SymbolLookup")
                                .getMethod("find", String.class)
                                .invoke(symbols, name);
        return (MethodHandle)
                linkerType
                        .getMethod(
                                "downcallHandle",
                                segmentType,
                                descriptorType,
                                optionType.arrayType())
                        .invoke(
                                linker,
                                symbol.orElseThrow(),
                                descriptor(descriptorType, result, arguments),
                                Array.newInstance(optionType, 0));
    }

    private static Object descriptor(Class<?> type, Object result, Object[] arguments)
            throws ReflectiveOperationException {
        Class<?> layoutType = Class.forName(PACKAGE + "MemoryLayout");
        Object layouts = Array.newInstance(layoutType, arguments.length);
        for (int i = 0; i < arguments.length; i++) {
            Array.set(layouts, i, arguments[i]);
        }
        return type.getMethod("of", layoutType, layoutType.arrayType())
                .invoke(null, result, layouts);
    }

    void set(String name, String value) throws ReflectiveOperationException {
        check("setenv", () -> (int) set.invokeExact(text(name), text(value), 1));
    }

    void remove(String name) throws ReflectiveOperationException {
        check("unsetenv", () -> (int) remove.invokeExact(text(name)));
    }

    private Object text(String value) throws ReflectiveOperationException {
        return allocateText.invoke(arena, value);
    }

    private interface Call {
        int run() throws Throwable;
    }

    private static void check(String what, Call call) throws ReflectiveOperationException {
        int result;
        try {
            result = call.run();
        } catch (Throwable e) {
            throw new ReflectiveOperationException(what, e);
        }
        if (result != 0) {
            throw new ReflectiveOperationException(what + " failed");
        }
    }
}
