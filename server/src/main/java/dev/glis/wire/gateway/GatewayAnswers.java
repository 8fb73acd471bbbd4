package dev.glis.wire.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.apis.clients.Verdict;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.net.HttpResponse;
import dev.glis.triggers.FunctionErrors;
import java.util.List;
import java.util.Set;

/**
 * What clients are told where no backend answers: JSON with {@code message}, as API Gateway's
 * answers have, and {@code code}, which names a page of Glis's documentation where there is one.
 */
final class GatewayAnswers {
    /** For functions. */
    static final FunctionErrors ERRORS =
            new FunctionErrors() {
                @Override
                public HttpResponse functionError() {
                    return GatewayAnswers.functionError();
                }

                @Override
                public HttpResponse refusal(Fault fault) {
                    return of(fault);
                }
            };

    private GatewayAnswers() {}

    static HttpResponse of(Fault fault) {
        ObjectNode body = fault.details().deepCopy();
        body.put("message", text(fault)).put("code", fault.code());
        HttpResponse response =
                HttpResponse.of(status(fault), "application/json", Json.bytes(body));
        if (response.status() == 401) {
            response.headers().set("WWW-Authenticate", "Basic realm=\"client ID and secret\"");
        } else if (response.status() == 429 || response.status() == 503) {
            response.headers().set("Retry-After", "1");
        }
        return response;
    }

    /** 401 asks for a client ID; to a wrong signature AWS says 403. */
    private static int status(Fault fault) {
        return switch (fault.kind()) {
            case INVALID -> fault.code().equals(RequestCheck.CONTENT_TYPE) ? 415 : 400;
            case UNSUPPORTED -> 400;
            case UNAUTHENTICATED -> fault.code().startsWith("client-") ? 401 : 403;
            case DENIED -> 403;
            case NOT_FOUND -> 404;
            case CONFLICT, PRECONDITION -> 409;
            case TOO_LARGE -> 413;
            case THROTTLED -> 429;
            case UNAVAILABLE -> 503;
            case INTERNAL -> 500;
        };
    }

    private static String text(Fault fault) {
        return fault.kind() == Fault.Kind.INTERNAL ? "Internal Server Error" : fault.text();
    }

    /** A function was run and failed, or answered what cannot be sent. */
    static HttpResponse functionError() {
        return message(502, "function-failed", "The function failed");
    }

    /** A function is gone, or cannot be invoked now: that is the publisher's mistake. */
    static HttpResponse backendMissing() {
        return message(500, "backend-missing", "The API's backend is not there");
    }

    static void timedOut(GatewayCall call) {
        call.refuse(
                "backend-timeout",
                message(
                        504,
                        "backend-timeout",
                        "The backend did not answer within " + call.route().timeoutMs() + " ms"));
    }

    static HttpResponse tooMany(Verdict.Refusal refusal) {
        HttpResponse response = message(429, refusal.code(), refusal.message());
        response.headers().set("Retry-After", Long.toString(refusal.retryAfterSeconds()));
        return response;
    }

    static HttpResponse tokenMissing() {
        HttpResponse response =
                message(
                        401,
                        "token-missing",
                        "This API wants a token: Authorization: Bearer TOKEN");
        response.headers().set("WWW-Authenticate", "Bearer");
        return response;
    }

    static HttpResponse tokenInvalid(String why) {
        HttpResponse response = message(401, "token-invalid", "Unauthorized: " + why);
        response.headers()
                .set(
                        "WWW-Authenticate",
                        "Bearer error=\"invalid_token\", error_description=\"" + why + "\"");
        return response;
    }

    static HttpResponse scopeMissing(List<String> scopes) {
        HttpResponse response =
                message(403, "token-scope", "The token has none of the scopes that are wanted");
        response.headers()
                .set(
                        "WWW-Authenticate",
                        "Bearer error=\"insufficient_scope\", scope=\""
                                + String.join(" ", scopes)
                                + "\"");
        return response;
    }

    static HttpResponse methodNotAllowed(String method, Set<String> allowed) {
        HttpResponse response =
                message(
                        405,
                        "method-not-allowed",
                        method + " is not allowed here; allowed are " + String.join(", ", allowed));
        response.headers().set("Allow", String.join(", ", allowed));
        return response;
    }

    /** The answer to OPTIONS where no route takes it. */
    static HttpResponse options(Set<String> allowed) {
        HttpResponse response = HttpResponse.empty(204);
        response.headers().set("Allow", String.join(", ", allowed));
        return response;
    }

    static HttpResponse message(int status, String code, String text) {
        var body = Json.object().put("message", text).put("code", code);
        return HttpResponse.of(status, "application/json", Json.bytes(body));
    }
}
