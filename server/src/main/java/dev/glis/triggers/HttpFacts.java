package dev.glis.triggers;

import dev.glis.net.HttpRequest;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request to a function, and what is known of it.
 *
 * @param where by which address and route it came
 * @param request as it came
 * @param body decoded, where it came in signed chunks
 * @param caller null for anybody
 * @param accountId as the function is told
 */
public record HttpFacts(
        Where where,
        HttpRequest request,
        byte[] body,
        String requestId,
        Instant time,
        String traceHeader,
        String accountId,
        @Nullable Caller caller) {
    /**
     * An address and the route that was found there.
     *
     * @param domainName the host, without port
     * @param path as the function sees it, still percent-encoded, without query
     * @param route such as {@code GET /pets/{id}}, or {@code $default}
     * @param resource the path of the route
     * @param variables of the route, decoded
     * @param stageVariables of the stage
     */
    public record Where(
            String apiId,
            String domainName,
            String domainPrefix,
            String path,
            String stage,
            String route,
            String resource,
            Map<String, String> variables,
            Map<String, String> stageVariables) {}

    String port() {
        String host = request.headers().get("Host", "");
        int colon = host.lastIndexOf(':');
        if (colon > 0 && !host.endsWith("]")) {
            return host.substring(colon + 1);
        }
        return request.secure() ? "443" : "80";
    }

    /** The trace header without what only invocations among themselves need. */
    String trace() {
        int lineage = traceHeader.indexOf(";Lineage=");
        return lineage < 0 ? traceHeader : traceHeader.substring(0, lineage);
    }
}
