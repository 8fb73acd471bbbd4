package dev.glis.apis.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What types a schema wants, also those that it refers to. */
record ParameterTypes(
        List<String> own,
        List<String> items,
        Map<String, List<String>> named,
        List<String> others) {
    private static final int MOST_DEPTH = 20;

    static ParameterTypes of(ObjectNode document, JsonNode schema) {
        var own = new ArrayList<String>();
        var items = new ArrayList<String>();
        var named = new LinkedHashMap<String, List<String>>();
        var others = new ArrayList<String>();
        for (JsonNode each : parts(document, schema, 0)) {
            own.addAll(types(each));
            parts(document, each.path("items"), 0).forEach(item -> items.addAll(types(item)));
            each.path("properties")
                    .properties()
                    .forEach(
                            member ->
                                    named.put(
                                            member.getKey(),
                                            parts(document, member.getValue(), 0).stream()
                                                    .flatMap(part -> types(part).stream())
                                                    .toList()));
            parts(document, each.path("additionalProperties"), 0)
                    .forEach(other -> others.addAll(types(other)));
        }
        return new ParameterTypes(own, items, named, others);
    }

    /** The schema and those that it is made of. */
    private static List<JsonNode> parts(ObjectNode document, JsonNode schema, int depth) {
        var parts = new ArrayList<JsonNode>();
        JsonNode followed = References.follow(document, schema);
        parts.add(followed);
        if (depth < MOST_DEPTH) {
            for (String keyword : List.of("allOf", "anyOf", "oneOf")) {
                followed.path(keyword)
                        .forEach(part -> parts.addAll(parts(document, part, depth + 1)));
            }
        }
        return parts;
    }

    private static List<String> types(JsonNode schema) {
        JsonNode type = schema.path("type");
        if (type.isTextual()) {
            return List.of(type.asText());
        }
        var types = new ArrayList<String>();
        type.forEach(each -> types.add(each.asText()));
        return types;
    }

    boolean isArray() {
        return own.contains("array");
    }

    boolean isObject() {
        return own.contains("object");
    }

    boolean isPrimitive() {
        return !isArray() && !isObject();
    }

    List<String> member(String name) {
        return named.getOrDefault(name, others);
    }

    Set<String> members() {
        return named.keySet();
    }
}
