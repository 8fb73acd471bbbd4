package dev.glis.engine;

import org.jspecify.annotations.Nullable;

/**
 * One instance, as its guest sees it. Methods are called by the protocol's event-loop threads and
 * do not block.
 */
public interface GuestPort {
    /**
     * The guest asks for work. The first call tells that initialisation is done. The work is given
     * at once or later, exactly once for each accepted call, unless the instance ends.
     *
     * @return ACCEPTED, or WRONG_STATE when it has not answered what it has, or asks too often at
     *     once
     */
    Answer next(Receiver receiver);

    /** The connection on which the guest waited for work is gone. */
    void withdraw(Receiver receiver);

    /** The work given to a receiver could not be written to the guest. */
    void undelivered(String requestId);

    /**
     * The guest answered with a whole response.
     *
     * @return what to tell the guest
     */
    Answer response(String requestId, byte[] payload, String contentType);

    /** The guest answered with a response larger than its limit, which was not read further. */
    Answer tooLarge(String requestId);

    /** The guest begins a streamed response; its parts go to the returned stream. */
    StreamedResponse stream(String requestId, String contentType);

    /** The guest reports that the handler failed. */
    Answer error(String requestId, String errorType, byte[] payload);

    /**
     * The program ended before it answered, and the guest begins the next call with another.
     *
     * @param errorType {@code Runtime.ExitError} or {@code Runtime.OutOfMemory}
     * @param reason in Lambda's words, such as {@code exit status 1}
     */
    Answer exited(String requestId, String errorType, String reason);

    /** The guest reports that it could not initialise; it is about to exit. */
    Answer initializationError(String errorType, byte[] payload);

    /** Takes one piece of work. */
    interface Receiver {
        void invoke(Invocation invocation, Blueprint blueprint, long deadlineEpochMs);
    }

    /** What the guest is told. */
    enum Answer {
        ACCEPTED,
        /** No such invocation is at work here: unknown, answered already, or past its deadline. */
        UNKNOWN_REQUEST,
        /** The response is larger than its limit. */
        TOO_LARGE,
        /** Not in this state, such as an initialisation error after the first request for work. */
        WRONG_STATE
    }

    /** The parts of a streamed response. */
    interface StreamedResponse {
        /** A part; further parts are read once {@code resume} has run. */
        void part(byte[] bytes, Runnable resume);

        /** Whether the parts are kept until the end, as the caller takes the response whole. */
        boolean isCollected();

        /** The end, with an error when the guest's trailers or a broken connection say so. */
        Answer end(@Nullable String errorType, byte @Nullable [] errorPayload);
    }
}
