package dev.glis.engine;

import org.jspecify.annotations.Nullable;

/**
 * How a call ended, before its durations are known for good.
 *
 * @param status for the REPORT line
 * @param errorType null after a success
 * @param payload the response, or the error's JSON
 * @param contentType of the payload
 */
record Ending(Status status, @Nullable String errorType, byte[] payload, String contentType) {
    static final String JSON = "application/json";
    private static final byte[] NOTHING = {};
    static final Ending OPEN = new Ending(Status.OPEN, null, NOTHING, JSON);

    enum Status {
        /** Not ended. */
        OPEN,
        /** The handler answered. */
        SUCCESS,
        /** The handler failed and said so. */
        HANDLER_ERROR,
        /** The instance ended, or could not be initialised. */
        ERROR,
        /** Its time was over. */
        TIMEOUT
    }

    static Ending success(byte[] payload, String contentType) {
        return new Ending(Status.SUCCESS, null, payload, contentType);
    }

    static Ending streamed(String contentType) {
        return new Ending(Status.SUCCESS, null, NOTHING, contentType);
    }

    static Ending handlerError(String errorType, byte[] payload) {
        return new Ending(Status.HANDLER_ERROR, errorType, payload, JSON);
    }

    static Ending error(String errorType, byte[] payload) {
        return new Ending(Status.ERROR, errorType, payload, JSON);
    }

    static Ending timeout(byte[] payload) {
        return new Ending(Status.TIMEOUT, LambdaErrors.TIMED_OUT, payload, JSON);
    }

    Outcome outcome(Outcome.Report report) {
        return errorType == null
                ? new Outcome.Success(payload, contentType, report)
                : new Outcome.Failure(errorType, payload, report);
    }
}
