package dev.glis.wire.portal;

import dev.glis.net.Headers;
import dev.glis.net.HttpResponse;

/** Answers that are no pages, and what all answers carry. */
final class Answers {
    /**
     * The only things a page may load are the portal's own stylesheet, script and icon; it may be
     * shown in no other page, and its forms lead nowhere else.
     */
    private static final String CONTENT_POLICY =
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self';"
                    + " connect-src 'self'; form-action 'self'; base-uri 'none';"
                    + " frame-ancestors 'none'";

    private Answers() {}

    /** Sends the browser to another page of the portal, which it asks for by GET. */
    static HttpResponse see(String path) {
        HttpResponse response = HttpResponse.empty(303);
        response.headers().add("Location", path);
        return response;
    }

    /**
     * Adds what keeps pages safe. With the policy {@code same-origin} other sites do not learn
     * where one came from, while forms of the portal still name their origin.
     */
    static HttpResponse guarded(HttpResponse response) {
        Headers headers = response.headers();
        headers.set("Content-Security-Policy", CONTENT_POLICY);
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Referrer-Policy", "same-origin");
        headers.set("Cross-Origin-Opener-Policy", "same-origin");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
        if (headers.get("Cache-Control") == null) {
            headers.add("Cache-Control", "no-store");
        }
        return response;
    }
}
