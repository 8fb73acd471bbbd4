package dev.glis.guest;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import org.jspecify.annotations.Nullable;

/** With which type arguments a class implements a generic interface. */
final class GenericTypes {
    private GenericTypes() {}

    /** The arguments, or null when the class implements the interface without any. */
    static Type @Nullable [] argumentsOf(Class<?> type, Class<?> contract) {
        return search(type, new TypeVariable<?>[0], new Type[0], contract);
    }

    private static Type @Nullable [] search(
            Class<?> type, TypeVariable<?>[] variables, Type[] values, Class<?> contract) {
        for (Type parent : parentsOf(type)) {
            if (parent instanceof ParameterizedType generic) {
                Class<?> raw = (Class<?>) generic.getRawType();
                Type[] arguments = resolve(generic.getActualTypeArguments(), variables, values);
                if (raw == contract) {
                    return arguments;
                }
                Type[] found = search(raw, raw.getTypeParameters(), arguments, contract);
                if (found != null) {
                    return found;
                }
            } else if (parent instanceof Class<?> raw) {
                Type[] found = search(raw, new TypeVariable<?>[0], new Type[0], contract);
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    private static Type[] parentsOf(Class<?> type) {
        Type[] interfaces = type.getGenericInterfaces();
        Type superclass = type.getGenericSuperclass();
        if (superclass == null) {
            return interfaces;
        }
        Type[] parents = java.util.Arrays.copyOf(interfaces, interfaces.length + 1);
        parents[interfaces.length] = superclass;
        return parents;
    }

    private static Type[] resolve(Type[] types, TypeVariable<?>[] variables, Type[] values) {
        Type[] resolved = types.clone();
        for (int i = 0; i < resolved.length; i++) {
            for (int j = 0; j < variables.length; j++) {
                if (resolved[i].equals(variables[j])) {
                    resolved[i] = values[j];
                }
            }
        }
        return resolved;
    }
}
