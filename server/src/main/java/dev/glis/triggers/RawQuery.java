package dev.glis.triggers;

import dev.glis.base.Fault;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The query of a URL, decoded as forms are. */
public final class RawQuery {
    private RawQuery() {}

    /** All values by name, in the order in which they came. */
    public static Map<String, List<String>> parse(String rawQuery) {
        var values = new LinkedHashMap<String, List<String>>();
        for (String pair : rawQuery.split("&")) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
            values.computeIfAbsent(name, key -> new ArrayList<>(1)).add(value);
        }
        return values;
    }

    /**
     * Decodes a name or a value.
     *
     * @throws Fault INVALID where a percent sign stands for nothing
     */
    public static String decode(String raw) {
        try {
            return URLDecoder.decode(raw, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new Fault(
                    Fault.Kind.INVALID,
                    "invalid",
                    "A percent sign in the URL is not followed by two hexadecimal digits",
                    e);
        }
    }
}
