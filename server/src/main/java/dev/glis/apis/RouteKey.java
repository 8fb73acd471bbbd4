package dev.glis.apis;

import dev.glis.base.Fault;
import dev.glis.base.Limits;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a route matches, as API Gateway writes it: {@code GET /pets/{id}}, {@code ANY
 * /files/{proxy+}}, or {@code $default} for what no other route takes.
 *
 * <p>Two are equal if they are written alike.
 */
public final class RouteKey implements Comparable<RouteKey> {
    /** All methods. */
    public static final String ANY = "ANY";

    /** The route for what no other route takes. */
    public static final RouteKey DEFAULT = new RouteKey("$default", "$default", "/", List.of());

    /** The route of a WebSocket API that decides about who connects. */
    public static final String CONNECT = "$connect";

    /** The route of a WebSocket API that is told of the end of a connection. */
    public static final String DISCONNECT = "$disconnect";

    /** Those that a route can name. */
    static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
    private static final Pattern ACTION = Pattern.compile("[A-Za-z0-9_.:/-]{1,128}");
    private static final Pattern TEXT = Pattern.compile("[A-Za-z0-9._~!$&'()*+,;=:@-]+");

    /** A part of a path between two slashes. */
    public sealed interface Segment {}

    /** Taken literally. */
    public record Text(String text) implements Segment {
        @Override
        public String toString() {
            return text;
        }
    }

    /** Takes any one segment that is not empty. */
    public record Variable(String name) implements Segment {
        @Override
        public String toString() {
            return "{" + name + "}";
        }
    }

    /** Takes all the rest, of which there must be something. */
    public record Greedy(String name) implements Segment {
        @Override
        public String toString() {
            return "{" + name + "+}";
        }
    }

    private final String text;
    private final String method;
    private final String path;
    private final List<Segment> segments;

    private RouteKey(String text, String method, String path, List<Segment> segments) {
        this.text = text;
        this.method = method;
        this.path = path;
        this.segments = List.copyOf(segments);
    }

    /**
     * Reads a route key.
     *
     * @throws Fault INVALID, saying what is wrong with it
     */
    public static RouteKey parse(String text) {
        if (text.equals(DEFAULT.method)) {
            return DEFAULT;
        }
        int space = text.indexOf(' ');
        String path = text.substring(space + 1);
        if (space < 1 || !isMethod(text.substring(0, space)) || !path.startsWith("/")) {
            throw wrong(text, "a route is METHOD /path or $default, METHOD one of " + methods());
        }
        if (text.length() > Limits.API_ROUTE_KEY_CHARACTERS.value()) {
            throw wrong(text, "it is longer than " + Limits.API_ROUTE_KEY_CHARACTERS.value());
        }
        return new RouteKey(text, text.substring(0, space), path, segments(text, path));
    }

    /**
     * Reads the key of a WebSocket API's route: {@code $connect}, {@code $disconnect}, {@code
     * $default}, or what messages name.
     *
     * @throws Fault INVALID, saying what is wrong with it
     */
    public static RouteKey action(String text) {
        if (text.equals(DEFAULT.text)) {
            return DEFAULT;
        }
        if (!Set.of(CONNECT, DISCONNECT).contains(text) && !ACTION.matcher(text).matches()) {
            throw wrong(
                    text,
                    "a route of a WebSocket API is $connect, $disconnect, $default, or 1 to 128"
                            + " letters, digits and _ . : / -");
        }
        return new RouteKey(text, "", "/", List.of());
    }

    /** Whether this is a WebSocket API's, other than {@link #DEFAULT}. */
    public boolean isAction() {
        return method.isEmpty();
    }

    private static boolean isMethod(String text) {
        return text.equals(ANY) || METHODS.contains(text);
    }

    private static String methods() {
        return METHODS.stream().sorted().collect(Collectors.joining(", ")) + " or " + ANY;
    }

    private static List<Segment> segments(String route, String path) {
        var segments = new ArrayList<Segment>();
        var names = new HashSet<String>();
        String rest = path.substring(1);
        if (rest.isEmpty()) {
            return segments;
        }
        for (String part : rest.split("/", -1)) {
            if (!segments.isEmpty() && segments.getLast() instanceof Greedy greedy) {
                throw wrong(route, "nothing can follow " + greedy);
            }
            Segment segment = segment(route, part);
            String name = name(segment);
            if (!name.isEmpty() && !names.add(name)) {
                throw wrong(route, "it has two variables " + name);
            }
            segments.add(segment);
        }
        return segments;
    }

    private static Segment segment(String route, String part) {
        if (!part.startsWith("{")) {
            if (!TEXT.matcher(part).matches() || part.equals(".") || part.equals("..")) {
                throw wrong(
                        route,
                        "'" + part + "' is neither {variable} nor plain text of a path's segment");
            }
            return new Text(part);
        }
        boolean greedy = part.endsWith("+}");
        int end = part.length() - (greedy ? 2 : 1);
        if (!part.endsWith("}") || end < 1 || !VARIABLE.matcher(part.substring(1, end)).matches()) {
            throw wrong(route, "'" + part + "' is not {variable}, nor {variable+}");
        }
        String name = part.substring(1, end);
        return greedy ? new Greedy(name) : new Variable(name);
    }

    private static String name(Segment segment) {
        return switch (segment) {
            case Text text -> "";
            case Variable variable -> variable.name;
            case Greedy greedy -> greedy.name;
        };
    }

    private static Fault wrong(String route, String why) {
        return Fault.invalid("'" + route + "' is not a route: " + why);
    }

    /** Whether this is {@link #DEFAULT}. */
    public boolean isDefault() {
        return equals(DEFAULT);
    }

    /** In upper case; {@link #ANY} for all. */
    public String method() {
        return method;
    }

    /** Of the path; none for {@code /}. */
    public List<Segment> segments() {
        return segments;
    }

    /** The path, such as {@code /pets/{id}}; of {@link #DEFAULT}, {@code /}. */
    public String path() {
        return path;
    }

    /** The names of the variables, in order. */
    public List<String> variables() {
        return segments.stream().map(RouteKey::name).filter(name -> !name.isEmpty()).toList();
    }

    /**
     * What the variables stand for in a path that this route matches.
     *
     * @param path its segments, decoded or not
     */
    public Map<String, String> values(List<String> path) {
        var values = new LinkedHashMap<String, String>();
        for (int i = 0; i < segments.size(); i++) {
            switch (segments.get(i)) {
                case Text ignored -> {}
                case Variable variable -> values.put(variable.name, path.get(i));
                case Greedy greedy ->
                        values.put(greedy.name, String.join("/", path.subList(i, path.size())));
            }
        }
        return values.isEmpty() ? Map.of() : values;
    }

    /** By path, then by method; the default route comes last. */
    @Override
    public int compareTo(RouteKey other) {
        if (isDefault() != other.isDefault()) {
            return isDefault() ? 1 : -1;
        }
        int byPath = path.compareTo(other.path);
        int byMethod = byPath != 0 ? byPath : method.compareTo(other.method);
        return byMethod != 0 ? byMethod : text.compareTo(other.text);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RouteKey key && text.equals(key.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** As it was written. */
    @Override
    public String toString() {
        return text;
    }
}
