package dev.glis.wire.portal;

import static dev.glis.wire.portal.Html.classes;
import static dev.glis.wire.portal.Html.many;
import static dev.glis.wire.portal.Html.tag;
import static dev.glis.wire.portal.Html.text;
import static dev.glis.wire.portal.Html.when;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * The schemas of one page: what values look like, and an example of each. How deep it goes and how
 * much it shows is limited, as schemas may hold themselves. For one thread.
 */
final class Schemas {
    private static final List<String> CHOICES = List.of("oneOf", "anyOf");
    private static final int MOST_CHOICES = 10;
    private static final Map<String, String> BOUNDS = bounds();

    private final OpenApi api;
    private final Set<String> open = new HashSet<>();
    private long parts;

    Schemas(OpenApi api) {
        this.api = api;
    }

    private static Map<String, String> bounds() {
        var bounds = new LinkedHashMap<String, String>();
        bounds.put("minimum", "at least");
        bounds.put("exclusiveMinimum", "more than");
        bounds.put("maximum", "at most");
        bounds.put("exclusiveMaximum", "less than");
        bounds.put("multipleOf", "a multiple of");
        bounds.put("minLength", "characters at least");
        bounds.put("maxLength", "characters at most");
        bounds.put("minItems", "items at least");
        bounds.put("maxItems", "items at most");
        bounds.put("pattern", "matches");
        bounds.put("default", "by default");
        bounds.put("const", "always");
        return bounds;
    }

    /** A schema with all that it holds. */
    Html render(JsonNode schema) {
        return tag(
                "div",
                classes("schema"),
                tag("p", tag("span", classes("type"), text(type(schema))), bounds(schema)),
                inside(schema, 0));
    }

    /** What a value is, in a few words. */
    String type(JsonNode schema) {
        String reference = schema.path("$ref").asText();
        String name = reference.substring(reference.lastIndexOf('/') + 1);
        JsonNode found = api.resolve(schema);
        String own = ownType(found);
        return name.isEmpty() ? own : name + (own.equals("object") ? "" : ", " + own);
    }

    private String ownType(JsonNode schema) {
        for (String choice : CHOICES) {
            if (schema.path(choice).isArray()) {
                return StreamSupport.stream(schema.path(choice).spliterator(), false)
                        .limit(MOST_CHOICES)
                        .map(this::shortType)
                        .collect(Collectors.joining(" or "));
            }
        }
        JsonNode type = schema.path("type");
        String words = type.isArray() ? joined(type, " or ") : type.asText();
        if (words.isEmpty()) {
            boolean object = schema.has("properties") || schema.has("allOf");
            words = object ? "object" : "any";
        }
        if (words.equals("array")) {
            return "array of " + shortType(schema.path("items"));
        }
        String format = schema.path("format").asText();
        boolean nullable = schema.path("nullable").asBoolean();
        return words + (format.isEmpty() ? "" : " (" + format + ")") + (nullable ? " or null" : "");
    }

    private String shortType(JsonNode schema) {
        String reference = schema.path("$ref").asText();
        String type = schema.path("type").asText("any");
        return reference.isEmpty() ? type : reference.substring(reference.lastIndexOf('/') + 1);
    }

    /** What else holds of a value. */
    Html bounds(JsonNode schema) {
        JsonNode found = api.resolve(schema);
        var bounds = new ArrayList<String>();
        if (found.path("enum").isArray()) {
            bounds.add("one of " + joined(found.path("enum"), ", "));
        }
        BOUNDS.forEach(
                (name, words) -> {
                    if (found.path(name).isValueNode()) {
                        bounds.add(bound(words, found.path(name).asText()));
                    }
                });
        return when(
                !bounds.isEmpty(),
                tag("span", classes("bounds"), text(" " + String.join("; ", bounds))));
    }

    private static String bound(String words, String value) {
        int blank = words.indexOf(' ');
        boolean counted = words.startsWith("characters") || words.startsWith("items");
        return counted
                ? words.substring(blank + 1) + " " + value + " " + words.substring(0, blank)
                : words + " " + value;
    }

    private static String joined(JsonNode values, String between) {
        return StreamSupport.stream(values.spliterator(), false)
                .limit(Limits.PORTAL_SCHEMA_PARTS.value())
                .map(JsonNode::asText)
                .collect(Collectors.joining(between));
    }

    /** What is in it, unless it is shown around here already. */
    private Html inside(JsonNode schema, int depth) {
        String reference = schema.path("$ref").asText();
        if (reference.isEmpty()) {
            return content(schema, depth);
        }
        if (!open.add(reference)) {
            return Html.nothing();
        }
        Html content = content(schema, depth);
        open.remove(reference);
        return content;
    }

