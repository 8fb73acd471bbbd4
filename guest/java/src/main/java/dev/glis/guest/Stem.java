package dev.glis.guest;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

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
 *
 * <p>Whatever is used for the first time costs a JVM more than all later times together. So all
 * this is done once before a function is waited for, with the class path and the environment that
 * the process has already, and so are invocations, see {@link Practice}.
 */
final class Stem {
    private static final String WAITING = "glis: waiting\n";
    private static final String BEGINNING = "glis: beginning\n";
    private static final String SEPARATOR = ":";

    private final Environment environment;
    private final ClassPath classPath;

    private Stem() throws ReflectiveOperationException {
        this.environment = new Environment();
        this.classPath = new ClassPath();
    }

    /** Whether this start has no function yet. */
    static boolean hasNoFunction() {
        return System.getenv("_HANDLER") == null;
    }

    static void awaitFunction(Practice.Invoker invoker) throws IOException {
        try {
            Stem stem = practised(invoker);
            say(WAITING);
            stem.become(readMessage());
            say(BEGINNING);
        } catch (ReflectiveOperationException e) {
            throw new IOException("This JVM cannot be given a function", e);
        }
    }

    /** All that happens before a function is waited for. */
    static Stem practised(Practice.Invoker invoker)
            throws IOException, ReflectiveOperationException {
        var stem = new Stem();
        stem.become(itself() + "GLIS_PRACTICE=1\0");
        stem.become(itself().replace("GLIS_PRACTICE=1\0", ""));
        Practice.run(invoker);
        return stem;
    }

    /** The message that changes nothing. */
    private static String itself() {
        var message = new StringBuilder(System.getProperty("java.class.path")).append('\0');
        System.getenv().forEach((name, value) -> message.append(name + "=" + value).append('\0'));
        return message.toString();
    }

    private void become(String message) throws ReflectiveOperationException {
        String[] parts = message.split("\0");
        environment.replace(parts);
        classPath.extendTo(parts[0]);
    }

    private static void say(String text) throws IOException {
        // not closed: that would close standard output
        new FileOutputStream(FileDescriptor.out).write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String readMessage() throws IOException {
        byte[] bytes = new FileInputStream(FileDescriptor.in).readAllBytes();
        return new String(bytes, StandardCharsets.UTF_8);
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
        }

        private static Method valueOf(String type) throws ReflectiveOperationException {
            Method method = Class.forName(type).getDeclaredMethod("valueOf", String.class);
            method.setAccessible(true);
            return method;
        }

        /** Reads {@code NAME=value} from the second part on. */
        void replace(String[] message) throws ReflectiveOperationException {
            Set<String> old = new HashSet<>(System.getenv().keySet());
            variables.clear();
            for (int i = 1; i < message.length; i++) {
                int equals = message[i].indexOf('=');
                String name = message[i].substring(0, equals);
                String value = message[i].substring(equals + 1);
                variables.put(toName.invoke(null, name), toValue.invoke(null, value));
                process.set(name, value);
                old.remove(name);
            }
            for (String name : old) {
                process.remove(name);
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
            append.invoke(loader, System.getProperty("java.class.path").split(SEPARATOR)[0]);
        }

        /** Appends what is not on it yet; the runtime's own entries come first in both. */
        void extendTo(String whole) throws ReflectiveOperationException {
            String own = System.getProperty("java.class.path");
            if (!whole.startsWith(own)) {
                throw new IllegalStateException("Not an extension of " + own + ": " + whole);
            }
            for (String entry : whole.substring(own.length()).split(SEPARATOR)) {
                if (!entry.isEmpty()) {
                    append.invoke(loader, entry);
                }
            }
            System.setProperty("java.class.path", whole);
        }
    }
}
