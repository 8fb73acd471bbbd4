package dev.glis.apis.usage;

import org.jspecify.annotations.Nullable;

/**
 * Which responses are looked for; null stands for any.
 *
 * @param route empty for those that met none
 * @param clientId empty for those without a client
 * @param pathPrefix what their paths begin with
 * @param error the gateway's reason, such as {@code rate-limited}
 * @param leastUs their least total latency
 */
public record ResponseFilter(
        StatusRange statuses,
        @Nullable String stage,
        @Nullable String route,
        @Nullable String clientId,
        @Nullable String method,
        @Nullable String pathPrefix,
        @Nullable String requestId,
        @Nullable String error,
        @Nullable String sourceIp,
        long leastUs) {
    public static final ResponseFilter ALL =
            new ResponseFilter(StatusRange.ANY, null, null, null, null, null, null, null, null, 0);

    boolean matches(Served response) {
        return LostResponses.is(response)
                ? requestId == null
                : statuses.contains(response.status())
                        && is(stage, response.stage())
                        && is(route, response.route())
                        && is(clientId, response.clientId() == null ? "" : response.clientId())
                        && is(method, response.method())
                        && (pathPrefix == null || response.path().startsWith(pathPrefix))
                        && is(requestId, response.requestId())
                        && is(error, response.error())
                        && is(sourceIp, response.sourceIp())
                        && response.latency().totalUs() >= leastUs;
    }

    private static boolean is(@Nullable String wanted, String value) {
        return wanted == null || wanted.equals(value);
    }
}
