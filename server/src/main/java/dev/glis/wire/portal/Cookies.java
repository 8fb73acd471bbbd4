package dev.glis.wire.portal;

import dev.glis.net.HttpRequest;
import dev.glis.net.HttpResponse;
import java.util.Optional;

/**
 * The cookie that holds a session's token. Scripts do not see it, no request that another site
 * makes carries it, and a browser that speaks HTTPS sends it over nothing else; then its name also
 * keeps neighbouring hosts from setting it.
 */
final class Cookies {
    private static final String PLAIN = "portal";
    private static final String SECURE = "__Host-portal";

    private Cookies() {}

    /** The token that a request carries. */
    static Optional<String> token(HttpRequest request) {
        Optional<String> secure = value(request, SECURE);
        return secure.isPresent() || request.secure() ? secure : value(request, PLAIN);
    }

    private static Optional<String> value(HttpRequest request, String name) {
        for (String field : request.headers().all("Cookie")) {
            for (String pair : field.split(";", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0 && pair.substring(0, equals).strip().equals(name)) {
                    return Optional.of(pair.substring(equals + 1).strip());
                }
            }
        }
        return Optional.empty();
    }

    /** Has the browser keep the token until it is closed. */
    static void set(HttpResponse response, HttpRequest request, String token) {
        add(response, request, token, "");
    }

    static void clear(HttpResponse response, HttpRequest request) {
        add(response, request, "", "; Max-Age=0");
    }

    private static void add(HttpResponse response, HttpRequest request, String token, String age) {
        boolean secure = request.secure() || Origins.of(request).startsWith("https:");
        response.headers()
                .add(
                        "Set-Cookie",
                        (secure ? SECURE : PLAIN)
                                + "="
                                + token
                                + "; Path=/; HttpOnly; SameSite=Strict"
                                + (secure ? "; Secure" : "")
                                + age);
    }
}
