package dev.glis.net;

import java.net.InetSocketAddress;
import java.util.Locale;

/**
 * A whole request. The path and query are as they came, still percent-encoded, so that signatures
 * can be verified and each protocol can decode by its own rules.
 *
 * @param method in upper case, such as {@code GET}
 * @param rawPath starts with {@code /}; without query
 * @param rawQuery without the question mark; empty when there is none
 * @param body never shared, not copied: whoever holds the request must not change it
 * @param secure whether it came over TLS
 * @param protocol such as {@code HTTP/1.1} or {@code HTTP/2.0}
 */
public record HttpRequest(
        String method,
        String rawPath,
        String rawQuery,
        Headers headers,
        byte[] body,
        InetSocketAddress remoteAddress,
        boolean secure,
        String protocol) {
    /** What most clients speak. */
    private static final String USUAL_PROTOCOL = "HTTP/1.1";

    /** A request by HTTP/1.1. */
    public HttpRequest(
            String method,
            String rawPath,
            String rawQuery,
            Headers headers,
            byte[] body,
            InetSocketAddress remoteAddress,
            boolean secure) {
        this(method, rawPath, rawQuery, headers, body, remoteAddress, secure, USUAL_PROTOCOL);
    }

    /** The same request with another body. */
    public HttpRequest withBody(byte[] other) {
        return new HttpRequest(
                method, rawPath, rawQuery, headers, other, remoteAddress, secure, protocol);
    }

    /** The same with other header fields. */
    public HttpRequest withHeaders(Headers other) {
        return new HttpRequest(
                method, rawPath, rawQuery, other, body, remoteAddress, secure, protocol);
    }

    /** The client's address, without port. */
    public String sourceIp() {
        return remoteAddress.getAddress().getHostAddress();
    }

    /** The host as the client named it, in lower case and without port; empty when it did not. */
    public String hostName() {
        String host = headers.get("Host", "").toLowerCase(Locale.ROOT);
        int colon = host.lastIndexOf(':');
        return colon < 0 || host.endsWith("]") ? host : host.substring(0, colon);
    }
}
