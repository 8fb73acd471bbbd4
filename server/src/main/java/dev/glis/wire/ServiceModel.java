package dev.glis.wire;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * AWS's own description of an API, read from the resource {@code model.json} beside a class: the
 * route of every operation, and the rules for its input. So the operations that we do not have are
 * known by name too, and each rule of form is AWS's, not a copy by hand. Where our limits differ,
 * they rule.
 */
public final class ServiceModel {
    /** An operation: its route, the status of success, and the name of its input's shape. */
    public record Operation(String name, String method, int status, @Nullable String input) {}

    /** A place for a value: of a structure, list or map. */
    record Member(String shape, @Nullable String location, String wireName) {}

    /** What a value must be. */
    record Shape(
            String type,
            @Nullable Pattern pattern,
            @Nullable Long min,
            @Nullable Long max,
            Set<String> values,
            boolean sensitive,
            Map<String, Member> members,
            List<String> required,
            @Nullable String payload,
            @Nullable Member element,
            @Nullable Member key,
            @Nullable Member value) {
        /** The name of the member that a body calls so, or null. */
        @Nullable String nameOf(String wireName) {
            Member same = members.get(wireName);
            if (same != null && same.wireName().equals(wireName)) {
                return wireName;
            }
            for (var each : members.entrySet()) {
                if (each.getValue().wireName().equals(wireName)) {
                    return each.getKey();
                }
            }
            return null;
        }
    }

    private final Map<String, Shape> shapes = new HashMap<>();
    private final Map<String, List<ModelRoute>> routes = new HashMap<>();
    private final Set<String> methods = new TreeSet<>();

    private ServiceModel(JsonNode model, Map<String, Long> maxima) {
        model.path("shapes")
                .properties()
                .forEach(
                        each ->
                                shapes.put(
                                        each.getKey(),
                                        shape(each.getValue(), maxima.get(each.getKey()))));
        model.path("operations").properties().forEach(each -> add(each.getKey(), each.getValue()));
    }

    /**
     * Reads it.
     *
     * @param maxima of shapes whose own are not ours
     */
    public static ServiceModel load(Class<?> beside, Map<String, Long> maxima) {
        try (var stream = beside.getResourceAsStream("model.json")) {
            if (stream == null) {
                throw new IllegalStateException("The resource model.json is missing");
            }
            return new ServiceModel(Json.parse(stream.readAllBytes()), maxima);
        } catch (IOException e) {
            throw Fault.internal("Reading an API's model failed", e);
        }
    }

    Shape shape(String name) {
        Shape shape = shapes.get(name);
        if (shape == null) {
            throw new IllegalArgumentException("No shape " + name + " in the API's model");
        }
        return shape;
    }

    /** The operation that a request asks for, with the variables of its path. */
    Optional<Map.Entry<Operation, Map<String, String>>> find(
            String method, String rawPath, Query query) {
        if (!rawPath.startsWith("/")) {
            return Optional.empty();
        }
        List<String> segments = ModelRoute.segments(rawPath);
        for (ModelRoute route : routes.getOrDefault(routeKey(method, segments), List.of())) {
            var variables = route.match(segments, query);
            if (variables.isPresent()) {
                return Optional.of(Map.entry(route.operation(), variables.get()));
            }
        }
        return Optional.empty();
    }

    /** Whether a path is that of an operation, by whatever method. */
    boolean hasPath(String rawPath, Query query) {
        return methods.stream().anyMatch(method -> find(method, rawPath, query).isPresent());
    }

    private void add(String name, JsonNode described) {
        var operation =
                new Operation(
                        name,
                        described.path("method").asText(),
                        described.path("status").asInt(),
                        text(described, "input"));
        ModelRoute route = ModelRoute.of(operation, described.path("uri").asText());
        methods.add(route.method());
        List<ModelRoute> same =
                routes.computeIfAbsent(
                        routeKey(route.method(), route.segments()), _ -> new ArrayList<>());
        // What asks for more comes first: a query, then fewer variables.
        same.add(route.queryName() == null ? same.size() : 0, route);
    }

    private static String routeKey(String method, List<String> segments) {
        return method + segments.size() + segments.getFirst();
    }

    private static Shape shape(JsonNode node, @Nullable Long maximum) {
        var members = new LinkedHashMap<String, Member>();
        node.path("members")
                .properties()
                .forEach(
                        each -> members.put(each.getKey(), member(each.getKey(), each.getValue())));
        String pattern = text(node, "pattern");
        return new Shape(
                node.path("type").asText(),
                pattern == null ? null : Pattern.compile(pattern),
                number(node, "min"),
                maximum == null ? number(node, "max") : maximum,
                new TreeSet<>(texts(node.path("enum"))),
                node.path("sensitive").asBoolean(),
                members,
                texts(node.path("required")),
                text(node, "payload"),
                optionalMember(node, "member"),
                optionalMember(node, "key"),
                optionalMember(node, "value"));
    }

    private static Member member(String name, JsonNode node) {
        String wireName = text(node, "locationName");
        return new Member(
                node.path("shape").asText(),
                text(node, "location"),
                wireName == null ? name : wireName);
    }

    private static @Nullable Member optionalMember(JsonNode node, String name) {
        return node.has(name) ? member(name, node.path(name)) : null;
    }

    private static @Nullable String text(JsonNode node, String name) {
        return node.has(name) ? node.path(name).asText() : null;
    }

    private static @Nullable Long number(JsonNode node, String name) {
        return node.has(name) ? Long.valueOf(node.path(name).asLong()) : null;
    }

    private static List<String> texts(JsonNode array) {
        var texts = new ArrayList<String>();
        array.forEach(each -> texts.add(each.asText()));
        return texts;
    }
}
