package dev.glis.triggers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.net.Headers;
import dev.glis.net.HttpRequest;
import dev.glis.net.HttpResponse;
import java.nio.charset.StandardCharsets;

/** What callers of function URLs are told when no function answers. */
final class UrlAnswers {
    static final String FORBIDDEN = "Forbidden";

    private UrlAnswers() {}

    /** Neither host nor path names a function URL. */
    static HttpResponse unknownAddress(HttpRequest request) {
        return message(
                404,
                "NotFoundException",
                "Nothing is served at "
                        + request.headers().get("Host", "this host")
                        + ". A function URL is http://ID.lambda-url.localhost:PORT/ or"
                        + " http://HOST:PORT/_functions/ID/");
    }

    static HttpResponse unknownUrl(String urlId) {
        return message(
                404,
                "ResourceNotFoundException",
                "There is no function URL "
                        + urlId
                        + ". GetFunctionUrlConfig tells the URL of a function");
    }

    /** The function was run and failed, or answered what cannot be sent. */
    static HttpResponse functionError() {
        return HttpResponse.of(
                502, "application/json", "Internal Server Error".getBytes(StandardCharsets.UTF_8));
    }

    static HttpResponse internalError() {
        return message(500, "ServiceException", "An internal error occurred");
    }

    /** A fault, in the words of Lambda's function URLs where they have some. */
    static HttpResponse refusal(Fault fault) {
        return switch (fault.kind()) {
            case UNAUTHENTICATED, DENIED -> message(403, "AccessDeniedException", forbidden(fault));
            case THROTTLED -> throttled();
            case TOO_LARGE -> message(413, "RequestTooLargeException", fault.text());
            case NOT_FOUND -> message(404, "ResourceNotFoundException", fault.text());
            case CONFLICT, PRECONDITION -> message(409, "ResourceConflictException", fault.text());
            case INVALID, UNSUPPORTED -> message(400, "BadRequestException", fault.text());
            case UNAVAILABLE -> message(503, "ServiceUnavailableException", fault.text());
            case INTERNAL -> internalError();
        };
    }

    private static String forbidden(Fault fault) {
        return switch (fault.code()) {
            case "signature-does-not-match",
                    "signature-expired",
                    "request-expired",
                    "invalid-content-sha256",
                    "incomplete-signature" ->
                    fault.text();
            default -> FORBIDDEN;
        };
    }

    private static HttpResponse throttled() {
        HttpResponse response =
                message(429, "TooManyRequestsException", "Rate Exceeded. Try again later");
        response.headers().set("Retry-After", "1");
        return response;
    }

    private static HttpResponse message(int status, String errorType, String text) {
        ObjectNode body = Json.object();
        body.put("Message", text);
        return new HttpResponse(
                status,
                Headers.of("Content-Type", "application/json", "x-amzn-ErrorType", errorType),
                Json.bytes(body));
    }
}
