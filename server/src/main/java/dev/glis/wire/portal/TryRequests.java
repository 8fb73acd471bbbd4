package dev.glis.wire.portal;

import dev.glis.net.Headers;
import dev.glis.net.HttpHandler;
import dev.glis.net.HttpRequest;
import dev.glis.net.HttpResponder;
import dev.glis.net.HttpResponse;
import java.util.List;

/**
 * Passes on the requests that the portal's script makes to try an API, from the portal's own origin
 * and so without any need of CORS.
 *
 * <p>What an API answers is anybody's, and must not act as a part of the portal. So the script
 * marks its requests by a header, which no link, form, image or script element can send; without it
 * there are no APIs at this origin. Neither side's cookies pass, nor what else acts on an origin,
 * and an answer that a browser should show as a page nevertheless would be sandboxed.
 */
final class TryRequests {
    static final String PREFIX = "/_apis/";

    private static final String MARK = "X-Portal-Try";
    private static final List<String> NOT_FOR_APIS = List.of(MARK, "Cookie", "Origin", "Referer");
    private static final List<String> NOT_FROM_APIS =
            List.of(
                    "Set-Cookie",
                    "Clear-Site-Data",
                    "Strict-Transport-Security",
                    "Alt-Svc",
                    "NEL",
                    "Report-To",
                    "Reporting-Endpoints",
                    "Service-Worker-Allowed",
                    "WWW-Authenticate",
                    "Content-Security-Policy");

    private final HttpHandler gateway;

    TryRequests(HttpHandler gateway) {
        this.gateway = gateway;
    }

    static boolean isOne(HttpRequest request) {
        return request.rawPath().startsWith(PREFIX) && request.headers().get(MARK) != null;
    }

    void pass(HttpRequest request, HttpResponder responder) {
        Headers headers = request.headers().copy();
        NOT_FOR_APIS.forEach(headers::remove);
        gateway.handle(request.withHeaders(headers), new Cleaned(responder));
    }

    /** Cleans the headers of answers. */
    private record Cleaned(HttpResponder responder) implements HttpResponder {
        @Override
        public void send(HttpResponse response) {
            responder.send(
                    new HttpResponse(
                            response.status(), clean(response.headers()), response.body()));
        }

        @Override
        public BodyStream stream(int status, Headers headers) {
            return responder.stream(status, clean(headers));
        }

        @Override
        public void onDisconnect(Runnable action) {
            responder.onDisconnect(action);
        }

        private static Headers clean(Headers headers) {
            NOT_FROM_APIS.forEach(headers::remove);
            return headers.set("Content-Security-Policy", "sandbox")
                    .set("X-Content-Type-Options", "nosniff");
        }
    }
}
