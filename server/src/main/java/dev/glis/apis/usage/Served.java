package dev.glis.apis.usage;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A response that an API gave.
 *
 * @param time when the request had come
 * @param accountId whose API it is
 * @param stage empty when the request led to none
 * @param route such as {@code GET /pets/{id}} or {@code $default}; empty when the request met none
 * @param clientId the application that called; null when none was recognised
 * @param path as the client sent it, without its query
 * @param requestBytes of the body
 * @param responseBytes of the body
 * @param error why the gateway, not the backend, gave this answer, such as {@code rate-limited};
 *     empty otherwise
 * @param exchange what was captured of both messages; null unless this stage captures bodies
 */
public record Served(
        Instant time,
        String requestId,
        String accountId,
        String apiId,
        String stage,
        String route,
        @Nullable String clientId,
        String sourceIp,
        String method,
        String path,
        int status,
        long requestBytes,
        long responseBytes,
        Latency latency,
        String error,
        @Nullable Captured exchange) {
    /**
     * Where the time went, in microseconds. What belongs to none of the parts is the gateway's.
     *
     * @param totalUs until the last byte was handed to the client's connection
     * @param waitUs until an instance took the request, without its start
     * @param initialisationUs the start of an instance for this request
     * @param backendUs in the function or HTTP backend
     */
    public record Latency(long totalUs, long waitUs, long initialisationUs, long backendUs) {
        public long gatewayUs() {
            return Math.max(0, totalUs - waitUs - initialisationUs - backendUs);
        }
    }

    /**
     * Both messages, each cut at a limit. Secrets are not taken out yet.
     *
     * @param requestHeaders one {@code name: value} a line
     * @param responseHeaders one {@code name: value} a line
     */
    public record Captured(
            String requestHeaders, byte[] request, String responseHeaders, byte[] response) {}
}
