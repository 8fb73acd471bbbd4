package dev.glis.apis.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.stream.Collectors;

/** The operations of a document. */
public final class Operations {
    /** The member of a path for the route that takes all methods. */
    public static final String ANY = "x-glis-any";

    /** The document's member for the route that takes what no other does. */
    public static final String DEFAULT = "x-glis-default";

    private static final List<String> METHODS =
            List.of("get", "put", "post", "delete", "options", "head", "patch", "trace");

    private Operations() {}

    /**
     * An operation.
     *
     * @param pointer to it
     * @param path of its requests; empty for the default one
     * @param method in upper case; ANY for all
     * @param item the path's item; an empty object for the default one
     */
    public record Operation(
            String pointer, String path, String method, ObjectNode item, ObjectNode node) {
        /** As a route is written. */
        public String route() {
            return path.isEmpty() ? "$default" : method + " " + path;
        }

        /** Its parameters and those of its path that it does not replace. */
        List<Parameter> parameters(ObjectNode document) {
            var parameters = new LinkedHashMap<String, Parameter>();
            add(parameters, document, Pointers.parent(pointer) + "/parameters", item);
            add(parameters, document, pointer + "/parameters", node);
            return List.copyOf(parameters.values());
        }

        /**
         * Says what OpenAPI asks for even where it tells nobody anything: the variables of the
         * path, and that there is an answer.
         */
        public void complete(ObjectNode document) {
            Set<String> given =
                    parameters(document).stream()
                            .map(Parameter::node)
                            .filter(parameter -> parameter.path("in").asText().equals("path"))
                            .map(parameter -> DocumentRules.plain(parameter.path("name").asText()))
                            .collect(Collectors.toSet());
            Matcher template = DocumentRules.TEMPLATE.matcher(path);
            while (template.find()) {
                if (!given.contains(DocumentRules.plain(template.group(1)))) {
                    node.withArrayProperty("parameters")
                            .addObject()
                            .put("name", template.group(1))
                            .put("in", "path")
                            .put("required", true)
                            .putObject("schema")
                            .put("type", "string");
                }
            }
            if (!node.has("responses")) {
                node.putObject("responses").putObject("default").put("description", "An answer");
            }
        }

        private static void add(
                Map<String, Parameter> parameters,
                ObjectNode document,
                String pointer,
                ObjectNode of) {
            JsonNode array = of.path("parameters");
            for (int i = 0; i < array.size(); i++) {
                JsonNode parameter = References.follow(document, array.get(i));
                String key = parameter.path("in").asText() + " " + parameter.path("name").asText();
                parameters.put(key, new Parameter(Pointers.append(pointer, i), parameter));
            }
        }
    }

    /** A parameter, with the pointer to where it is used. */
    record Parameter(String pointer, JsonNode node) {}

    /** All operations, in the document's order. */
    public static List<Operation> in(ObjectNode document) {
        var operations = new ArrayList<Operation>();
        for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
            if (path.getKey().startsWith("/") && path.getValue() instanceof ObjectNode item) {
                String pointer = Pointers.append("/paths", path.getKey());
                METHODS.forEach(method -> add(operations, pointer, path.getKey(), method, item));
                add(operations, pointer, path.getKey(), ANY, item);
            }
        }
        if (document.get(DEFAULT) instanceof ObjectNode node) {
            operations.add(new Operation("/" + DEFAULT, "", "ANY", document.objectNode(), node));
        }
        return operations;
    }

    private static void add(
            List<Operation> operations,
            String pointer,
            String path,
            String member,
            ObjectNode item) {
        if (item.get(member) instanceof ObjectNode node) {
            String method = member.equals(ANY) ? "ANY" : member.toUpperCase(Locale.ROOT);
            operations.add(
                    new Operation(Pointers.append(pointer, member), path, method, item, node));
        }
    }
}
