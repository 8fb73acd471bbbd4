package dev.glis.guest;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JSON document into maps, lists, text, numbers, booleans and null, of the classes that the
 * serialisation library would choose. What is not correct is left to that library, which words the
 * error.
 */
final class JsonReader {
    private static final int MAXIMUM_DEPTH = 500;

    private final String text;
    private int at;

    private JsonReader(String text) {
        this.text = text;
    }

    /** The document is not correct, or deeper than is read here. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused() {
            super(null, null, false, false);
        }
    }

    static @Nullable Object read(byte[] json) throws Refused {
        var reader = new JsonReader(new String(json, StandardCharsets.UTF_8));
        Object value = reader.value(0);
        reader.skipSpace();
        if (reader.at < reader.text.length()) {
            throw new Refused();
        }
        return value;
    }

    private @Nullable Object value(int depth) throws Refused {
        if (depth > MAXIMUM_DEPTH) {
            throw new Refused();
        }
        skipSpace();
        return switch (peek()) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> string();
            case 't' -> word("true", Boolean.TRUE);
            case 'f' -> word("false", Boolean.FALSE);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Map<String, @Nullable Object> object(int depth) throws Refused {
        var members = new LinkedHashMap<String, @Nullable Object>();
        at++;
        skipSpace();
        if (takeIf('}')) {
            return members;
        }
        do {
            skipSpace();
            String name = string();
            skipSpace();
            expect(':');
            members.put(name, value(depth + 1));
            skipSpace();
        } while (takeIf(','));
        expect('}');
        return members;
    }

    private List<@Nullable Object> array(int depth) throws Refused {
        var values = new ArrayList<@Nullable Object>();
        at++;
        skipSpace();
        if (takeIf(']')) {
            return values;
        }
        do {
            values.add(value(depth + 1));
            skipSpace();
        } while (takeIf(','));
        expect(']');
        return values;
    }

    private String string() throws Refused {
        expect('"');
        int start = at;
        StringBuilder built = null;
        while (true) {
            char c = peek();
            if (c == '"') {
                String rest = text.substring(start, at++);
                return built == null ? rest : built.append(rest).toString();
            }
            if (c < ' ') {
                throw new Refused();
            }
            if (c == '\\') {
                built = built == null ? new StringBuilder() : built;
                built.append(text, start, at);
                at++;
                built.append(escaped());
                start = at;
            } else {
                at++;
            }
        }
    }

    private char escaped() throws Refused {
        char c = peek();
        at++;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'u' -> unicode();
            default -> throw new Refused();
        };
    }

    private char unicode() throws Refused {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(peek(), 16);
            if (digit < 0) {
                throw new Refused();
            }
            value = value * 16 + digit;
            at++;
        }
        return (char) value;
    }

    private <T extends @Nullable Object> T word(String word, T value) throws Refused {
        if (!text.startsWith(word, at)) {
            throw new Refused();
        }
        at += word.length();
        return value;
    }

    private Object number() throws Refused {
        int start = at;
        takeIf('-');
        int whole = digits();
        if (whole == 0 || (whole > 1 && text.charAt(at - whole) == '0')) {
            throw new Refused();
        }
        boolean fraction = takeIf('.');
        if (fraction && digits() == 0) {
            throw new Refused();
        }
        boolean exponent = takeIf('e') || takeIf('E');
        if (exponent) {
            if (!takeIf('+')) {
                takeIf('-');
            }
            if (digits() == 0) {
                throw new Refused();
            }
        }
        String number = text.substring(start, at);
        return fraction || exponent ? (Object) Double.valueOf(number) : whole(number);
    }

    private int digits() {
        int start = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at - start;
    }

    private static Number whole(String number) {
        if (number.length() < 19) {
            long value = Long.parseLong(number);
            return (int) value == value ? (Number) (int) value : (Number) value;
        }
        var value = new BigInteger(number);
        return value.bitLength() < Long.SIZE ? (Number) value.longValue() : value;
    }

    private char peek() throws Refused {
        if (at >= text.length()) {
            throw new Refused();
        }
        return text.charAt(at);
    }

    private void expect(char c) throws Refused {
        if (!takeIf(c)) {
            throw new Refused();
        }
    }

    private boolean takeIf(char c) {
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private void skipSpace() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c != ' ' && c != '\n' && c != '\t' && c != '\r') {
                return;
            }
            at++;
        }
    }
}
