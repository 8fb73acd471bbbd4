package dev.glis.guest;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes plain values (maps with text keys, collections, text, numbers, booleans, null) as the
 * serialisation library would. Whatever else comes is left to that library.
 */
final class JsonWriter {
    private static final int MAXIMUM_DEPTH = 500;
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private final StringBuilder text = new StringBuilder();

    private JsonWriter() {}

    /** The JSON, or null when the value is not plain. */
    static byte @Nullable [] write(@Nullable Object value) {
        var writer = new JsonWriter();
        return writer.append(value, 0)
                ? writer.text.toString().getBytes(StandardCharsets.UTF_8)
                : null;
    }

    private boolean append(@Nullable Object value, int depth) {
        if (depth > MAXIMUM_DEPTH) {
            return false;
        }
        if (value == null || value instanceof Boolean || isWholeOrDecimal(value)) {
            text.append(value);
            return true;
        }
        if (value instanceof String string) {
            appendText(string);
            return true;
        }
        if (value instanceof Double number) {
            return appendFraction(number, Double.isFinite(number));
        }
        if (value instanceof Float number) {
            return appendFraction(number, Float.isFinite(number));
        }
        if (value instanceof Map<?, ?> map && isPlain(map)) {
            return appendMap(map, depth);
        }
        if (value instanceof Collection<?> collection && isPlain(collection)) {
            return appendAll(collection, depth);
        }
        return false;
    }

    private static boolean isWholeOrDecimal(Object value) {
        Class<?> type = value.getClass();
        return type == Integer.class
                || type == Long.class
                || type == Short.class
                || type == Byte.class
                || type == BigInteger.class
                || type == BigDecimal.class;
    }

    /** Own classes that happen to be maps or lists may carry the library's annotations. */
    private static boolean isPlain(Object container) {
        return container.getClass().getName().startsWith("java.util.");
    }

    private boolean appendFraction(Object number, boolean finite) {
        text.append(number);
        return finite;
    }

    private boolean appendMap(Map<?, ?> map, int depth) {
        char separator = '{';
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!(entry.getKey() instanceof String key)) {
                return false;
            }
            text.append(separator);
            appendText(key);
            text.append(':');
            if (!append(entry.getValue(), depth + 1)) {
                return false;
            }
            separator = ',';
        }
        text.append(separator == '{' ? "{}" : "}");
        return true;
    }

    private boolean appendAll(Collection<?> values, int depth) {
        char separator = '[';
        for (Object value : values) {
            text.append(separator);
            if (!append(value, depth + 1)) {
                return false;
            }
            separator = ',';
        }
        text.append(separator == '[' ? "[]" : "]");
        return true;
    }

    private void appendText(String string) {
        text.append('"');
        for (int i = 0; i < string.length(); i++) {
            appendCharacter(string.charAt(i));
        }
        text.append('"');
    }

    private void appendCharacter(char c) {
        switch (c) {
            case '"' -> text.append("\\\"");
            case '\\' -> text.append("\\\\");
            case '\n' -> text.append("\\n");
            case '\r' -> text.append("\\r");
            case '\t' -> text.append("\\t");
            case '\b' -> text.append("\\b");
            case '\f' -> text.append("\\f");
            default -> {
                if (c < ' ') {
                    text.append("\\u00").append(HEX[c >> 4]).append(HEX[c & 15]);
                } else {
                    text.append(c);
                }
            }
        }
    }
}
