package dev.glis.wire.gateway;

import dev.glis.apis.Cors;
import dev.glis.net.Headers;
import dev.glis.net.HttpRequest;
import dev.glis.net.HttpResponse;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What an API's CORS rules mean for one request; see the Fetch standard. */
final class CorsPolicy {
    private static final String ANY = "*";
    private static final String WILDCARD = "://*.";
    private static final String PERMISSIONS = "Access-Control-";

    private final Cors cors;
    private final HttpRequest request;
    private final @Nullable String origin;

    CorsPolicy(Cors cors, HttpRequest request) {
        this.cors = cors;
        this.request = request;
        this.origin = request.headers().get("Origin");
    }

    /** Whether a browser asks what a page may do. */
    boolean isPreflight() {
        return request.method().equals("OPTIONS")
                && origin != null
                && request.headers().get("Access-Control-Request-Method") != null;
    }

    /**
     * The answer to a browser's question; without permissions when the page may not.
     *
     * @param methods that the path has
     */
    HttpResponse preflight(Set<String> methods) {
        HttpResponse response = HttpResponse.empty(204);
        Headers headers = response.headers();
        addTo(headers);
        headers.add("Vary", "Access-Control-Request-Method, Access-Control-Request-Headers");
        String method = request.headers().get("Access-Control-Request-Method", "");
        Set<String> allowed = cors.methods().contains(ANY) ? methods : allowed(methods);
        if (!admits() || !allowed.contains(method.toUpperCase(Locale.ROOT))) {
            headers.remove("Access-Control-Allow-Origin");
            headers.remove("Access-Control-Allow-Credentials");
            return response;
        }
        headers.set("Access-Control-Allow-Methods", String.join(", ", allowed));
        String asked = request.headers().get("Access-Control-Request-Headers");
        if (cors.headers().contains(ANY) && asked != null) {
            headers.set("Access-Control-Allow-Headers", asked);
        } else if (!cors.headers().isEmpty()) {
            headers.set("Access-Control-Allow-Headers", String.join(", ", cors.headers()));
        }
        cors.maxAgeSeconds()
                .ifPresent(age -> headers.set("Access-Control-Max-Age", Long.toString(age)));
        return response;
    }

    private Set<String> allowed(Set<String> methods) {
        var both = new TreeSet<>(methods);
        both.retainAll(cors.methods());
        return both;
    }

    /** Adds to an answer, in place of what the backend said of the same. */
    void addTo(Headers headers) {
        removePermissions(headers);
        boolean forAnyone = cors.origins().contains(ANY) && !cors.credentials();
        if (!forAnyone) {
            headers.add("Vary", "Origin");
        }
        if (origin == null || !admits()) {
            return;
        }
        headers.set("Access-Control-Allow-Origin", forAnyone ? ANY : origin);
        if (cors.credentials()) {
            headers.set("Access-Control-Allow-Credentials", "true");
        }
        if (!cors.exposed().isEmpty()) {
            headers.set("Access-Control-Expose-Headers", String.join(", ", cors.exposed()));
        }
    }

    private static void removePermissions(Headers headers) {
        var names = new ArrayList<String>(0);
        for (int i = 0; i < headers.size(); i++) {
            if (headers.name(i).regionMatches(true, 0, PERMISSIONS, 0, PERMISSIONS.length())) {
                names.add(headers.name(i));
            }
        }
        names.forEach(headers::remove);
    }

    private boolean admits() {
        return origin != null
                && cors.origins().stream().anyMatch(allowed -> matches(allowed, origin));
    }

    private static boolean matches(String allowed, String origin) {
        if (allowed.equals(ANY) || allowed.equalsIgnoreCase(origin)) {
            return true;
        }
        int mark = allowed.indexOf(WILDCARD);
        if (mark < 0) {
            return false;
        }
        String scheme = allowed.substring(0, mark + 3);
        String domain = allowed.substring(mark + WILDCARD.length() - 1).toLowerCase(Locale.ROOT);
        String lower = origin.toLowerCase(Locale.ROOT);
        int labels = lower.length() - domain.length() - scheme.length();
        return labels > 0
                && lower.startsWith(scheme)
                && lower.endsWith(domain)
                && isHostLabels(lower.substring(scheme.length(), scheme.length() + labels));
    }

    /** Nothing that could end a host name. */
    private static boolean isHostLabels(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isLetterOrDigit(c) && c != '-' && c != '.') {
                return false;
            }
        }
        return true;
    }
}
