package dev.glis.guest;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import org.jspecify.annotations.Nullable;

/**
 * The library aws-lambda-java-serialization, as Lambda's own runtime uses it. It has a class loader
 * of its own below the function's, for two reasons: its jar is not searched for the function's
 * classes, and it is opened only when a handler has parameters or results that need it.
 */
final class PojoSerializer {
    private static final String JAR = "aws-lambda-java-serialization.jar";
    private static final String PACKAGE = "com.amazonaws.services.lambda.runtime.serialization.";
    private static @Nullable ClassLoader loader;

    private final Object serializer;
    private final Method fromJson;
    private final Method toJson;

    private PojoSerializer(Object serializer, Method fromJson, Method toJson) {
        this.serializer = serializer;
        this.fromJson = fromJson;
        this.toJson = toJson;
    }

    /** The serializer for a type: for the classes of AWS's event library a special one. */
    static PojoSerializer of(Type type) {
        try {
            Object serializer = find(type);
            Class<?> contract = load("PojoSerializer");
            return new PojoSerializer(
                    serializer,
                    contract.getMethod("fromJson", InputStream.class),
                    contract.getMethod("toJson", Object.class, OutputStream.class));
        } catch (InvocationTargetException e) {
            throw HandlerFault.of(
                    "The type " + type.getTypeName() + " cannot be read from or written as JSON",
                    e.getCause() == null ? e : e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("The runtime's serialisation library is broken", e);
        }
    }

    private static Object find(Type type) throws ReflectiveOperationException {
        if (type instanceof Class<?> eventClass && isEvent(eventClass)) {
            return load("events.LambdaEventSerializers")
                    .getMethod("serializerFor", Class.class, ClassLoader.class)
                    .invoke(null, eventClass, eventClass.getClassLoader());
        }
        Class<?> jackson = load("factories.JacksonFactory");
        Object factory = jackson.getMethod("getInstance").invoke(null);
        return jackson.getMethod("getSerializer", Type.class).invoke(factory, type);
    }

    private static boolean isEvent(Class<?> type) throws ReflectiveOperationException {
        return type.getName().startsWith("com.amazonaws.services.lambda.runtime.events.")
                && (boolean)
                        load("events.LambdaEventSerializers")
                                .getMethod("isLambdaSupportedEvent", String.class)
                                .invoke(null, type.getName());
    }

    private static Class<?> load(String name) throws ClassNotFoundException {
        return Class.forName(PACKAGE + name, true, loader());
    }

    private static synchronized ClassLoader loader() {
        if (loader == null) {
            try {
                var jar = new File(System.getenv("LAMBDA_RUNTIME_DIR"), JAR).toURI().toURL();
                loader = new URLClassLoader(new URL[] {jar}, PojoSerializer.class.getClassLoader());
            } catch (MalformedURLException e) {
                throw new IllegalStateException("LAMBDA_RUNTIME_DIR is not a folder's path", e);
            }
        }
        return loader;
    }

    @Nullable Object read(byte[] json) throws IOException {
        return call(fromJson, new ByteArrayInputStream(json));
    }

    byte[] write(@Nullable Object value) throws IOException {
        var output = new ByteArrayOutputStream();
        call(toJson, value, output);
        return output.toByteArray();
    }

    private @Nullable Object call(Method method, @Nullable Object... arguments) throws IOException {
        try {
            return method.invoke(serializer, arguments);
        } catch (InvocationTargetException e) {
            throw asIoException(e.getCause() == null ? e : e.getCause());
        } catch (IllegalAccessException e) {
            throw new IOException(e);
        }
    }

    private static IOException asIoException(Throwable cause) {
        if (cause instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof IOException io ? io : new IOException(cause);
    }
}
