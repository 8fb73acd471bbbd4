package dev.glis.apis.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Holds a document to OpenAPI: to its schema, and to what no schema can say. Nothing is ever
 * fetched; a reference to another document is a mistake.
 */
final class DocumentRules {
    static final Pattern TEMPLATE = Pattern.compile("\\{([^{}]*)\\}");
    private static final String REF = "$ref";

    /** Below these names stand values of the publisher's own, not parts of the document. */
    private static final Set<String> VALUES =
            Set.of("example", "examples", "default", "const", "enum", "value");

    /** Names below these are of the publisher's choice. */
    private static final Set<String> NAMES =
            Set.of(
                    "properties",
                    "patternProperties",
                    "schemas",
                    "$defs",
                    "dependentSchemas",
                    "responses",
                    "parameters",
                    "headers",
                    "requestBodies",
                    "callbacks");

    private static final Set<String> DIALECTS =
            Set.of(
                    "https://spec.openapis.org/oas/3.1/dialect/base",
                    "https://spec.openapis.org/oas/3.1/dialect/2024-11-10",
                    "https://json-schema.org/draft/2020-12/schema");

    private final ObjectNode document;
    private final Mistakes mistakes;
    private final boolean isValidating;

    DocumentRules(ObjectNode document, Mistakes mistakes) {
        this.document = document;
        this.mistakes = mistakes;
        this.isValidating = document.findValue("x-glis-validate") != null;
    }

    void check() {
        String version = document.path("openapi").asText();
        if (version.matches("3\\.0\\.[0-9]+(-.+)?")) {
            schema("openapi-3.0.json");
        } else if (version.matches("3\\.1\\.[0-9]+(-.+)?")) {
            schema("openapi-3.1.json");
            dialect();
        } else {
            mistakes.add(
                    document.has("swagger") ? "/swagger" : "/openapi",
                    "Glis reads OpenAPI 3.0 and 3.1: openapi must be such as 3.0.3 or 3.1.0");
            return;
        }
        references("", document, false);
        operations();
    }

    private void dialect() {
        String dialect = document.path("jsonSchemaDialect").asText();
        if (!dialect.isEmpty() && !DIALECTS.contains(dialect)) {
            mistakes.add(
                    "/jsonSchemaDialect",
                    "Glis knows the dialects " + DIALECTS.stream().sorted().toList());
        }
    }

    private void schema(String resource) {
        JsonNode rules = resource(resource);
        for (var error : Schemas.compile(rules).validate(document)) {
            String pointer = error.getInstanceLocation().toString();
            String property = error.getProperty();
            switch (error.getKeyword()) {
                case "required" -> mistakes.add(pointer, "'" + property + "' is missing here");
                case "additionalProperties" ->
                        mistakes.add(
                                Pointers.append(pointer, String.valueOf(property)),
                                "'" + property + "' is not known here" + known(rules, error));
                case "enum" ->
                        mistakes.add(
                                pointer,
                                named(pointer) + "must be one of " + error.getSchemaNode());
                case "not" -> mistakes.add(pointer, exclusive(error.getSchemaNode()));
                default -> mistakes.add(pointer, named(pointer) + error.getMessage());
            }
        }
    }

    private static String named(String pointer) {
        return pointer.isEmpty() ? "" : Pointers.last(pointer) + ": ";
    }

    /** The names that would be right where another one was found. */
    private static String known(JsonNode rules, com.networknt.schema.Error error) {
        String location = error.getSchemaLocation().toString();
        int fragment = location.indexOf('#');
        String pointer = fragment < 0 ? "" : location.substring(fragment + 1);
        JsonNode schema = rules.at(Pointers.compiled(Pointers.parent(pointer)));
        List<String> names = new ArrayList<>();
        schema.path("properties").fieldNames().forEachRemaining(names::add);
        if (schema.path("patternProperties").has("^/")
                || schema.path("patternProperties").has("^\\/")) {
            return "; a path begins with /";
        }
        return names.isEmpty() ? "" : "; known are " + names.stream().sorted().toList();
    }

