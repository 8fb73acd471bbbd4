package dev.glis.net;

/**
 * Where the answer to one request goes; used once: either {@link #send} or {@link #stream}. May be
 * called by any thread. When the client has gone, what is sent is dropped without an error.
 */
public interface HttpResponder {
    /** Sends a whole response. */
    void send(HttpResponse response);

    /**
     * Begins a response in parts. Where the headers state a Content-Length, the connection breaks
     * if the parts are more, or end with less; else it is chunked in HTTP/1.1.
     *
     * @param status the status code
     */
    BodyStream stream(int status, Headers headers);

    /**
     * Goes over to WebSocket. Where the client has gone, or speaks HTTP/2, the listener is told of
     * the end at once.
     */
    default void upgrade(WebSocketUpgrade upgrade) {
        throw new IllegalStateException("There is no connection here");
    }

    /** Runs the action when the client's connection closes before the response is complete. */
    void onDisconnect(Runnable action);

    /** The body of a streamed response. Calls must come from one thread at a time. */
    interface BodyStream {
        /** Takes the place of a stream that cannot begin: what is written to it is forgotten. */
        BodyStream DROPPED = new DroppedStream();

        /**
         * Sends a part at once. Returns false when the client reads more slowly than we write: wait
         * for {@link #whenWritable} then, to keep memory bounded.
         */
        boolean write(byte[] part);

        /** Runs the action, once, as soon as writing makes sense again, or the client has gone. */
        void whenWritable(Runnable action);

        /** Whether the client has gone, so that what is written is forgotten. */
        boolean isGone();

        /** Ends the response well. */
        void end();

        /** Breaks the connection, so that the client sees the response is incomplete. */
        void abort();
    }
}
