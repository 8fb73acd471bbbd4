package dev.glis.guest;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * Handlers that are plain methods. Of several with the name, the one with most parameters is taken,
 * a last parameter of type Context counting twice, as Lambda does. A method takes, in this order
 * and each optional: an event or an InputStream, an OutputStream, a Context.
 */
final class MethodHandlers {
    /** By name, so that a handler without a Context does not load Lambda's library. */
    private static final String CONTEXT = "com.amazonaws.services.lambda.runtime.Context";

    private MethodHandlers() {}

    static Handler of(Class<?> type, String name) throws ReflectiveOperationException {
        Method best = null;
        for (Method method : methodsOf(type, name)) {
            if (method.getName().equals(name)
                    && isUsable(method)
                    && (best == null || rank(method) > rank(best))) {
                best = method;
            }
        }
        if (best == null) {
            throw HandlerFault.of(
                    "No public method named "
                            + name
                            + " with appropriate method signature found on class "
                            + type.getName());
        }
        best.setAccessible(true); // a public method of a class that is not public
        return handler(best, Modifier.isStatic(best.getModifiers()) ? null : instance(type));
    }

    private static Method[] methodsOf(Class<?> type, String name) {
        try {
            return type.getMethods();
        } catch (NoClassDefFoundError e) {
            throw HandlerFault.of(
                    "Error loading method " + name + " on class " + type.getName(), e);
        }
    }

    private static Object instance(Class<?> type) throws ReflectiveOperationException {
        return HandlerLoader.newInstance(type);
    }

    private static int rank(Method method) {
        int count = method.getParameterCount();
        boolean context = count > 0 && isContext(method.getParameterTypes()[count - 1]);
        return 2 * (context ? count + 1 : count) - (method.isBridge() ? 100 : 0);
    }

    private static boolean isUsable(Method method) {
        Class<?>[] types = method.getParameterTypes();
        return switch (types.length) {
            case 0, 1 -> true;
            case 2 ->
                    (isContext(types[1]) && !isContext(types[0]))
                            || (types[0] == InputStream.class && types[1] == OutputStream.class);
            case 3 ->
                    types[0] == InputStream.class
                            && types[1] == OutputStream.class
                            && isContext(types[2]);
            default -> false;
        };
    }

    private static boolean isContext(Class<?> type) {
        return type.getName().equals(CONTEXT);
    }

    private static Handler handler(Method method, @Nullable Object instance) {
        Class<?>[] types = method.getParameterTypes();
        boolean streams = false;
        for (Class<?> type : types) {
            streams |= type == InputStream.class || type == OutputStream.class;
        }
        if (streams) {
            return new StreamMethod(method, types, instance);
        }
        boolean takesEvent = types.length > 0 && !isContext(types[0]);
        Type result = method.getGenericReturnType();
        return new ValueMethod(
                method,
                types,
                instance,
                takesEvent ? new Codec(method.getGenericParameterTypes()[0]) : null,
                result == void.class || result == Void.class ? null : new Codec(result));
    }

    private static @Nullable Object call(
            Method method, @Nullable Object instance, @Nullable Object[] arguments)
            throws Throwable {
        try {
            return method.invoke(instance, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }

    private record StreamMethod(Method method, Class<?>[] types, @Nullable Object instance)
            implements Handler {
        @Override
        public byte[] handle(Invocation invocation) throws Throwable {
            ByteArrayOutputStream output = null;
            @Nullable Object[] arguments = new @Nullable Object[types.length];
            for (int i = 0; i < types.length; i++) {
                if (types[i] == InputStream.class) {
                    arguments[i] = new ByteArrayInputStream(invocation.body());
                } else if (types[i] == OutputStream.class) {
                    output = new ByteArrayOutputStream(1_024);
                    arguments[i] = output;
                } else {
                    arguments[i] = new InvocationContext(invocation);
                }
            }
            call(method, instance, arguments);
            return output == null ? Handler.jsonNull() : output.toByteArray();
        }
    }

    private record ValueMethod(
            Method method,
            Class<?>[] types,
            @Nullable Object instance,
            @Nullable Codec input,
            @Nullable Codec output)
            implements Handler {
        @Override
        public byte[] handle(Invocation invocation) throws Throwable {
            @Nullable Object[] arguments = new @Nullable Object[types.length];
            if (input != null) {
                arguments[0] = input.readEvent(invocation);
            }
            if (types.length > (input == null ? 0 : 1)) {
                arguments[types.length - 1] = new InvocationContext(invocation);
            }
            Object result = call(method, instance, arguments);
            return output == null ? Handler.jsonNull() : output.writeResult(result);
        }
    }
}
