package dev.glis.net;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * HTTP header fields in the order they came, names compared without case, several of one name
 * allowed. Not safe for use by several threads while it changes.
 */
public final class Headers {
    private final List<String> names = new ArrayList<>();
    private final List<String> values = new ArrayList<>();

    /** Header fields from alternating names and values. */
    public static Headers of(String... namesAndValues) {
        var headers = new Headers();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return headers;
    }

    /** The same fields, to be changed apart from these. */
    public Headers copy() {
        var copy = new Headers();
        copy.names.addAll(names);
        copy.values.addAll(values);
        return copy;
    }

    /** Adds a field behind those there are. */
    public Headers add(String name, String value) {
        names.add(name);
        values.add(value);
        return this;
    }

    /** Replaces all fields of this name by one. */
    public Headers set(String name, String value) {
        remove(name);
        return add(name, value);
    }

    public Headers remove(String name) {
        for (int i = names.size() - 1; i >= 0; i--) {
            if (names.get(i).equalsIgnoreCase(name)) {
                names.remove(i);
                values.remove(i);
            }
        }
        return this;
    }

    /** The first value of this name, or null. */
    public @Nullable String get(String name) {
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).equalsIgnoreCase(name)) {
                return values.get(i);
            }
        }
        return null;
    }

    /** The first value of this name, or the given one. */
    public String get(String name, String otherwise) {
        String value = get(name);
        return value == null ? otherwise : value;
    }

    /** All values of this name, in order. */
    public List<String> all(String name) {
        var found = new ArrayList<String>();
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).equalsIgnoreCase(name)) {
                found.add(values.get(i));
            }
        }
        return found;
    }

    public int size() {
        return names.size();
    }

    public String name(int index) {
        return names.get(index);
    }

    public String value(int index) {
        return values.get(index);
    }

    /** Each field, its name in lower case. */
    public void forEachLowerCase(BiConsumer<String, String> consumer) {
        for (int i = 0; i < names.size(); i++) {
            consumer.accept(names.get(i).toLowerCase(Locale.ROOT), values.get(i));
        }
    }
}
