package dev.glis.apis;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds the route of a request in a tree of path segments, in time that depends on the path's
 * length and not on how many routes there are.
 *
 * <p>The most specific route wins, compared segment by segment from the left: plain text before a
 * variable, a variable before the greedy rest; at the same path, the method before {@code ANY}; the
 * default route takes what is left. Where the more specific path lacks the method, the next one is
 * tried. HEAD is served by the route of GET where nothing else takes it.
 *
 * <p>A tree of variables can be walked along several ways, at most two at each segment; a limit on
 * the number of steps keeps a hostile path from walking all of them.
 */
public final class Router {
    private static final int MOST_STEPS = 10_000;
    private static final Set<String> ALL_METHODS =
            Collections.unmodifiableSet(new TreeSet<>(RouteKey.METHODS));

    private final Node root = new Node();
    private final Map<String, Route> actions = new HashMap<>();
    private final @Nullable Route otherwise;

    /** The routes must have different keys. */
    public Router(List<Route> routes) {
        Route rest = null;
        for (Route route : routes) {
            if (route.key().isDefault()) {
                rest = route;
            } else if (route.key().isAction()) {
                actions.put(route.key().toString(), route);
            } else {
                root.add(route);
            }
        }
        this.otherwise = rest;
    }

    /** The route of a WebSocket API for an action, or null; {@code $default} has one too. */
    public @Nullable Route action(String name) {
        return name.equals(RouteKey.DEFAULT.toString()) ? otherwise : actions.get(name);
    }

    /** What was found. */
    public sealed interface Found {}

    /** A route. */
    public record Match(Route route) implements Found {}

    /**
     * The path is known, but not with this method.
     *
     * @param allowed the methods with which it is; {@code OPTIONS} always among them
     */
    public record OtherMethods(Set<String> allowed) implements Found {}

    /** Neither path nor default route. */
    public record Nothing() implements Found {}

    /**
     * Looks for a route.
     *
     * @param segments of the path, decoded; none for {@code /}
     */
    public Found find(String method, List<String> segments) {
        Route route = new Search(root, method, segments).run();
        if (route == null && method.equals("HEAD")) {
            route = new Search(root, "GET", segments).run();
        }
        if (route != null) {
            return new Match(route);
        }
        if (otherwise != null) {
            return new Match(otherwise);
        }
        Set<String> methods = methods(segments);
        return methods.isEmpty() ? new Nothing() : new OtherMethods(methods);
    }

    /** The methods that a path takes; all where there is a default route, none for no path. */
    public Set<String> methods(List<String> segments) {
        if (otherwise != null) {
            return ALL_METHODS;
        }
        var all = new Search(root, "", segments);
        Route none = all.run();
        assert none == null;
        if (all.others.isEmpty()) {
            return Set.of();
        }
        var methods = new TreeSet<>(all.others);
        if (methods.remove(RouteKey.ANY)) {
            methods.addAll(ALL_METHODS);
        }
        methods.add("OPTIONS");
        if (methods.contains("GET")) {
            methods.add("HEAD");
        }
        return Collections.unmodifiableSet(methods);
    }

    /** A place in the tree: the routes that end here, and the ways on. */
    private static final class Node {
        private final Map<String, Node> texts = new HashMap<>();
        private final Map<String, Route> routes = new HashMap<>();
        private final Map<String, Route> greedy = new HashMap<>();
        private @Nullable Node variable;

        void add(Route route) {
            Node node = this;
            for (RouteKey.Segment segment : route.key().segments()) {
                switch (segment) {
                    case RouteKey.Text text ->
                            node = node.texts.computeIfAbsent(text.text(), key -> new Node());
                    case RouteKey.Variable ignored -> node = node.variable();
                    case RouteKey.Greedy ignored -> {
                        node.greedy.put(route.key().method(), route);
                        return;
                    }
                }
            }
            node.routes.put(route.key().method(), route);
        }

        private Node variable() {
            Node next = variable;
            if (next == null) {
                next = new Node();
                variable = next;
            }
            return next;
        }
    }

    /** One walk. */
    private static final class Search {
        private final Node start;
        private final String method;
        private final List<String> segments;
        private final List<String> others = new ArrayList<>(0);
        private int steps;

        Search(Node start, String method, List<String> segments) {
            this.start = start;
            this.method = method;
            this.segments = segments;
        }

        @Nullable Route run() {
            return from(start, 0);
        }

        private @Nullable Route from(Node node, int at) {
            steps++;
            if (steps > MOST_STEPS) {
                return null;
            }
            if (at == segments.size()) {
                return pick(node.routes);
            }
            String segment = segments.get(at);
            Node text = node.texts.get(segment);
            Route found = text == null ? null : from(text, at + 1);
            Node variable = node.variable;
            if (found == null && variable != null && !segment.isEmpty()) {
                found = from(variable, at + 1);
            }
            boolean rest = !node.greedy.isEmpty() && !(segment.isEmpty() && last(at));
            return found == null && rest ? pick(node.greedy) : found;
        }

        private boolean last(int at) {
            return at == segments.size() - 1;
        }

        private @Nullable Route pick(Map<String, Route> byMethod) {
            Route exact = byMethod.get(method);
            if (exact != null) {
                return exact;
            }
            if (method.isEmpty()) {
                others.addAll(byMethod.keySet());
                return null;
            }
            return byMethod.get(RouteKey.ANY);
        }
    }
}