    private static String exclusive(JsonNode schema) {
        var names = new ArrayList<String>();
        schema.findValues("required")
                .forEach(each -> each.forEach(name -> names.add(name.asText())));
        return schema.has("anyOf")
                ? "content excludes " + String.join(", ", names)
                : "Only one of these may be here: " + String.join(", ", names);
    }

    private static JsonNode resource(String name) {
        try (InputStream in = DocumentRules.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("The server's jar lacks " + name);
            }
            return Json.parse(in.readAllBytes());
        } catch (IOException e) {
            throw Fault.internal("Reading " + name + " from the server's jar failed", e);
        }
    }

    /** Looks at each reference, and at members of Glis's where it knows none. */
    private void references(String pointer, JsonNode node, boolean namesAreFree) {
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                references(Pointers.append(pointer, i), node.get(i), false);
            }
        }
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            String name = member.getKey();
            String at = Pointers.append(pointer, name);
            if (namesAreFree) {
                references(at, member.getValue(), false);
            } else if (name.equals(REF) && member.getValue().isTextual()) {
                reference(at, member.getValue().asText());
            } else if (name.equals("pattern") && member.getValue().isTextual()) {
                pattern(at, member.getValue().asText());
            } else if (isDocumentsOwn(name)) {
                references(at, member.getValue(), NAMES.contains(name));
            }
        }
    }

    /** One that is never used may be of another language. */
    private void pattern(String pointer, String expression) {
        if (!isValidating) {
            return;
        }
        try {
            new BoundedPattern(expression);
        } catch (PatternSyntaxException e) {
            mistakes.add(pointer, "Glis cannot use this pattern: " + e.getDescription());
        }
    }

    private static boolean isDocumentsOwn(String name) {
        boolean extension = name.startsWith("x-") && !name.equals("x-glis-any");
        return !VALUES.contains(name) && (!extension || name.equals("x-glis-default"));
    }

    private void reference(String pointer, String target) {
        if (!target.startsWith("#")) {
            mistakes.add(
                    pointer,
                    "'"
                            + target
                            + "' is another document, and none is fetched; put what it holds into"
                            + " this one, such as under components");
        } else if (References.find(document, target) == null && !References.isAnchor(target)) {
            mistakes.add(pointer, "'" + target + "' leads to nothing in this document");
        }
    }

    private void operations() {
        var identities = new HashMap<String, String>();
        Operations.in(document).forEach(operation -> operation(operation, identities));
    }

    private void operation(Operations.Operation operation, Map<String, String> identities) {
        String pointer = operation.pointer();
        JsonNode identity = operation.node().path("operationId");
        if (identity.isTextual()) {
            String before = identities.putIfAbsent(identity.asText(), pointer);
            if (before != null) {
                mistakes.add(
                        pointer + "/operationId",
                        "'" + identity.asText() + "' is the operationId of " + before + " too");
            }
        }
        var wanted = new ArrayList<String>();
        Matcher template = TEMPLATE.matcher(operation.path());
        while (template.find()) {
            wanted.add(plain(template.group(1)));
        }
        var given = new ArrayList<String>();
        for (Operations.Parameter parameter : operation.parameters(document)) {
            if (parameter.node().path("in").asText().equals("path")) {
                String name = plain(parameter.node().path("name").asText());
                given.add(name);
                if (!wanted.contains(name)) {
                    mistakes.add(
                            parameter.pointer(),
                            "The path " + operation.path() + " has no {" + name + "}");
                }
            }
        }
        wanted.stream()
                .filter(name -> !given.contains(name))
                .forEach(
                        name ->
                                mistakes.add(
                                        pointer,
                                        "The path's {"
                                                + name
                                                + "} needs a parameter: name: "
                                                + name
                                                + ", in: path, required: true"));
    }

    /** A variable for the rest of a path is written {@code {rest+}}. */
    static String plain(String variable) {
        return variable.endsWith("+") ? variable.substring(0, variable.length() - 1) : variable;
    }
}
