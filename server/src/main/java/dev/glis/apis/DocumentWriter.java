package dev.glis.apis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.apis.openapi.Operations;
import dev.glis.apis.openapi.Operations.Operation;
import dev.glis.apis.openapi.Pointers;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Definitions as OpenAPI documents. A document that was imported is changed only where it no longer
 * says what the definition is; all else of it stays.
 */
final class DocumentWriter {
    private static final String VERSION = "3.0.3";

    private final ObjectNode document;

    private DocumentWriter(ObjectNode document) {
        this.document = document;
    }

    /**
     * The document of a definition.
     *
     * @param imported what was imported at some time, or null
     */
    static ObjectNode write(Api api, Definition definition, @Nullable ObjectNode imported) {
        requireDescribable(api);
        ObjectNode document = imported == null ? skeleton(api) : imported.deepCopy();
        new DocumentWriter(document).write(definition);
        return document;
    }

    /** Has a document without extensions say what a definition is. */
    static void describe(ObjectNode document, Definition definition) {
        var writer = new DocumentWriter(document);
        writer.settings(ApiSettings.INITIAL, definition.settings());
        definition.routes().forEach(writer::route);
    }

    /** Refuses an API of which OpenAPI can say nothing. */
    static void requireDescribable(Api api) {
        if (api.isWebSocket()) {
            throw Fault.unsupported(
                    "The API '"
                            + api.name()
                            + "' is of WebSocket, which OpenAPI does not describe");
        }
    }

    private static ObjectNode skeleton(Api api) {
        ObjectNode document = Json.object().put("openapi", VERSION);
        document.putObject("info").put("title", api.name()).put("version", "1");
        document.putObject("paths");
        return document;
    }

    private void write(Definition definition) {
        Definition said = DocumentReader.definition(document);
        settings(said.settings(), definition.settings());
        Set<RouteKey> wanted =
                definition.routes().stream().map(Route::key).collect(Collectors.toSet());
        for (Operation operation : Operations.in(document)) {
            if (!wanted.contains(RouteKey.parse(operation.route()))) {
                remove(operation);
            }
        }
        Map<RouteKey, ObjectNode> present =
                said.routes().stream().collect(Collectors.toMap(Route::key, DefinitionJson::write));
        for (Route route : definition.routes()) {
            if (!DefinitionJson.write(route).equals(present.get(route.key()))) {
                route(route);
            }
        }
    }

    private void settings(ApiSettings said, ApiSettings wanted) {
        ObjectNode before = DefinitionJson.write(said);
        ObjectNode after = DefinitionJson.write(wanted);
        if (!said.description().equals(wanted.description())) {
            ObjectNode info = document.withObjectProperty("info");
            if (wanted.description().isEmpty()) {
                info.remove("description");
            } else {
                info.put("description", wanted.description());
            }
        }
        before.remove("description");
        after.remove("description");
        replace(document, before, after);
    }

    /** Makes extensions say what they shall, where they say something else. */
    private static void replace(ObjectNode of, ObjectNode before, ObjectNode after) {
        before.properties().stream()
                .map(Map.Entry::getKey)
                .filter(member -> !after.has(member))
                .toList()
                .forEach(member -> of.remove(Extensions.name(member)));
        for (Map.Entry<String, JsonNode> member : after.properties()) {
            if (!Objects.equals(before.get(member.getKey()), member.getValue())) {
                of.set(Extensions.name(member.getKey()), member.getValue());
            }
        }
    }

    private void remove(Operation operation) {
        String parent = Pointers.parent(operation.pointer());
        if (document.at(parent) instanceof ObjectNode item) {
            item.remove(Pointers.last(operation.pointer()));
        }
        boolean empty =
                !operation.path().isEmpty()
                        && Operations.in(document).stream()
                                .noneMatch(other -> other.path().equals(operation.path()));
        if (empty && document.path("paths") instanceof ObjectNode paths) {
            paths.remove(operation.path());
        }
    }

    /** Has an operation say all of its route by itself. */
    private void route(Route route) {
        ObjectNode operation = operation(route.key());
        List<String> extensions =
                operation.properties().stream()
                        .map(Map.Entry::getKey)
                        .filter(name -> name.startsWith(Extensions.PREFIX))
                        .toList();
        operation.remove(extensions);
        ObjectNode json = DefinitionJson.write(route);
        json.remove("route");
        ObjectNode backend = (ObjectNode) json.remove("backend");
        if (backend.has("function")) {
            operation.set(Extensions.name("function"), backend);
        } else {
            backend.properties()
                    .forEach(
                            member ->
                                    operation.set(
                                            Extensions.name(member.getKey()), member.getValue()));
        }
        notOfPath(route.key(), json);
        json.properties()
                .forEach(
                        member ->
                                operation.set(Extensions.name(member.getKey()), member.getValue()));
    }

    /** What the path says for its operations, and this one shall not have, is null. */
    private void notOfPath(RouteKey key, ObjectNode json) {
        for (Map.Entry<String, JsonNode> member :
                document.path("paths").path(key.path()).properties()) {
            String name = member.getKey();
            if (name.startsWith(Extensions.PREFIX) && !name.equals(Operations.ANY)) {
                String meant = Extensions.member(name);
                if (!Extensions.BACKENDS.contains(meant) && !json.has(meant)) {
                    json.putNull(meant);
                }
            }
        }
    }

    /** The operation of a route, made if there is none. */
    private ObjectNode operation(RouteKey key) {
        if (key.isDefault()) {
            ObjectNode operation = document.withObjectProperty(Operations.DEFAULT);
            return filled(document.objectNode(), operation, "");
        }
        ObjectNode path = document.withObjectProperty("paths").withObjectProperty(key.path());
        String method =
                key.method().equals(RouteKey.ANY)
                        ? Operations.ANY
                        : key.method().toLowerCase(Locale.ROOT);
        return path.get(method) instanceof ObjectNode there
                ? there
                : filled(path, path.putObject(method), key.path());
    }

    private ObjectNode filled(ObjectNode item, ObjectNode operation, String path) {
        new Operation("", path, "", item, operation).complete(document);
        return operation;
    }
}
