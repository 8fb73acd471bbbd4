package dev.glis.net;

/** An open WebSocket, for its server. Any thread. */
public interface WebSocket {
    /** What becomes of a message that is sent. */
    enum Sending {
        /** It is on its way. */
        SENT,
        /** The client reads more slowly than it is sent to; the message is dropped. */
        FULL,
        /** The connection has ended. */
        GONE
    }

    Sending send(boolean text, byte[] message);

    /** Ends the connection with a code of RFC 6455, such as 1000. */
    void close(int code, String reason);
}
