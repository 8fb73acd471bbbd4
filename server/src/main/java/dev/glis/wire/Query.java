package dev.glis.wire;

import dev.glis.base.Fault;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A decoded query string. */
public record Query(Map<String, List<String>> values) {
    /** Decodes a raw query string. */
    public static Query parse(String rawQuery) {
        var values = new LinkedHashMap<String, List<String>>();
        if (!rawQuery.isEmpty()) {
            for (String pair : rawQuery.split("&", -1)) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                String value = equals < 0 ? "" : pair.substring(equals + 1);
                values.computeIfAbsent(decode(name), _ -> new ArrayList<>()).add(decode(value));
            }
        }
        return new Query(values);
    }

    /** The first value of this name, or null. */
    public @Nullable String first(String name) {
        List<String> all = values.get(name);
        return all == null ? null : all.getFirst();
    }

    /** All values of this name. */
    public List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /** Decodes percent signs and plus signs. */
    static String decode(String raw) {
        try {
            return URLDecoder.decode(raw, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new Fault(
                    Fault.Kind.INVALID,
                    "validation",
                    "The query string has a percent sign that is not followed by two hexadecimal"
                            + " digits: "
                            + raw,
                    e);
        }
    }
}
