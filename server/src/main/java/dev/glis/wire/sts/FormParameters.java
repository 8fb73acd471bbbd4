package dev.glis.wire.sts;

import dev.glis.net.HttpRequest;
import dev.glis.wire.UrlEncoded;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parameters of a request in the query protocol: from its query, then from its form body. */
final class FormParameters {
    private static final int LONGEST_BODY = 128 * 1024;

    private final Map<String, String> values = new HashMap<>();

    private FormParameters() {}

    /** Whether the request looks like one of the query protocol. */
    static boolean mayHave(HttpRequest request) {
        return request.rawPath().equals("/") && (request.method().equals("GET") || isForm(request));
    }

    static FormParameters of(HttpRequest request) {
        var parameters = new FormParameters();
        parameters.addAll(request.rawQuery());
        if (isForm(request)) {
            parameters.addAll(new String(request.body(), StandardCharsets.UTF_8));
        }
        return parameters;
    }

    @Nullable String get(String name) {
        return values.get(name);
    }

    private static boolean isForm(HttpRequest request) {
        return request.method().equals("POST")
                && request.body().length <= LONGEST_BODY
                && request.headers()
                        .get("Content-Type", "")
                        .toLowerCase(Locale.ROOT)
                        .startsWith("application/x-www-form-urlencoded");
    }

    private void addAll(String encoded) {
        UrlEncoded.parse(encoded).forEach(values::putIfAbsent);
    }
}
