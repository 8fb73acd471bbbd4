package dev.glis.apis;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.Json;
import java.util.Locale;

/** Definitions as OpenAPI documents. */
final class DocumentWriter {
    /** The member of a path for the route that takes all methods. */
    static final String ANY = "x-glis-any";

    /** The document's member for the route that takes what no other does. */
    static final String DEFAULT = "x-glis-default";

    private static final String VERSION = "3.0.3";

    private DocumentWriter() {}

    /** A document that says of each route no more than that it is there. */
    static ObjectNode skeleton(Api api, Definition definition) {
        ObjectNode document = Json.object().put("openapi", VERSION);
        ObjectNode info = document.putObject("info").put("title", api.name()).put("version", "1");
        String description = definition.settings().description();
        if (!description.isEmpty()) {
            info.put("description", description);
        }
        document.putObject("paths");
        definition.routes().forEach(route -> operation(document, route.key()));
        return document;
    }

    /** The operation of a route, made if there is none. */
    private static ObjectNode operation(ObjectNode document, RouteKey key) {
        if (key.isDefault()) {
            return document.withObjectProperty(DEFAULT);
        }
        ObjectNode path = document.withObjectProperty("paths").withObjectProperty(key.path());
        String method =
                key.method().equals(RouteKey.ANY) ? ANY : key.method().toLowerCase(Locale.ROOT);
        return path.get(method) instanceof ObjectNode there
                ? there
                : fill(path.putObject(method), key);
    }

    private static ObjectNode fill(ObjectNode operation, RouteKey key) {
        for (RouteKey.Segment segment : key.segments()) {
            if (!(segment instanceof RouteKey.Text)) {
                String written = segment.toString();
                operation
                        .withArrayProperty("parameters")
                        .addObject()
                        .put("name", written.substring(1, written.length() - 1))
                        .put("in", "path")
                        .put("required", true)
                        .putObject("schema")
                        .put("type", "string");
            }
        }
        operation.putObject("responses").putObject("default").put("description", "An answer");
        return operation;
    }
}
