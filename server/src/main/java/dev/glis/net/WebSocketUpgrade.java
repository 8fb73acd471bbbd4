package dev.glis.net;

/**
 * What a request that asks for WebSocket becomes.
 *
 * @param key that the request has
 * @param compressed whether messages may be, as the client offers
 * @param headers of the answer, besides those of the handshake
 */
public record WebSocketUpgrade(
        String key,
        boolean compressed,
        Headers headers,
        WebSocketLimits limits,
        WebSocketListener listener) {
    /** For a request that {@link WebSocketHandshake} does not refuse. */
    public static WebSocketUpgrade of(
            HttpRequest request,
            Headers headers,
            WebSocketLimits limits,
            WebSocketListener listener) {
        return new WebSocketUpgrade(
                request.headers().get("Sec-WebSocket-Key", ""),
                MessageCompression.isOffered(request.headers()),
                headers,
                limits,
                listener);
    }
}
