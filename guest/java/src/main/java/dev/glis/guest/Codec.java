package dev.glis.guest;

import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * From JSON to a handler's parameter and from its result to JSON. Plain types are done here; the
 * serialisation library, which takes 150 ms to load, comes in for all others and for everything
 * that is wrong, so that its behaviour and its messages are the function's either way.
 */
final class Codec {
    private static final Object NOT_PLAIN = new Object();

    private final Type type;
    private @Nullable PojoSerializer library;

    Codec(Type type) {
        this.type = type;
        if (!isPlain(type)) {
            library = PojoSerializer.of(type);
        }
    }

    /** The handler's parameter. */
    @Nullable Object readEvent(Invocation invocation) {
        try {
            return read(invocation.body());
        } catch (Exception e) {
            throw new RuntimeException("An error occurred during JSON parsing", e);
        }
    }

    /** The response. */
    byte[] writeResult(@Nullable Object value) {
        try {
            return write(value);
        } catch (Exception e) {
            throw new RuntimeException(
                    "An error occurred during JSON serialization of response", e);
        }
    }

    private @Nullable Object read(byte[] json) throws IOException {
        if (library == null) {
            Object value = readPlain(json);
            if (value != NOT_PLAIN) {
                return value;
            }
        }
        return library().read(json);
    }

    private byte[] write(@Nullable Object value) throws IOException {
        if (library == null) {
            byte[] json = JsonWriter.write(value);
            if (json != null) {
                return json;
            }
        }
        return library().write(value);
    }

    private PojoSerializer library() {
        PojoSerializer loaded = library;
        return loaded == null ? PojoSerializer.of(type) : loaded;
    }

    private static boolean isPlain(Type type) {
        if (type instanceof ParameterizedType generic) {
            return (generic.getRawType() == Map.class
                            && generic.getActualTypeArguments()[0] == String.class
                            && isTextOrAny(generic.getActualTypeArguments()[1]))
                    || (generic.getRawType() == List.class
                            && isTextOrAny(generic.getActualTypeArguments()[0]));
        }
        return type == String.class
                || type == Object.class
                || type == Map.class
                || type == List.class
                || type == Integer.class
                || type == int.class
                || type == Long.class
                || type == long.class
                || type == Double.class
                || type == double.class
                || type == Boolean.class
                || type == boolean.class;
    }

    private static boolean isTextOrAny(Type type) {
        return type == String.class || type == Object.class;
    }

    private @Nullable Object readPlain(byte[] json) {
        try {
            return fit(JsonReader.read(json));
        } catch (JsonReader.Refused e) {
            return NOT_PLAIN;
        }
    }

    private @Nullable Object fit(@Nullable Object value) {
        if (value == null) {
            return type instanceof Class<?> c && c.isPrimitive() ? NOT_PLAIN : null;
        }
        if (type instanceof ParameterizedType generic) {
            return fitGeneric(value, generic);
        }
        if (type == Object.class
                || (type == String.class && value instanceof String)
                || (type == Map.class && value instanceof Map)
                || (type == List.class && value instanceof List)
                || ((type == boolean.class || type == Boolean.class) && value instanceof Boolean)
                || ((type == int.class || type == Integer.class) && value instanceof Integer)) {
            return value;
        }
        if (type == long.class || type == Long.class) {
            return value instanceof Integer || value instanceof Long
                    ? (Object) ((Number) value).longValue()
                    : NOT_PLAIN;
        }
        if (type == double.class || type == Double.class) {
            return value instanceof Number number ? (Object) number.doubleValue() : NOT_PLAIN;
        }
        return NOT_PLAIN;
    }

    private static Object fitGeneric(Object value, ParameterizedType type) {
        Type[] arguments = type.getActualTypeArguments();
        Type element = arguments[arguments.length - 1];
        Iterable<?> elements;
        if (type.getRawType() == Map.class && value instanceof Map<?, ?> map) {
            elements = map.values();
        } else if (type.getRawType() == List.class && value instanceof List<?> list) {
            elements = list;
        } else {
            return NOT_PLAIN;
        }
        return element == Object.class || allText(elements) ? value : NOT_PLAIN;
    }

    private static boolean allText(Iterable<?> values) {
        for (Object value : values) {
            if (value != null && !(value instanceof String)) {
                return false;
            }
        }
        return true;
    }
}
