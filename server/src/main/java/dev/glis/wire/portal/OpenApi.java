package dev.glis.wire.portal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.glis.wire.UrlEncoded;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An OpenAPI document, 3.0 or 3.1, as a reader goes through it. It is anybody's: each part may be
 * missing or of another kind than it should be, and references may lead in a circle.
 */
final class OpenApi {
    /** Operations without a tag are listed under this. */
    static final String NO_TAG = "Operations";

    private static final List<String> METHODS =
            List.of("get", "post", "put", "patch", "delete", "head", "options");
    private static final String LOCAL = "#/";
    private static final int MOST_HOPS = 20;

    private final JsonNode document;

    OpenApi(JsonNode document) {
        this.document = document;
    }

    /** One method of one path. */
    record Operation(
            String method, String path, String tag, String summary, JsonNode json, JsonNode item) {
        boolean isDeprecated() {
            return json.path("deprecated").asBoolean();
        }

        /** What to call it in a list. */
        String title() {
            return summary.isEmpty() ? method + " " + path : summary;
        }
    }

    /** What a request may carry besides its body. */
    record Parameter(String name, String in, boolean required, JsonNode json) {}

    String version() {
        return document.path("info").path("version").asText();
    }

    String description() {
        return document.path("info").path("description").asText();
    }

    /** In the document's order. */
    List<Operation> operations() {
        var operations = new ArrayList<Operation>();
        document.path("paths")
                .properties()
                .forEach(
                        path ->
                                METHODS.forEach(
                                        method ->
                                                operation(
                                                                method,
                                                                path.getKey(),
                                                                resolve(path.getValue()))
                                                        .ifPresent(operations::add)));
        return operations;
    }

    Optional<Operation> operation(String method, String path) {
        String member = method.toLowerCase(Locale.ROOT);
        JsonNode item = resolve(document.path("paths").path(path));
        return METHODS.contains(member) ? operation(member, path, item) : Optional.empty();
    }

    private static Optional<Operation> operation(String method, String path, JsonNode item) {
        JsonNode json = item.path(method);
        if (!json.isObject()) {
            return Optional.empty();
        }
        String tag = json.path("tags").path(0).asText();
        return Optional.of(
                new Operation(
                        method.toUpperCase(Locale.ROOT),
                        path,
                        tag.isBlank() ? NO_TAG : tag,
                        json.path("summary").asText(),
                        json,
                        item));
    }

    /** What the document says of a tag; empty if nothing. */
    String tagDescription(String tag) {
        for (JsonNode each : document.path("tags")) {
            if (each.path("name").asText().equals(tag)) {
                return each.path("description").asText();
            }
        }
        return "";
    }

    /** Those of the operation, then those of its path that it does not replace. */
    List<Parameter> parameters(Operation operation) {
        var parameters = new ArrayList<Parameter>();
        for (JsonNode list :
                List.of(operation.json().path("parameters"), operation.item().path("parameters"))) {
            for (JsonNode each : list) {
                Parameter parameter = parameter(resolve(each));
                boolean known = parameters.stream().anyMatch(one -> isSame(one, parameter));
                if (!known && !parameter.name().isEmpty()) {
                    parameters.add(parameter);
                }
            }
        }
        return parameters;
    }

    private static boolean isSame(Parameter one, Parameter other) {
        return one.name().equals(other.name()) && one.in().equals(other.in());
    }

    private static Parameter parameter(JsonNode json) {
        return new Parameter(
                json.path("name").asText(),
                json.path("in").asText(),
                json.path("required").asBoolean(),
                json);
    }

    /** The body of requests; missing when there is none. */
    JsonNode requestBody(Operation operation) {
        return resolve(operation.json().path("requestBody"));
    }

    /** What a reference leads to; the node itself if it is none. */
    JsonNode resolve(JsonNode node) {
        JsonNode found = node;
        for (int hops = 0; found.path("$ref").isTextual(); hops++) {
            String reference = found.path("$ref").textValue();
            if (hops == MOST_HOPS || !reference.startsWith(LOCAL)) {
                return MissingNode.getInstance();
            }
            found = at(reference.substring(LOCAL.length()));
        }
        return found;
    }

    private JsonNode at(String pointer) {
        JsonNode found = document;
        for (String part : pointer.split("/", -1)) {
            String name =
                    UrlEncoded.decode(part.replace("+", "%2B"))
                            .replace("~1", "/")
                            .replace("~0", "~");
            found = found.isArray() ? element(found, name) : found.path(name);
        }
        return found;
    }

    private static JsonNode element(JsonNode array, String index) {
        return index.matches("[0-9]{1,6}")
                ? array.path(Integer.parseInt(index))
                : MissingNode.getInstance();
    }
}
