package dev.glis.wire.apigatewayv2;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** What several shapes have in common. */
final class Shapes {
    private Shapes() {}

    /** Such as {@code 2026-11-24T07:00:00Z}. */
    static String time(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    static void putTexts(ObjectNode json, String name, Collection<String> texts) {
        if (!texts.isEmpty()) {
            texts.forEach(json.putArray(name)::add);
        }
    }

    static void putText(ObjectNode json, String name, String text) {
        if (!text.isEmpty()) {
            json.put(name, text);
        }
    }

    static void putTags(ObjectNode json, Map<String, String> tags) {
        new TreeMap<>(tags).forEach(json.putObject("tags")::put);
    }
}
