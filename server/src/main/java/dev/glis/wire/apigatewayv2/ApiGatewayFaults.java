package dev.glis.wire.apigatewayv2;

import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.net.HttpResponse;
import java.util.Map;

/** Faults in API Gateway's form: a status, the error's name in a header, and a message. */
final class ApiGatewayFaults {
    /** An error of the API. */
    private record ApiGatewayError(int status, String name) {}

    private static final ApiGatewayError TOO_MANY =
            new ApiGatewayError(429, "TooManyRequestsException");
    private static final ApiGatewayError WRONG_SIGNATURE =
            new ApiGatewayError(403, "InvalidSignatureException");

    private static final Map<String, ApiGatewayError> BY_CODE =
            Map.ofEntries(
                    Map.entry("too-many-apis", TOO_MANY),
                    Map.entry("too-many-routes", TOO_MANY),
                    Map.entry("too-many-stages", TOO_MANY),
                    Map.entry("too-many-integrations", TOO_MANY),
                    Map.entry(
                            "unknown-operation",
                            new ApiGatewayError(404, "UnknownOperationException")),
                    Map.entry(
                            "missing-authentication-token",
                            new ApiGatewayError(403, "MissingAuthenticationTokenException")),
                    Map.entry(
                            "incomplete-signature",
                            new ApiGatewayError(400, "IncompleteSignatureException")),
                    Map.entry("signature-does-not-match", WRONG_SIGNATURE),
                    Map.entry("signature-expired", WRONG_SIGNATURE),
                    Map.entry("request-expired", WRONG_SIGNATURE),
                    Map.entry("invalid-content-sha256", WRONG_SIGNATURE));

    private ApiGatewayFaults() {}

    private static ApiGatewayError error(Fault fault) {
        ApiGatewayError byCode = BY_CODE.get(fault.code());
        return byCode != null ? byCode : byKind(fault.kind());
    }

    private static ApiGatewayError byKind(Fault.Kind kind) {
        return switch (kind) {
            case INVALID, UNSUPPORTED, PRECONDITION ->
                    new ApiGatewayError(400, "BadRequestException");
            case UNAUTHENTICATED -> new ApiGatewayError(403, "UnrecognizedClientException");
            case DENIED -> new ApiGatewayError(403, "AccessDeniedException");
            case NOT_FOUND -> new ApiGatewayError(404, "NotFoundException");
            case CONFLICT -> new ApiGatewayError(409, "ConflictException");
            case TOO_LARGE -> new ApiGatewayError(413, "RequestEntityTooLargeException");
            case THROTTLED -> TOO_MANY;
            case UNAVAILABLE -> new ApiGatewayError(503, "ServiceUnavailableException");
            case INTERNAL -> new ApiGatewayError(500, "InternalServerErrorException");
        };
    }

    static HttpResponse response(Fault fault, String requestId) {
        ApiGatewayError error = error(fault);
        HttpResponse response =
                HttpResponse.of(
                        error.status(),
                        "application/json",
                        Json.bytes(Json.object().put("message", fault.text())));
        response.headers().set("x-amzn-ErrorType", error.name()).set("x-amzn-RequestId", requestId);
        return response;
    }
}
