package dev.glis.wire.runtime;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;

/** What a guest asks, parsed once from method and path. */
sealed interface GuestRequest {
    /** {@code GET /runtime/invocation/next} */
    record Next() implements GuestRequest {}

    /** {@code POST /runtime/invocation/<id>/response} */
    record Response(String requestId) implements GuestRequest {}

    /** {@code POST /runtime/invocation/<id>/error} */
    record Failure(String requestId) implements GuestRequest {}

    /** {@code POST /runtime/init/error} */
    record InitialisationFailure() implements GuestRequest {}

    /** Whatever this API does not do. */
    record Refused(HttpResponseStatus status, String errorType, String reason)
            implements GuestRequest {}

    String ROOT = "/2018-06-01/runtime/";
    String INVOCATION = ROOT + "invocation/";

    static GuestRequest parse(HttpMethod method, String uri) {
        int query = uri.indexOf('?');
        String path = query < 0 ? uri : uri.substring(0, query);
        if (!path.startsWith(ROOT)) {
            return elsewhere(path);
        }
        return switch (path) {
            case INVOCATION + "next" -> only(HttpMethod.GET, method, new Next());
            case ROOT + "init/error" -> only(HttpMethod.POST, method, new InitialisationFailure());
            case ROOT + "restore/next", ROOT + "restore/error" ->
                    notFound("Snapshots are not supported: there is nothing to restore from");
            default -> invocation(method, path);
        };
    }

    private static GuestRequest invocation(HttpMethod method, String path) {
        int slash = path.indexOf('/', INVOCATION.length());
        if (!path.startsWith(INVOCATION) || slash < 0) {
            return notFound("The Runtime API has no " + path);
        }
        String requestId = path.substring(INVOCATION.length(), slash);
        return switch (path.substring(slash + 1)) {
            case "response" -> only(HttpMethod.POST, method, new Response(requestId));
            case "error" -> only(HttpMethod.POST, method, new Failure(requestId));
            default -> notFound("The Runtime API has no " + path);
        };
    }

    private static GuestRequest only(HttpMethod allowed, HttpMethod method, GuestRequest request) {
        return allowed.equals(method)
                ? request
                : new Refused(
                        HttpResponseStatus.METHOD_NOT_ALLOWED,
                        "MethodNotAllowed",
                        "Use " + allowed + " here, not " + method);
    }

    private static GuestRequest elsewhere(String path) {
        if (path.startsWith("/2020-01-01/extension")) {
            return notFound("Lambda extensions are not supported");
        }
        if (path.startsWith("/2020-08-15/logs") || path.startsWith("/2022-07-01/telemetry")) {
            return notFound("The Logs and Telemetry APIs are not supported");
        }
        return notFound("Only the Runtime API 2018-06-01 is served here, not " + path);
    }

    private static Refused notFound(String reason) {
        return new Refused(HttpResponseStatus.NOT_FOUND, "NotFound", reason);
    }
}
