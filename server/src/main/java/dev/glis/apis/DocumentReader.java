package dev.glis.apis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.apis.openapi.DocumentText;
import dev.glis.apis.openapi.Mistakes;
import dev.glis.apis.openapi.Operations;
import dev.glis.apis.openapi.Operations.Operation;
import dev.glis.apis.openapi.Pointers;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes definitions of OpenAPI documents: operations are routes, extensions say the rest. */
final class DocumentReader {
    /** What {@link Fields} says of a member that nobody asked for. */
    private static final Pattern UNKNOWN =
            Pattern.compile(".* has an unknown member '.*'; known are \\[(.*)\\]");

    private final ObjectNode document;
    private final Mistakes mistakes;
    private final Consumer<String> functions;

    private DocumentReader(ObjectNode document, Mistakes mistakes, Consumer<String> functions) {
        this.document = document;
        this.mistakes = mistakes;
        this.functions = functions;
    }

    /**
     * Reads the text of a document.
     *
     * @param functions throws if a function cannot be named by this publisher
     * @throws Fault INVALID, with all mistakes
     */
    static ImportedDocument read(byte[] text, Consumer<String> functions) {
        var mistakes = new Mistakes();
        ObjectNode document = DocumentText.read(text, mistakes);
        var imported = new DocumentReader(document, mistakes, functions).read();
        mistakes.requireNone();
        imported.definition().requestRules(document);
        return imported;
    }

    /** Of a document that was read once: no text, no places. */
    static Definition definition(ObjectNode document) {
        var mistakes = new Mistakes();
        Definition definition =
                new DocumentReader(document, mistakes, name -> {}).read().definition();
        mistakes.requireNone();
        return definition;
    }

    private ImportedDocument read() {
        ApiSettings settings = settings();
        var routes = new ArrayList<Route>();
        var keys = new HashSet<RouteKey>();
        for (Operation operation : Operations.in(document)) {
            Route route = route(operation);
            if (route != null && keys.add(route.key())) {
                routes.add(route);
                requireAuthorizer(operation.pointer(), route.admission(), settings);
            }
        }
        requireAuthorizer("", settings.admission(), settings);
        if (routes.size() > Limits.API_ROUTES.value()) {
            mistakes.add(
                    "/paths",
                    "There are "
                            + routes.size()
                            + " operations; an API has at most "
                            + Limits.API_ROUTES.value());
        }
        routes.sort(Comparator.comparing(Route::key));
        return new ImportedDocument(document, new Definition(settings, routes));
    }

    private void requireAuthorizer(
            String pointer, @Nullable Admission admission, ApiSettings settings) {
        String name = admission == null ? null : admission.authorizer();
        if (name != null && !settings.authorizers().containsKey(name)) {
            mistakes.add(
                    pointer + "/" + Extensions.name("authorizer"),
                    "There is no authorizer '"
                            + name
                            + "'; x-glis-authorizers has "
                            + settings.authorizers().keySet().stream().sorted().toList());
        }
    }

    private ApiSettings settings() {
        var part = new Part("");
        part.take("description", "/info/description", Json.object().textNode(description()));
        for (Map.Entry<String, JsonNode> extension : extensions(document)) {
            String member = Extensions.member(extension.getKey());
            if (!Extensions.isOfRoutes(member)) {
                part.take(member, "/" + extension.getKey(), extension.getValue());
            }
        }
        part.complete();
        ApiSettings settings = healed(part, "settings", DefinitionJson::settings);
        if (settings == null) {
            return ApiSettings.INITIAL;
        }
        settings.authorizers()
                .forEach(
                        (name, authorizer) -> {
                            if (authorizer instanceof ApiAuthorizer.Custom custom) {
                                require(
                                        Pointers.append("/x-glis-authorizers", name),
                                        custom.function());
                            }
                        });
        return settings;
    }

    /** What people shall know of the API, if it is short enough to be shown anywhere. */
    private String description() {
        String text = document.at("/info/description").asText();
        return text.length() > Limits.API_DESCRIPTION_CHARACTERS.value() ? "" : text;
    }

