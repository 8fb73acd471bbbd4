package dev.glis.engine;

import org.jspecify.annotations.Nullable;

/** How an invocation ended. */
public sealed interface Outcome {
    /**
     * The function answered.
     *
     * @param payload the response; empty when it was streamed
     * @param contentType as the guest gave it, usually {@code application/json}
     */
    record Success(byte[] payload, String contentType, Report report) implements Outcome {}

    /**
     * The function was run and failed: it threw, exited, ran out of time or memory, or could not be
     * initialised. Callers see this as a function error, not as an error of Glis.
     *
     * @param errorType such as {@code Sandbox.Timedout}, {@code Runtime.ExitError} or what the
     *     function threw
     * @param payload a JSON object with {@code errorMessage}, mostly {@code errorType} and {@code
     *     stackTrace} too
     */
    record Failure(String errorType, byte[] payload, Report report) implements Outcome {}

    /** The function was not run. */
    record Rejected(Reason reason, String message) implements Outcome {}

    /** Why an invocation was not run. */
    enum Reason {
        /** The function's reserved concurrency is in use. */
        FUNCTION_CONCURRENCY,
        /** The function's reserved concurrency is zero: it is switched off. */
        FUNCTION_OFF,
        /** The account's concurrency is in use. */
        ACCOUNT_CONCURRENCY,
        /** No instance became free in time, or too many were waiting already. */
        QUEUE,
        /** The function has been deleted. */
        GONE,
        /** Sandboxes cannot be started on this machine now. */
        SANDBOX
    }

    /**
     * What an invocation took.
     *
     * @param durationMs of the handler, in milliseconds and parts of them
     * @param initDurationMs of the initialisation, when this invocation was the instance's first;
     *     else null
     * @param billedMs rounded up
     * @param maxMemoryUsedMb peak of the instance so far
     * @param queuedMs from acceptance until an instance took it, its start included
     * @param logTail the last 4 KiB of this invocation's log, when wanted; else null
     */
    record Report(
            double durationMs,
            @Nullable Double initDurationMs,
            long billedMs,
            int memoryMb,
            int maxMemoryUsedMb,
            double queuedMs,
            byte @Nullable [] logTail) {}
}
