package dev.glis.net;

/** Told what happens to a WebSocket. Called on its event loop, in order; must not block. */
public interface WebSocketListener {
    /** It is open: messages can be sent. */
    void opened(WebSocket socket);

    /**
     * A whole message came.
     *
     * @param text whether it is one of text, which is valid UTF-8
     * @param done to be run, once, by any thread, when the message has been dealt with; only so
     *     many are at work at a time, and until then nothing more is read
     */
    void message(boolean text, byte[] message, Runnable done);

    /**
     * It has ended, or could not be opened. Called once.
     *
     * @param code that ended it; 1005 when the client said none, 1006 when it went without a word
     */
    void closed(int code, String reason);
}
