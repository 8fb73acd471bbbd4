package dev.glis.triggers;

import dev.glis.functions.FunctionCatalog.Cors;
import dev.glis.net.Headers;
import dev.glis.net.HttpRequest;
import dev.glis.net.HttpResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a function URL's CORS configuration adds to its answers, or answers by itself. */
final class CorsAnswers {
    private final @Nullable Cors cors;
    private final String method;
    private final @Nullable String origin;
    private final @Nullable String wantedMethod;
    private final @Nullable String wantedHeaders;

    CorsAnswers(@Nullable Cors cors, HttpRequest request) {
        this.cors = cors;
        this.method = request.method();
        this.origin = request.headers().get("Origin");
        this.wantedMethod = request.headers().get("Access-Control-Request-Method");
        this.wantedHeaders = request.headers().get("Access-Control-Request-Headers");
    }

    /** Whether a browser asks what it may do; without configuration the function is asked. */
    boolean isPreflight() {
        return cors != null && method.equals("OPTIONS") && origin != null && wantedMethod != null;
    }

    /** The answer to a browser; without permissions when the origin or method may not. */
    HttpResponse preflight() {
        HttpResponse response = HttpResponse.empty(200);
        Headers headers = response.headers();
        if (cors != null && admits() && contains(cors.allowMethods(), wantedMethod)) {
            addTo(headers);
            headers.set("Access-Control-Allow-Methods", listed(cors.allowMethods(), wantedMethod));
            if (wantedHeaders != null && !cors.allowHeaders().isEmpty()) {
                headers.set(
                        "Access-Control-Allow-Headers", listed(cors.allowHeaders(), wantedHeaders));
            }
            if (cors.maxAgeSeconds().isPresent()) {
                headers.set("Access-Control-Max-Age", "" + cors.maxAgeSeconds().getAsLong());
            }
        }
        return response;
    }

    /** Adds to a function's answer, in place of what the function said of the same. */
    void addTo(Headers headers) {
        if (cors == null) {
            return;
        }
        headers.set("Vary", "Origin");
        if (!admits()) {
            return;
        }
        headers.set("Access-Control-Allow-Origin", allowedOrigin(cors));
        if (cors.allowCredentials()) {
            headers.set("Access-Control-Allow-Credentials", "true");
        }
        if (!cors.exposeHeaders().isEmpty()) {
            headers.set("Access-Control-Expose-Headers", String.join(",", cors.exposeHeaders()));
        }
    }

    private boolean admits() {
        return cors != null && origin != null && contains(cors.allowOrigins(), origin);
    }

    private String allowedOrigin(Cors allowed) {
        boolean anyone = allowed.allowOrigins().contains("*") && !allowed.allowCredentials();
        return anyone || origin == null ? "*" : origin;
    }

    private static boolean contains(List<String> allowed, @Nullable String value) {
        return allowed.contains("*")
                || (value != null && allowed.stream().anyMatch(value::equalsIgnoreCase));
    }

    /** With credentials browsers do not take a star, so what they asked for is repeated. */
    private static String listed(List<String> allowed, @Nullable String wanted) {
        return allowed.contains("*") && wanted != null ? wanted : String.join(",", allowed);
    }
}
