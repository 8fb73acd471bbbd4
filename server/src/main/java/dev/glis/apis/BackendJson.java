package dev.glis.apis;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import dev.glis.net.FieldRules;
import dev.glis.net.Headers;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Backends as JSON, and what is wrong with some. */
final class BackendJson {
    private static final Pattern VARIABLE = Pattern.compile("\\{([^{}]*)\\}");

    private BackendJson() {}

    /** One that is not attached to a route: its address may have any variables. */
    static Backend read(Fields fields) {
        return read(fields, null);
    }

    /** One that is attached to a route. */
    static Backend read(Fields fields, @Nullable RouteKey route) {
        Set<String> kinds = Set.of("function", "http", "mock");
        List<String> given = fields.names().stream().filter(kinds::contains).toList();
        if (given.size() != 1) {
            throw fields.wrong(
                    "must be one of function, http and mock, and is "
                            + (given.isEmpty() ? "none" : String.join(" and ", given)));
        }
        Backend backend =
                switch (given.getFirst()) {
                    case "function" -> function(fields);
                    case "http" -> http(fields, route);
                    default -> mock(fields);
                };
        fields.end();
        return backend;
    }

    private static Backend.Function function(Fields fields) {
        String version = fields.text("payload", Backend.Payload.VERSION_2.version());
        Backend.Payload payload =
                Arrays.stream(Backend.Payload.values())
                        .filter(each -> each.version().equals(version))
                        .findFirst()
                        .orElseThrow(() -> fields.wrong("payload", "must be 1.0 or 2.0"));
        Fields other = fields.object("other");
        return new Backend.Function(
                fields.text("function"), payload, other == null ? null : share(other));
    }

    private static Backend.Share share(Fields fields) {
        var share =
                new Backend.Share(fields.text("function"), fields.fraction("percent", 0, 99.999));
        fields.end();
        return share;
    }

    /**
     * A server.
     *
     * @throws dev.glis.base.Fault INVALID if the URL cannot be one
     */
    static Backend.Http http(String url) {
        return http(Fields.of("backend", Json.object().put("http", url)), null);
    }

    private static Backend.Http http(Fields fields, @Nullable RouteKey route) {
        String given = fields.text("http");
        String url = StageSettings.replaced(given, "x");
        Matcher variables = VARIABLE.matcher(url);
        while (variables.find()) {
            String name = variables.group(1).replace("+", "");
            if (route != null && !route.variables().contains(name)) {
                throw fields.wrong(
                        "http",
                        "uses {"
                                + name
                                + "}, but the variables of the route are "
                                + route.variables());
            }
        }
        URI address = uri(fields, variables.replaceAll("x"));
        String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
        if (!Set.of("http", "https").contains(scheme)
                || address.getHost() == null
                || address.getUserInfo() != null
                || address.getFragment() != null) {
            throw fields.wrong(
                    "http", "must be http://host/path or https://host/path, with a port if needed");
        }
        int firstVariable = url.indexOf('{');
        int path = url.indexOf('/', url.indexOf("//") + 2);
        if (firstVariable >= 0 && (path < 0 || firstVariable < path)) {
            throw fields.wrong("http", "may have variables in its path and query only");
        }
        return Backend.Http.of(given);
    }

    private static URI uri(Fields fields, String url) {
        try {
            return URI.create(url);
        } catch (IllegalArgumentException e) {
            throw fields.wrong("http", "is no URL: " + e.getMessage());
        }
    }

    private static Backend.Mock mock(Fields fields) {
        Fields mock = fields.object("mock");
        if (mock == null) {
            throw fields.wrong("mock", "must be an object");
        }
        Fields named = mock.object("headers");
        var headers = new Headers();
        if (named != null) {
            named.names().stream().sorted().forEach(name -> addHeader(headers, named, name));
        }
        String body = mock.text("body", "");
        if (body.getBytes(StandardCharsets.UTF_8).length > Limits.API_MOCK_BYTES.value()) {
            throw mock.wrong("body", "is longer than " + Limits.API_MOCK_BYTES.value() + " bytes");
        }
        var answer =
                new Backend.Mock(
                        mock.has("status") ? (int) mock.number("status", 200, 599) : 200,
                        headers,
                        body);
        mock.end();
        return answer;
    }

    private static void addHeader(Headers headers, Fields named, String name) {
        String value = named.text(name);
        if (!FieldRules.isToken(name)
                || !FieldRules.isValue(value)
                || FieldRules.isOfListener(name)) {
            throw named.wrong(name, "is not a header field that can be set");
        }
        headers.add(name, value);
    }

    static ObjectNode write(Backend backend) {
        ObjectNode json = Json.object();
        switch (backend) {
            case Backend.Function function -> {
                json.put("function", function.function());
                json.put("payload", function.payload().version());
                write(json, function.other());
            }
            case Backend.Http http -> json.put("http", http.url());
            case Backend.Mock mock -> write(json.putObject("mock"), mock);
        }
        return json;
    }

    private static void write(ObjectNode json, Backend.@Nullable Share other) {
        if (other != null) {
            json.putObject("other")
                    .put("function", other.function())
                    .put("percent", other.percent());
        }
    }

    private static void write(ObjectNode json, Backend.Mock mock) {
        json.put("status", mock.status());
        ObjectNode headers = json.putObject("headers");
        for (int i = 0; i < mock.headers().size(); i++) {
            headers.put(mock.headers().name(i), mock.headers().value(i));
        }
        json.put("body", mock.body());
    }
}
