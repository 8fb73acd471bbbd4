package dev.glis.apis.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.apis.openapi.RequestRules.Violation;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What an operation asks of one parameter, and how its text is read. */
record ParameterRule(
        String in,
        String name,
        boolean isRequired,
        boolean mayBeEmpty,
        boolean isJson,
        String style,
        boolean explodes,
        ParameterTypes types,
        Schemas.Checked schema) {
    private static final Pattern NUMBER =
            Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]{1,9})?");
    private static final Pattern INTEGER = Pattern.compile("-?(0|[1-9][0-9]*)");

    static ParameterRule of(ObjectNode document, JsonNode parameter, Schemas.Checked schema) {
        String in = parameter.path("in").asText();
        boolean form = in.equals("query") || in.equals("cookie");
        String style = parameter.path("style").asText(form ? "form" : "simple");
        return new ParameterRule(
                in,
                DocumentRules.plain(parameter.path("name").asText()),
                parameter.path("required").asBoolean(),
                parameter.path("allowEmptyValue").asBoolean(),
                parameter.has("content"),
                style,
                parameter.path("explode").asBoolean(style.equals("form")),
                ParameterTypes.of(document, schema(parameter)),
                schema);
    }

    /** The schema of a parameter; of one that has content, that of the content. */
    static JsonNode schema(JsonNode parameter) {
        JsonNode content = parameter.path("content");
        JsonNode schema =
                content.isEmpty()
                        ? parameter.path("schema")
                        : content.iterator().next().path("schema");
        return schema.isMissingNode() ? Tree.NODES.objectNode() : schema;
    }

    void check(ParameterValues values, List<Violation> violations) {
        try {
            JsonNode value = value(values);
            if (value != null) {
                schema.check(value)
                        .forEach(wrong -> violations.add(violation(wrong.at(), wrong.message())));
            } else if (isRequired && !(mayBeEmpty && !values.of(in, name).isEmpty())) {
                violations.add(violation("", "is required"));
            }
        } catch (Unreadable e) {
            violations.add(violation("", String.valueOf(e.getMessage())));
        }
    }

    private Violation violation(String at, String message) {
        return new Violation(in, name, at, message);
    }

    /** What cannot be read as its style wants it. */
    private static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;

        Unreadable(String message) {
            super(message);
        }
    }

    /** The parameter's value, or null if it was not sent. */
    private @Nullable JsonNode value(ParameterValues values) throws Unreadable {
        if (types.isObject() && in.equals("query") && style.equals("deepObject")) {
            return deepObject(values);
        }
        if (types.isObject() && in.equals("query") && style.equals("form") && explodes) {
            return explodedObject(values);
        }
        List<String> sent = values.of(in, name);
        if (sent.isEmpty()) {
            return null;
        }
        if (isJson) {
            return json(decoded().apply(one(sent)));
        }
        if (types.isArray() && explodes && in.equals("query")) {
            return array(sent.stream());
        }
        String text = in.equals("header") ? String.join(",", sent) : one(sent);
        if (mayBeEmpty && text.isEmpty()) {
            return null;
        }
        if (types.isArray()) {
            return array(parts(text));
        }
        return types.isObject() ? object(parts(text).toList()) : typed(text, types.own());
    }

    private String one(List<String> sent) throws Unreadable {
        if (sent.size() > 1) {
            throw new Unreadable("is given " + sent.size() + " times, but takes one value");
        }
        return sent.getFirst();
    }

    private UnaryOperator<String> decoded() {
        return in.equals("query") ? ParameterValues::decoded : text -> text;
    }

    private static JsonNode json(String text) throws Unreadable {
        var mistakes = new Mistakes();
        Tree tree = JsonTree.read(text, mistakes);
        if (mistakes.count() > 0) {
            throw new Unreadable(mistakes.first());
        }
        return tree.node();
    }

    /** The parts of a text that holds several, without what its style puts before them. */
    private Stream<String> parts(String text) {
        String rest = text;
        String separator = ",";
        switch (style) {
            case "label" -> {
                rest = text.startsWith(".") ? text.substring(1) : text;
                separator = explodes ? "\\." : ",";
            }
            case "matrix" -> {
                rest = text.startsWith(";") ? text.substring(1) : text;
                separator = explodes ? ";" : ",";
            }
            case "spaceDelimited" -> separator = "%20|\\+| ";
            case "pipeDelimited" -> separator = "%7C|%7c|\\|";
            default -> {}
        }
        if (style.equals("matrix") && (!explodes || types.isArray())) {
            rest = rest.replaceAll("(^|;)" + Pattern.quote(name) + "=", "$1");
        }
        return rest.isEmpty() ? Stream.empty() : Arrays.stream(rest.split(separator, -1));
    }

    private ArrayNode array(Stream<String> parts) {
        ArrayNode array = Tree.NODES.arrayNode();
        parts.forEach(part -> array.add(typed(part, types.items())));
        return array;
    }

    /** Of names and values in turn, or of {@code name=value} if it explodes. */
    private ObjectNode object(List<String> parts) throws Unreadable {
        ObjectNode object = Tree.NODES.objectNode();
        if (explodes) {
            for (String part : parts) {
                int equals = part.indexOf('=');
                if (equals < 0) {
                    throw new Unreadable("must be written name=value,name=value");
                }
                put(object, part.substring(0, equals), part.substring(equals + 1));
            }
            return object;
        }
        if (parts.size() % 2 != 0) {
            throw new Unreadable("must be written name,value,name,value");
        }
        for (int i = 0; i < parts.size(); i += 2) {
            put(object, parts.get(i), parts.get(i + 1));
        }
        return object;
    }

    private void put(ObjectNode object, String rawName, String text) {
        String member = decoded().apply(rawName);
        object.set(member, typed(text, types.member(member)));
    }

    private @Nullable ObjectNode deepObject(ParameterValues values) {
        ObjectNode object = Tree.NODES.objectNode();
        for (Map.Entry<String, List<String>> sent : values.query().entrySet()) {
            String key = sent.getKey();
            if (key.startsWith(name + "[") && key.endsWith("]")) {
                String member = key.substring(name.length() + 1, key.length() - 1);
                object.set(member, typed(sent.getValue().getFirst(), types.member(member)));
            }
        }
        return object.isEmpty() ? null : object;
    }

    /** Its members are parameters of their own; those that the schema names belong to it. */
    private @Nullable ObjectNode explodedObject(ParameterValues values) {
        ObjectNode object = Tree.NODES.objectNode();
        for (String member : types.members()) {
            List<String> sent = values.query().getOrDefault(member, List.of());
            if (!sent.isEmpty()) {
                object.set(member, typed(sent.getFirst(), types.member(member)));
            }
        }
        return object.isEmpty() ? null : object;
    }

    /** A text as the type that the schema wants, if it can be one; else as text. */
    private JsonNode typed(String raw, List<String> wanted) {
        String text = decoded().apply(raw);
        if (style.equals("label") && types.isPrimitive() && text.startsWith(".")) {
            text = text.substring(1);
        } else if (style.equals("matrix") && types.isPrimitive() && text.startsWith(";")) {
            text = text.substring(text.indexOf('=') + 1);
        }
        boolean number =
                (wanted.contains("number") && NUMBER.matcher(text).matches())
                        || (wanted.contains("integer") && INTEGER.matcher(text).matches());
        JsonNode value = number ? Tree.number(text) : null;
        if (value != null) {
            return value;
        }
        boolean truth = text.equals("true") || text.equals("false");
        return truth && wanted.contains("boolean")
                ? Tree.NODES.booleanNode(text.equals("true"))
                : Tree.NODES.textNode(text);
    }
}
