package dev.glis.wire.sts;

import dev.glis.base.Fault;

/** A fault in STS's terms. */
record StsError(int status, String code) {
    static StsError of(Fault fault) {
        return switch (fault.code()) {
            case "missing-authentication-token" -> new StsError(403, "MissingAuthenticationToken");
            case "incomplete-signature" -> new StsError(400, "IncompleteSignature");
            case "invalid-client-token-id" -> new StsError(403, "InvalidClientTokenId");
            case "signature-does-not-match", "signature-expired", "invalid-content-sha256" ->
                    new StsError(403, "SignatureDoesNotMatch");
            case "request-expired" -> new StsError(400, "RequestExpired");
            default -> ofKind(fault.kind());
        };
    }

    /** Whose mistake it is, as the protocol says it. */
    String type() {
        return status < 500 ? "Sender" : "Receiver";
    }

    private static StsError ofKind(Fault.Kind kind) {
        return switch (kind) {
            case UNAUTHENTICATED, DENIED -> new StsError(403, "AccessDenied");
            case THROTTLED -> new StsError(400, "Throttling");
            case UNAVAILABLE -> new StsError(503, "ServiceUnavailable");
            case INTERNAL -> new StsError(500, "InternalFailure");
            case INVALID, NOT_FOUND, CONFLICT, PRECONDITION, TOO_LARGE, UNSUPPORTED ->
                    new StsError(400, "ValidationError");
        };
    }
}
