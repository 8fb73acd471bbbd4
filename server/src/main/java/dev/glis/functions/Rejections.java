package dev.glis.functions;

import dev.glis.base.Fault;
import dev.glis.engine.Outcome;

/** What a caller is told when the engine did not run an invocation. */
final class Rejections {
    private Rejections() {}

    static Fault fault(Outcome.Rejected rejected) {
        return switch (rejected.reason()) {
            case FUNCTION_CONCURRENCY, FUNCTION_OFF ->
                    throttled(
                            "reserved-function-concurrent-invocation-limit-exceeded",
                            rejected.message());
            case ACCOUNT_CONCURRENCY, QUEUE ->
                    throttled("concurrent-invocation-limit-exceeded", rejected.message());
            case GONE -> Fault.notFound(rejected.message());
            case SANDBOX -> Fault.of(Fault.Kind.UNAVAILABLE, rejected.message());
        };
    }

    static boolean isThrottle(Outcome.Rejected rejected) {
        return switch (rejected.reason()) {
            case FUNCTION_CONCURRENCY, FUNCTION_OFF, ACCOUNT_CONCURRENCY, QUEUE -> true;
            case GONE, SANDBOX -> false;
        };
    }

    private static Fault throttled(String code, String message) {
        return new Fault(Fault.Kind.THROTTLED, code, message);
    }
}
