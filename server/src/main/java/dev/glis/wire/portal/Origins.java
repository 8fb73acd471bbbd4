package dev.glis.wire.portal;

import dev.glis.net.HttpRequest;
import java.util.Locale;

/**
 * Who made a browser send a form. Each browser names the origin of the page with each form that it
 * posts, and no page can forge it; so what comes from any other page, or does not say, is refused.
 */
final class Origins {
    private Origins() {}

    /** As the request names it; empty when it does not. */
    static String of(HttpRequest request) {
        return request.headers().get("Origin", "").toLowerCase(Locale.ROOT);
    }

    /** Whether it is a page of this portal. */
    static boolean isOwn(HttpRequest request) {
        String host = request.headers().get("Host", "").toLowerCase(Locale.ROOT);
        String origin = of(request);
        boolean secure = origin.equals("https://" + host);
        return !host.isEmpty()
                && (secure || (!request.secure() && origin.equals("http://" + host)));
    }
}
