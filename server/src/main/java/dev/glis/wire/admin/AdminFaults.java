package dev.glis.wire.admin;

import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.net.HttpResponse;

/** Faults in this API's own form: a status and {@code {"code","message","help"}}. */
final class AdminFaults {
    private AdminFaults() {}

    static HttpResponse response(Fault fault, String requestId) {
        var body = Json.object();
        body.put("code", fault.code());
        body.put("message", fault.text());
        body.put("help", "docs/errors/" + fault.code() + ".md");
        var response = HttpResponse.of(status(fault.kind()), "application/json", Json.bytes(body));
        response.headers().set("x-amzn-RequestId", requestId);
        return response;
    }

    private static int status(Fault.Kind kind) {
        return switch (kind) {
            case INVALID, UNSUPPORTED -> 400;
            case UNAUTHENTICATED, DENIED -> 403;
            case NOT_FOUND -> 404;
            case CONFLICT -> 409;
            case PRECONDITION -> 412;
            case TOO_LARGE -> 413;
            case THROTTLED -> 429;
            case INTERNAL -> 500;
            case UNAVAILABLE -> 503;
        };
    }
}
