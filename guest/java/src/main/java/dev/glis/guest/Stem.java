package dev.glis.guest;

import com.amazonaws.services.lambda.runtime.Context;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Waits for a function: a start that began before anybody knew for which one.
 *
 * <p>The server has started this process without {@code _HANDLER}. Once it has a function for it,
 * and the function's code is in its place, it writes to standard input: the class path, then each
 * environment variable as {@code NAME=value}, all ended by a zero byte.
 *
 * <p>A program cannot change its class path and environment by Java's own means, so the JVM has
 * been started with two packages opened ({@code --add-opens}): the class path grows as it does for
 * instrumentation, and the map behind {@link System#getenv} is filled anew. The process's own
 * variables are set by the C library.
 */
public final class Stem {
    private static final String WAITING = "glis: waiting\n";
    private static final String BEGINNING = "glis: beginning\n";
    private static final String SEPARATOR = ":";

    private Stem() {}

    /** Whether this start has no function yet. */
    static boolean hasNoFunction() {
        return System.getenv("_HANDLER") == null;
    }

    static void awaitFunction() throws IOException {
        try {
            var environment = new Environment();
            var classPath = new ClassPath();
            warmUp();
            say(WAITING);
            String[] message = readMessage().split("\0");
            environment.replace(message);
            classPath.extendTo(message[0]);
            say(BEGINNING);
        } catch (ReflectiveOperationException e) {
            throw new IOException("This JVM cannot be given a function", e);
        }
    }

    private static void say(String text) throws IOException {
        // not closed: that would close standard output
        new FileOutputStream(FileDescriptor.out).write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String readMessage() throws IOException {
        byte[] bytes = new FileInputStream(FileDescriptor.in).readAllBytes();
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** What is used by every invocation has been used once. */
    private static void warmUp() throws ReflectiveOperationException {
        Handler handler = MethodHandlers.of(Stem.class, "answer");
        String head =
                String.join(
                        "\r\n",
                        "HTTP/1.1 200 OK",
                        "lambda-runtime-aws-request-id: 1",
                        "lambda-runtime-deadline-ms: 1",
                        "",
                        "");
        byte[] event = "{\"a\":[\"b\",1,1.5,null,true,{}]}".getBytes(StandardCharsets.UTF_8);
        try {
            byte[] unused =
                    handler.handle(new Invocation("1", new HttpConnection.Answer(head, event)));
        } catch (Throwable e) {
            throw new IllegalStateException("The runtime's own handler is broken", e);
        }
    }

    /** The handler of the warm-up. */
    public static Map<String, Object> answer(Map<String, Object> event, Context context) {
        var answer = new HashMap<String, Object>(event);
        answer.put("id", context.getAwsRequestId());
        answer.put("arn", context.getInvokedFunctionArn());
        return answer;
    }

    /** The variables behind {@link System#getenv}, and those of the process. */
    private static final class Environment {
        private final ProcessVariables process = new ProcessVariables();
        private final Map<Object, Object> variables;
        private final Method toName;
        private final Method toValue;

        @SuppressWarnings("unchecked") // of the JDK's own classes, which have no names here
        Environment() throws ReflectiveOperationException {
            Field field =
                    Class.forName("java.lang.ProcessEnvironment")
                            .getDeclaredField("theEnvironment");
            field.setAccessible(true);
            this.variables = (Map<Object, Object>) field.get(null);
            this.toName = valueOf("java.lang.ProcessEnvironment$Variable");
            this.toValue = valueOf("java.lang.ProcessEnvironment$Value");
            process.set("LANG", System.getenv().getOrDefault("LANG", "C.UTF-8")); // to have done it
        }

        private static Method valueOf(String type) throws ReflectiveOperationException {
            Method method = Class.forName(type).getDeclaredMethod("valueOf", String.class);
            method.setAccessible(true);
            return method;
        }

        /** Reads {@code NAME=value} from the second part on. */
        void replace(String[] message) throws ReflectiveOperationException {
            variables.clear();
            process.clear();
            for (int i = 1; i < message.length; i++) {
                int equals = message[i].indexOf('=');
                String name = message[i].substring(0, equals);
                String value = message[i].substring(equals + 1);
                variables.put(toName.invoke(null, name), toValue.invoke(null, value));
                process.set(name, value);
            }
        }
    }

    /** The class path of the loader that everything is loaded by. */
    private static final class ClassPath {
        private final ClassLoader loader = ClassLoader.getSystemClassLoader();
        private final Method append;

        ClassPath() throws ReflectiveOperationException {
            this.append =
                    loader.getClass()
                            .getDeclaredMethod("appendToClassPathForInstrumentation", String.class);
            append.setAccessible(true);
        }

        /** Appends what is not on it yet; the runtime's own entries come first in both. */
        void extendTo(String whole) throws ReflectiveOperationException {
            String own = System.getProperty("java.class.path") + SEPARATOR;
            if (!whole.startsWith(own)) {
                throw new IllegalStateException("Not an extension of " + own + ": " + whole);
            }
            for (String entry : whole.substring(own.length()).split(SEPARATOR)) {
                append.invoke(loader, entry);
            }
            System.setProperty("java.class.path", whole);
        }
    }
}
