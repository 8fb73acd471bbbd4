package dev.glis.net;

import java.net.InetSocketAddress;

/**
 * A whole request. The path and query are as they came, still percent-encoded, so that signatures
 * can be verified and each protocol can decode by its own rules.
 *
 * @param method in upper case, such as {@code GET}
 * @param rawPath starts with {@code /}; without query
 * @param rawQuery without the question mark; empty when there is none
 * @param body never shared, not copied: whoever holds the request must not change it
 * @param secure whether it came over TLS
 */
public record HttpRequest(
        String method,
        String rawPath,
        String rawQuery,
        Headers headers,
        byte[] body,
        InetSocketAddress remoteAddress,
        boolean secure) {}
