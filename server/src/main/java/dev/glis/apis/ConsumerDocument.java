package dev.glis.apis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** A document as those who call the API may see it: nothing of what answers behind the gateway. */
final class ConsumerDocument {
    /** Of Glis's members, and of those that say where a backend is. */
    private static final String PREFIX = "x-glis-";

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
        for (JsonNode item : copy.path("paths")) {
            if (item instanceof ObjectNode path) {
                expandAny(path);
                withoutServers(path);
            }
        }
        withoutInternals(copy);
        copy.putArray(SERVERS).addObject().put("url", address);
        return copy;
    }

    /** OpenAPI has no word for all methods. */
    private static void expandAny(ObjectNode path) {
        if (path.get(DocumentWriter.ANY) instanceof ObjectNode any) {
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
            names.stream().filter(name -> name.startsWith(PREFIX)).forEach(object::remove);
        }
        node.forEach(ConsumerDocument::withoutInternals);
    }
}