    private static List<Map.Entry<String, JsonNode>> extensions(ObjectNode of) {
        return of.properties().stream()
                .filter(member -> member.getKey().startsWith(Extensions.PREFIX))
                .filter(member -> !member.getKey().equals(Operations.ANY))
                .filter(member -> !member.getKey().equals(Operations.DEFAULT))
                .toList();
    }

    private @Nullable Route route(Operation operation) {
        RouteKey key;
        try {
            key = RouteKey.parse(operation.route());
        } catch (Fault fault) {
            mistakes.add(operation.pointer(), fault.text());
            return null;
        }
        var part = new Part(operation.pointer());
        part.json().put("route", key.toString());
        takeBackend(part, operation);
        takeOthers(part, operation);
        part.complete();
        if (!part.json().has("backend")) {
            tellMissingBackend(operation);
            part.drop("backend");
        }
        Route route = healed(part, "route", DefinitionJson::route);
        if (route != null) {
            functionsOf(route.backend())
                    .forEach(name -> require(part.pointer("/backend/function"), name));
        }
        return route;
    }

    private void tellMissingBackend(Operation operation) {
        mistakes.add(
                operation.pointer(),
                "Nothing answers '"
                        + operation.route()
                        + "': it needs x-glis-function, x-glis-http or x-glis-mock, here, in its"
                        + " path or at the top of the document");
    }

    /** Of the operation, else of its path, else of the document. */
    private void takeBackend(Part part, Operation operation) {
        for (Level level : levels(operation)) {
            List<String> given =
                    Extensions.BACKENDS.stream()
                            .filter(kind -> level.node().has(Extensions.name(kind)))
                            .toList();
            if (given.size() > 1) {
                mistakes.add(
                        level.pointer() + "/" + Extensions.name(given.get(1)),
                        "One thing answers: either "
                                + String.join(
                                        " or ", given.stream().map(Extensions::name).toList()));
            }
            if (!given.isEmpty()) {
                String kind = given.getFirst();
                JsonNode value = level.node().path(Extensions.name(kind));
                boolean base = level.pointer().isEmpty() && kind.equals("http");
                part.takeBackend(
                        kind,
                        level.pointer() + "/" + Extensions.name(kind),
                        base ? joined(value, operation.path()) : value);
                return;
            }
        }
    }

    /** At the top of a document, an address is that of the server; the paths are its paths. */
    private static JsonNode joined(JsonNode base, String path) {
        String address = base.asText();
        return base.isTextual()
                ? Json.object()
                        .textNode(
                                (address.endsWith("/")
                                                ? address.substring(0, address.length() - 1)
                                                : address)
                                        + path)
                : base;
    }

    private void takeOthers(Part part, Operation operation) {
        List<Level> levels = levels(operation);
        for (Level level : levels.reversed()) {
            boolean admits =
                    Extensions.ADMISSION.stream()
                            .anyMatch(member -> level.node().has(Extensions.name(member)));
            boolean top = level.pointer().isEmpty();
            if (admits && !top) {
                part.json().remove(Extensions.ADMISSION);
            }
            for (Map.Entry<String, JsonNode> extension : extensions(level.node())) {
                String member = Extensions.member(extension.getKey());
                boolean meant = !top || Extensions.isOfRoutes(member);
                if (meant && !Extensions.BACKENDS.contains(member)) {
                    part.take(
                            member,
                            level.pointer() + "/" + extension.getKey(),
                            extension.getValue());
                }
            }
        }
    }

    private List<Level> levels(Operation operation) {
        return List.of(
                new Level(operation.pointer(), operation.node()),
                new Level(Pointers.parent(operation.pointer()), operation.item()),
                new Level("", document));
    }

    private record Level(String pointer, ObjectNode node) {}

    private void require(String pointer, String function) {
        try {
            functions.accept(function);
        } catch (Fault fault) {
            mistakes.add(pointer, fault.text());
        }
    }

    static List<String> functionsOf(Backend backend) {
        if (!(backend instanceof Backend.Function function)) {
            return List.of();
        }
        Backend.Share other = function.other();
        return other == null
                ? List.of(function.function())
                : List.of(function.function(), other.function());
    }