    private Html content(JsonNode schema, int depth) {
        JsonNode found = api.resolve(schema);
        if (depth >= Limits.PORTAL_SCHEMA_DEPTH.value()) {
            return when(isComposed(found), tag("p", classes("hint"), text("…")));
        }
        if (found.path("items").isObject()) {
            return inside(found.path("items"), depth);
        }
        Map<String, JsonNode> properties = new LinkedHashMap<>();
        Set<String> required = new HashSet<>();
        collect(found, properties, required, 0);
        if (properties.isEmpty()) {
            return choices(found, depth);
        }
        var rows = new ArrayList<Html>();
        properties.forEach(
                (name, each) -> {
                    if (parts++ < Limits.PORTAL_SCHEMA_PARTS.value()) {
                        rows.add(property(name, each, required.contains(name), depth));
                    }
                });
        return tag("ul", many(rows));
    }

    private static boolean isComposed(JsonNode schema) {
        return schema.has("properties") || schema.has("items") || schema.has("allOf");
    }

    /** Of the schema and all that it consists of. */
    private void collect(
            JsonNode schema, Map<String, JsonNode> properties, Set<String> required, int depth) {
        if (depth > Limits.PORTAL_SCHEMA_DEPTH.value()) {
            return;
        }
        for (JsonNode part : schema.path("allOf")) {
            collect(api.resolve(part), properties, required, depth + 1);
        }
        schema.path("properties")
                .properties()
                .forEach(each -> properties.put(each.getKey(), each.getValue()));
        schema.path("required").forEach(each -> required.add(each.asText()));
    }

    private Html choices(JsonNode schema, int depth) {
        var rows = new ArrayList<Html>();
        for (String choice : CHOICES) {
            for (JsonNode each : schema.path(choice)) {
                if (parts++ < Limits.PORTAL_SCHEMA_PARTS.value()) {
                    rows.add(
                            tag(
                                    "li",
                                    tag("span", classes("type"), text("either " + type(each))),
                                    inside(each, depth + 1)));
                }
            }
        }
        return when(!rows.isEmpty(), tag("ul", many(rows)));
    }

    private Html property(String name, JsonNode schema, boolean required, int depth) {
        String description = api.resolve(schema).path("description").asText();
        return tag(
                "li",
                tag("code", text(name)),
                text(" "),
                tag("span", classes("type"), text(type(schema))),
                when(required, tag("span", classes("required"), text(" required"))),
                bounds(schema),
                when(!description.isEmpty(), Markdown.render(description, 2)),
                inside(schema, depth + 1));
    }

    // ---- examples

    /**
     * An example of a body or a parameter: the one that is given, else one of the schema's form.
     */
    JsonNode example(JsonNode holder) {
        if (holder.has("example")) {
            return holder.path("example");
        }
        for (JsonNode each : holder.path("examples")) {
            JsonNode found = api.resolve(each);
            return found.has("value") ? found.path("value") : found;
        }
        return sample(holder.path("schema"), 0);
    }

    private JsonNode sample(JsonNode schema, int depth) {
        JsonNode found = api.resolve(schema);
        for (String given : List.of("example", "default", "const")) {
            if (found.has(given)) {
                return found.path(given);
            }
        }
        for (String list : List.of("examples", "enum")) {
            if (found.path(list).has(0)) {
                return found.path(list).path(0);
            }
        }
        if (depth > Limits.PORTAL_SCHEMA_DEPTH.value() || found.isMissingNode()) {
            return MissingNode.getInstance();
        }
        for (String choice : CHOICES) {
            if (found.path(choice).has(0)) {
                return sample(found.path(choice).path(0), depth + 1);
            }
        }
        return byType(found, depth);
    }

    private JsonNode byType(JsonNode schema, int depth) {
        JsonNode type = schema.path("type");
        return switch (type.isArray() ? type.path(0).asText() : type.asText()) {
            case "string" -> TextNode.valueOf(sampleText(schema.path("format").asText()));
            case "integer", "number" -> IntNode.valueOf(schema.path("minimum").asInt(1));
            case "boolean" -> BooleanNode.TRUE;
            case "array" -> list(sample(schema.path("items"), depth + 1));
            default -> object(schema, depth);
        };
    }

    private static String sampleText(String format) {
        return switch (format) {
            case "date-time" -> "2026-01-31T12:00:00Z";
            case "date" -> "2026-01-31";
            case "email" -> "somebody@example.org";
            case "uuid" -> "3fa85f64-5717-4562-b3fc-2c963f66afa6";
            case "uri" -> "https://example.org/";
            default -> "text";
        };
    }

    private static ArrayNode list(JsonNode item) {
        ArrayNode list = Json.array();
        return item.isMissingNode() ? list : list.add(item);
    }

    private JsonNode object(JsonNode schema, int depth) {
        Map<String, JsonNode> properties = new LinkedHashMap<>();
        collect(schema, properties, new HashSet<>(), 0);
        ObjectNode object = Json.object();
        properties.forEach(
                (name, each) -> {
                    if (parts++ < Limits.PORTAL_SCHEMA_PARTS.value()) {
                        JsonNode value = sample(each, depth + 1);
                        if (!value.isMissingNode()) {
                            object.set(name, value);
                        }
                    }
                });
        return object;
    }
}
