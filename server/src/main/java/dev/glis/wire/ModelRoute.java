package dev.glis.wire;

import dev.glis.base.Fault;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A method and a path template, such as {@code GET /2015-03-31/functions/{FunctionName}}.
 *
 * @param segments of the path; variables in braces
 * @param queryName what must be in the query, or null
 */
record ModelRoute(
        String method,
        List<String> segments,
        @Nullable String queryName,
        @Nullable String queryValue,
        ServiceModel.Operation operation) {

    static ModelRoute of(ServiceModel.Operation operation, String uri) {
        int question = uri.indexOf('?');
        String path = question < 0 ? uri : uri.substring(0, question);
        String[] query = question < 0 ? new String[0] : uri.substring(question + 1).split("=", 2);
        return new ModelRoute(
                operation.method(),
                segments(path),
                query.length == 0 ? null : query[0],
                query.length < 2 ? null : query[1],
                operation);
    }

    /** Splits a path; a slash at its end means nothing. */
    static List<String> segments(String rawPath) {
        int end = rawPath.length();
        while (end > 1 && rawPath.charAt(end - 1) == '/') {
            end--;
        }
        return List.of(rawPath.substring(1, Math.max(1, end)).split("/", -1));
    }

    /** A path, each of its parts decoded. */
    static String decodedPath(String rawPath) {
        return segments(rawPath).stream()
                .map(ModelRoute::decode)
                .collect(Collectors.joining("/", "/", ""));
    }

    /** The variables, if the path fits. */
    Optional<Map<String, String>> match(List<String> rawSegments, Query query) {
        if (rawSegments.size() != segments.size()
                || (queryName != null && !query.all(queryName).contains(queryValue))) {
            return Optional.empty();
        }
        var variables = new HashMap<String, String>();
        for (int i = 0; i < segments.size(); i++) {
            String expected = segments.get(i);
            String actual = rawSegments.get(i);
            if (expected.startsWith("{")) {
                if (actual.isEmpty()) {
                    return Optional.empty();
                }
                variables.put(expected.substring(1, expected.length() - 1), decode(actual));
            } else if (!expected.equals(actual)) {
                return Optional.empty();
            }
        }
        return Optional.of(variables);
    }

    private static String decode(String segment) {
        if (segment.indexOf('%') < 0) {
            return segment;
        }
        try {
            return java.net.URI.create("/" + segment).getPath().substring(1);
        } catch (IllegalArgumentException e) {
            throw new Fault(
                    Fault.Kind.INVALID,
                    "validation",
                    "The path has a part that is not correctly percent-encoded: " + segment,
                    e);
        }
    }
}