    /**
     * Reads a part, and where something is wrong with a member, tells it and reads again without
     * it, so that all that is wrong is told. What only follows from that is not told; the member of
     * the part in which it is, is left out then.
     */
    private <T> @Nullable T healed(Part part, String what, Function<JsonNode, T> reader) {
        var told = new HashSet<String>();
        var dropped = new HashSet<String>();
        while (true) {
            try {
                return reader.apply(part.json());
            } catch (Fault fault) {
                String at = fault.details().path(Fields.AT).asText();
                if (!follows(told, at)) {
                    mistakes.add(part.pointer(at), worded(fault.text(), what, at, part));
                    told.add(at);
                    remove(part.json(), at);
                } else if (at.isEmpty() || !dropped.add(Pointers.names(at).getFirst())) {
                    return null;
                } else {
                    part.drop(Pointers.names(at).getFirst());
                }
            }
        }
    }

    private static boolean follows(Set<String> told, String at) {
        return told.stream()
                .anyMatch(each -> each.equals(at) || (!at.isEmpty() && each.startsWith(at + "/")));
    }

    private static void remove(ObjectNode json, String at) {
        if (!at.isEmpty() && json.at(Pointers.parent(at)) instanceof ObjectNode parent) {
            parent.remove(Pointers.last(at));
        }
    }

    /** Names the member as the document does. */
    private static String worded(String text, String what, String at, Part part) {
        List<String> names = Pointers.names(part.pointer(at));
        int from = names.size() - 1;
        while (from >= 0 && !names.get(from).startsWith(Extensions.PREFIX)) {
            from--;
        }
        String extension = from < 0 ? "" : names.get(from);
        String name = what + at.replace('/', '.');
        if (text.startsWith(name + " ")) {
            String below = String.join(".", names.subList(Math.max(from, 0), names.size()));
            return below + text.substring(name.length());
        }
        Matcher unknown = UNKNOWN.matcher(text);
        if (unknown.matches() && Pointers.parent(at).isEmpty()) {
            return extension + " is not known here; known are " + extensions(unknown.group(1));
        }
        String parent = what + Pointers.parent(at).replace('/', '.');
        return text.startsWith(parent + " ") ? extension + text.substring(parent.length()) : text;
    }

    private static List<String> extensions(String members) {
        return Arrays.stream(members.split(", "))
                .filter(member -> !Extensions.isElsewhere(member))
                .flatMap(
                        member ->
                                member.equals("backend")
                                        ? Extensions.BACKENDS.stream()
                                        : Stream.of(member))
                .map(Extensions::name)
                .sorted()
                .toList();
    }

    /**
     * A route or settings as JSON.
     *
     * @param home where in the document it stands
     * @param sources where in the document its members stand
     */
    private record Part(ObjectNode json, String home, Map<String, String> sources) {
        Part(String home) {
            this(Json.object(), home, new HashMap<>());
        }

        void take(String member, String pointer, JsonNode value) {
            json.set(member, value.deepCopy());
            sources.put("/" + member, pointer);
        }

        void takeBackend(String kind, String pointer, JsonNode value) {
            ObjectNode backend = json.putObject("backend");
            sources.put("/backend", pointer);
            if (kind.equals("function") && value instanceof ObjectNode function) {
                backend.setAll(function.deepCopy());
            } else if (kind.equals("mock") && value.isInt()) {
                backend.putObject(kind).set("status", value);
            } else {
                backend.set(kind, value.deepCopy());
                sources.put("/backend/" + kind, pointer);
            }
        }

        /** What is null is not set; who names an authorizer need not say that one decides. */
        void complete() {
            json.remove(
                    json.properties().stream()
                            .filter(member -> member.getValue().isNull())
                            .map(Map.Entry::getKey)
                            .toList());
            if (json.has("authorizer") && !json.has("access")) {
                json.put("access", Access.AUTHORIZER.text());
            }
        }

        /** Where in the document that is. */
        String pointer(String at) {
            for (String way = at; !way.isEmpty(); way = Pointers.parent(way)) {
                String source = sources.get(way);
                if (source != null) {
                    return source + at.substring(way.length());
                }
            }
            return home;
        }

        /** Leaves a member out; a route without a backend would be none. */
        void drop(String member) {
            json.remove(
                    Extensions.ADMISSION.contains(member) ? Extensions.ADMISSION : List.of(member));
            if (member.equals("backend")) {
                json.putObject(member).putObject("mock");
            }
        }
    }
}
