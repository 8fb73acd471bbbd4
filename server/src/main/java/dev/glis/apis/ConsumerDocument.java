package dev.glis.apis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.apis.openapi.Operations;
import dev.glis.base.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A document as those who call the API may see it: nothing of what answers behind the gateway. */
final class ConsumerDocument {
    /** They name functions and other backends, too. */
    private static final String GATEWAYS_OF_AWS = "x-amazon-apigateway-";

    private static final String SERVERS = "servers";

    private ConsumerDocument() {}

    /**
     * Takes out of a document what only its publisher shall see.
     *
     * @param address where the API is served
     */
    static ObjectNode of(ObjectNode document, String address) {
        ObjectNode copy = document.deepCopy();
        copy.remove(SERVERS);
        if (copy.get("paths") instanceof ObjectNode paths) {
            copy.set("paths", readable(paths));
        }
        withoutInternals(copy);
        copy.putArray(SERVERS).addObject().put("url", address);
        return copy;
    }

    private static ObjectNode readable(ObjectNode paths) {
        ObjectNode readable = Json.object();
        for (Map.Entry<String, JsonNode> entry : paths.properties()) {
            if (entry.getValue() instanceof ObjectNode path) {
                expandAny(path);
                withoutServers(path);
                path.findValues("parameters").forEach(ConsumerDocument::withPlainNames);
            }
            readable.set(entry.getKey().replace("+}", "}"), entry.getValue());
        }
        return readable;
    }

    /** That a variable takes all the rest of a path is nothing that OpenAPI can say. */
    private static void withPlainNames(JsonNode parameters) {
        for (JsonNode each : parameters) {
            if (each instanceof ObjectNode parameter
                    && parameter.path("in").asText().equals("path")) {
                String name = parameter.path("name").asText();
                parameter.put("name", name.replaceFirst("\\+$", ""));
            }
        }
    }

    /** OpenAPI has no word for all methods. */
    private static void expandAny(ObjectNode path) {
        if (path.get(Operations.ANY) instanceof ObjectNode any) {
            for (String method : List.of("get", "post", "put", "patch", "delete")) {
                if (!path.has(method)) {
                    ObjectNode operation = any.deepCopy();
                    operation.remove("operationId");
                    path.set(method, operation);
                }
            }
        }
    }

    private static void withoutServers(ObjectNode path) {
        path.remove(SERVERS);
        for (JsonNode operation : path) {
            if (operation instanceof ObjectNode object) {
                object.remove(SERVERS);
            }
        }
    }

    private static void withoutInternals(JsonNode node) {
        if (node instanceof ObjectNode object) {
            var names = new ArrayList<String>();
            object.fieldNames().forEachRemaining(names::add);
            names.stream().filter(ConsumerDocument::isInternal).forEach(object::remove);
        }
        node.forEach(ConsumerDocument::withoutInternals);
    }

    private static boolean isInternal(String name) {
        return name.startsWith(Extensions.PREFIX) || name.startsWith(GATEWAYS_OF_AWS);
    }
}
