package dev.glis.net;

/**
 * What carries the answer to one request to its client: a connection of HTTP/1.1, or a stream of
 * HTTP/2. Runs on the connection's event loop. An answer to a request that is no longer the one at
 * work is dropped.
 */
interface ExchangeCarrier {
    void answer(Exchange exchange, HttpResponse response);

    void beginStream(Exchange exchange, ExchangeStream stream, int status, Headers headers);

    /** Sends a part of a streamed answer; the stream is told when it is settled. */
    void writePart(Exchange exchange, ExchangeStream stream, byte[] part);

    void endStream(Exchange exchange);

    /** Goes over to WebSocket; the listener is told if that cannot be. */
    void upgrade(Exchange exchange, WebSocketUpgrade upgrade);

    /** Breaks off, so that the client sees the answer is incomplete. */
    void abort(Exchange exchange);
}
