package dev.glis.functions;

import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import java.util.LinkedHashMap;
import java.util.Map;

/** The tags of functions. */
public final class Tags {
    Tags() {}

    static void check(Map<String, String> tags) {
        if (tags.size() > Limits.FUNCTION_TAGS.value()) {
            throw Fault.invalid(
                    "The number of tags exceeds the limit of "
                            + Limits.FUNCTION_TAGS.value()
                            + " for a function");
        }
        tags.forEach(Tags::check);
    }

    private static void check(String key, String value) {
        if (key.isEmpty() || key.length() > 128 || value.length() > 256) {
            throw Fault.invalid(
                    "The tag '"
                            + key
                            + "' is out of range: a key has 1 to 128 characters, a value at most"
                            + " 256");
        }
        if (key.startsWith("aws:")) {
            throw Fault.invalid("The tag key '" + key + "' begins with aws:, which is reserved");
        }
    }

    static String toJson(Map<String, String> tags) {
        var json = Json.object();
        tags.forEach(json::put);
        return Json.text(json);
    }

    static Map<String, String> ofJson(String text) {
        var tags = new LinkedHashMap<String, String>();
        Json.parse(text)
                .properties()
                .forEach(each -> tags.put(each.getKey(), each.getValue().asText()));
        return tags;
    }
}
