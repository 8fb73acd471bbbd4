package dev.glis.wire;

import dev.glis.base.Fault;

/** The HTTP status of a fault in Glis's own form. Protocols of others have their own. */
public final class FaultStatus {
    private FaultStatus() {}

    public static int of(Fault fault) {
        return switch (fault.kind()) {
            case INVALID -> 400;
            case UNAUTHENTICATED, DENIED -> 403;
            case NOT_FOUND -> 404;
            case CONFLICT -> 409;
            case PRECONDITION -> 412;
            case TOO_LARGE -> 413;
            case THROTTLED -> 429;
            case INTERNAL -> 500;
            case UNSUPPORTED -> 501;
            case UNAVAILABLE -> 503;
        };
    }
}
