package dev.glis.apis.openapi;

import dev.glis.apis.openapi.RequestRules.Request;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The parameters of a request as they were sent, those of the query still percent-encoded. */
final class ParameterValues {
    private final Request request;
    private final Map<String, List<String>> query = new LinkedHashMap<>();

    ParameterValues(Request request) {
        this.request = request;
        for (String pair : request.rawQuery().split("&", -1)) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
                String value = equals < 0 ? "" : pair.substring(equals + 1);
                query.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
            }
        }
    }

    /** All that was sent under a name. */
    List<String> of(String in, String name) {
        return switch (in) {
            case "path" -> {
                String value = request.variables().get(name);
                yield value == null ? List.of() : List.of(value);
            }
            case "query" -> query.getOrDefault(name, List.of());
            case "header" -> request.headers().apply(name);
            default -> cookies(name);
        };
    }

    Map<String, List<String>> query() {
        return query;
    }

    private List<String> cookies(String name) {
        var values = new ArrayList<String>();
        for (String header : request.headers().apply("Cookie")) {
            for (String pair : header.split(";", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0 && pair.substring(0, equals).strip().equals(name)) {
                    values.add(pair.substring(equals + 1).strip());
                }
            }
        }
        return values;
    }

    /** Without percent signs; what is not encoded in the right form stays as it is. */
    static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }
}
