package dev.glis.wire.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.net.HttpResponse;
import java.util.Map;

/** Faults in Lambda's form: a status, the error's name in a header, and a JSON body. */
final class LambdaFaults {
    /** An error of the Lambda API. */
    record LambdaError(int status, String name) {}

    private static final Map<String, LambdaError> BY_CODE =
            Map.ofEntries(
                    Map.entry("validation", new LambdaError(400, "ValidationException")),
                    Map.entry("serialization", new LambdaError(400, "SerializationException")),
                    Map.entry(
                            "invalid-request-content",
                            new LambdaError(400, "InvalidRequestContentException")),
                    Map.entry(
                            "invalid-json", new LambdaError(400, "InvalidRequestContentException")),
                    Map.entry(
                            "unknown-operation", new LambdaError(404, "UnknownOperationException")),
                    Map.entry(
                            "code-storage-exceeded",
                            new LambdaError(400, "CodeStorageExceededException")),
                    Map.entry(
                            "policy-length-exceeded",
                            new LambdaError(400, "PolicyLengthExceededException")),
                    Map.entry(
                            "request-entity-too-large",
                            new LambdaError(413, "RequestEntityTooLargeException")),
                    Map.entry(
                            "provisioned-concurrency-config-not-found",
                            new LambdaError(404, "ProvisionedConcurrencyConfigNotFoundException")),
                    Map.entry(
                            "unsupported-media-type",
                            new LambdaError(415, "UnsupportedMediaTypeException")),
                    Map.entry(
                            "recursive-invocation",
                            new LambdaError(400, "RecursiveInvocationException")),
                    Map.entry(
                            "missing-authentication-token",
                            new LambdaError(403, "MissingAuthenticationTokenException")),
                    Map.entry(
                            "incomplete-signature",
                            new LambdaError(400, "IncompleteSignatureException")),
                    Map.entry(
                            "invalid-client-token-id",
                            new LambdaError(403, "UnrecognizedClientException")),
                    Map.entry(
                            "signature-does-not-match",
                            new LambdaError(403, "InvalidSignatureException")),
                    Map.entry(
                            "signature-expired", new LambdaError(403, "InvalidSignatureException")),
                    Map.entry("request-expired", new LambdaError(403, "InvalidSignatureException")),
                    Map.entry(
                            "invalid-content-sha256",
                            new LambdaError(403, "InvalidSignatureException")));

    private LambdaFaults() {}

    static LambdaError error(Fault fault) {
        LambdaError byCode = BY_CODE.get(fault.code());
        return byCode != null ? byCode : byKind(fault.kind());
    }

    private static LambdaError byKind(Fault.Kind kind) {
        return switch (kind) {
            case INVALID, UNSUPPORTED -> new LambdaError(400, "InvalidParameterValueException");
            case UNAUTHENTICATED -> new LambdaError(403, "UnrecognizedClientException");
            case DENIED -> new LambdaError(403, "AccessDeniedException");
            case NOT_FOUND -> new LambdaError(404, "ResourceNotFoundException");
            case CONFLICT -> new LambdaError(409, "ResourceConflictException");
            case PRECONDITION -> new LambdaError(412, "PreconditionFailedException");
            case TOO_LARGE -> new LambdaError(413, "RequestTooLargeException");
            case THROTTLED -> new LambdaError(429, "TooManyRequestsException");
            case UNAVAILABLE -> new LambdaError(503, "ServiceUnavailableException");
            case INTERNAL -> new LambdaError(500, "ServiceException");
        };
    }

    static HttpResponse response(Fault fault, String requestId) {
        LambdaError error = error(fault);
        ObjectNode body = Json.object();
        body.put("Type", error.status() < 500 ? "User" : "Service");
        body.put("Message", fault.text());
        body.put("message", fault.text());
        if (error.status() == 429) {
            body.put("Reason", throttleReason(fault));
        }
        HttpResponse response =
                HttpResponse.of(error.status(), "application/json", Json.bytes(body));
        response.headers().set("x-amzn-ErrorType", error.name()).set("x-amzn-RequestId", requestId);
        if (error.status() == 429) {
            response.headers().set("Retry-After", "1");
        }
        return response;
    }

    private static String throttleReason(Fault fault) {
        return fault.code().equals("reserved-function-concurrent-invocation-limit-exceeded")
                ? "ReservedFunctionConcurrentInvocationLimitExceeded"
                : "ConcurrentInvocationLimitExceeded";
    }
}
