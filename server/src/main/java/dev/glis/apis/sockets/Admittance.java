package dev.glis.apis.sockets;

import dev.glis.net.Headers;
import dev.glis.net.WebSocketListener;

/** Where the answer to who wants to connect goes; used once, by any thread. */
public interface Admittance {
    /** Opens the connection, with these headers in the answer. */
    void open(Headers headers, WebSocketListener listener);

    /**
     * Refuses it.
     *
     * @param code names why, such as {@code function-failed}
     */
    void refuse(int status, String code, String message);
}
