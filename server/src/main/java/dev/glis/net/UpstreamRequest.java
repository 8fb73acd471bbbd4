package dev.glis.net;

import java.net.InetSocketAddress;

/**
 * A request that this server makes of another.
 *
 * @param address where to connect to; nobody resolves the host again
 * @param host as the server is named: for TLS, whose certificate must be the host's
 * @param secure whether to speak TLS
 * @param target path and query, percent-encoded
 * @param headers complete but for Content-Length, which is added
 * @param timeoutMs until the answer must have begun, and between any two of its parts
 */
public record UpstreamRequest(
        InetSocketAddress address,
        String host,
        boolean secure,
        String method,
        String target,
        Headers headers,
        byte[] body,
        long timeoutMs) {
    /** What connections to may serve each other's requests. */
    record Server(InetSocketAddress address, String host, boolean secure) {}

    Server server() {
        return new Server(address, host, secure);
    }

    /** Whether doing it twice is the same as doing it once. */
    boolean isIdempotent() {
        return switch (method) {
            case "GET", "HEAD", "OPTIONS", "PUT", "DELETE" -> true;
            default -> false;
        };
    }
}
