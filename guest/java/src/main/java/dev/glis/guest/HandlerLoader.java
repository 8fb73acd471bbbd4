package dev.glis.guest;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;

/**
 * Finds the handler that {@code package.Class} or {@code package.Class::method} names. Without a
 * method the class implements one of Lambda's interfaces.
 */
final class HandlerLoader {
    private HandlerLoader() {}

    static Handler load(String name) throws ReflectiveOperationException {
        int colons = name.lastIndexOf("::");
        String className = colons < 0 ? name : name.substring(0, colons);
        if (className.isEmpty() || (colons >= 0 && colons + 2 == name.length())) {
            throw HandlerFault.of("Invalid handler: `" + name + "'");
        }
        Class<?> type = loadClass(className);
        return colons < 0
                ? InterfaceHandlers.of(type)
                : MethodHandlers.of(type, name.substring(colons + 2));
    }

    private static Class<?> loadClass(String name) {
        try {
            return Class.forName(name, true, ClassLoader.getSystemClassLoader());
        } catch (ClassNotFoundException e) {
            throw HandlerFault.of("Class not found: " + name, e);
        } catch (NoClassDefFoundError e) {
            throw HandlerFault.of("Error loading class " + name + suffix(e), e);
        } catch (LinkageError e) {
            throw HandlerFault.fatal("Error loading class " + name + suffix(e), e);
        }
    }

    private static String suffix(Throwable e) {
        return e.getMessage() == null ? "" : ": " + e.getMessage();
    }

    /** Makes the function's object; what its constructor throws is fatal. */
    static <T> T newInstance(Class<T> type) throws ReflectiveOperationException {
        try {
            return constructor(type).newInstance();
        } catch (InvocationTargetException e) {
            throw HandlerFault.fatal(e.getCause() == null ? e : e.getCause());
        } catch (InstantiationException | IllegalAccessException e) {
            throw HandlerFault.of(HandlerFault.messageOf(e), e);
        }
    }

    private static <T> Constructor<T> constructor(Class<T> type) {
        try {
            return type.getConstructor();
        } catch (NoSuchMethodException e) {
            if (type.getEnclosingClass() != null && !Modifier.isStatic(type.getModifiers())) {
                throw HandlerFault.of(
                        "Class "
                                + type.getName()
                                + " cannot be instantiated because it is a non-static inner class");
            }
            throw HandlerFault.of(
                    "Class " + type.getName() + " has no public zero-argument constructor", e);
        }
    }
}
