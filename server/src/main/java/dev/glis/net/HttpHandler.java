package dev.glis.net;

/** Answers requests. */
public interface HttpHandler {
    /**
     * Called on an event-loop thread with a whole request; must not block. Work that blocks goes to
     * a virtual thread. A {@link RuntimeException} thrown here is answered with status 500.
     */
    void handle(HttpRequest request, HttpResponder responder);

    /**
     * Whether {@link #handleStreamed} takes this request, of which there is the head alone. Called
     * on an event-loop thread, for requests that have a body; must not block.
     */
    default boolean takesStream(HttpRequest head) {
        return false;
    }

    /**
     * Called as {@link #handle} is, but as soon as the head has come: the body is read while it
     * comes, on a virtual thread. An answer ends the body: what has not been read is not read any
     * more, and where the client is still sending, its connection ends.
     *
     * @param head without a body
     */
    default void handleStreamed(HttpRequest head, RequestBody body, HttpResponder responder) {
        throw new IllegalStateException("No request is taken as a stream here");
    }
}
