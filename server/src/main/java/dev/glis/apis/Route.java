package dev.glis.apis;

import dev.glis.apis.clients.Rate;
import org.jspecify.annotations.Nullable;

/**
 * A route of an API.
 *
 * @param admission whom it lets in; null when the API's own setting rules
 * @param rate of all its callers together; null for no limit of its own
 * @param timeoutMs until the backend must have begun to answer
 * @param caching null to ask the backend each time
 * @param validate whether requests are held to the API's document; null when the API's own setting
 *     rules
 * @param replies whether what a function answers to a message of a WebSocket is sent back
 */
public record Route(
        RouteKey key,
        Backend backend,
        @Nullable Admission admission,
        @Nullable Rate rate,
        long timeoutMs,
        Mapping mapping,
        @Nullable Caching caching,
        @Nullable Boolean validate,
        boolean replies) {
    /** A route of an HTTP API. */
    public Route(
            RouteKey key,
            Backend backend,
            @Nullable Admission admission,
            @Nullable Rate rate,
            long timeoutMs,
            Mapping mapping,
            @Nullable Caching caching,
            @Nullable Boolean validate) {
        this(key, backend, admission, rate, timeoutMs, mapping, caching, validate, false);
    }

    /** The same with another backend. */
    Route with(Backend other) {
        return new Route(
                key, other, admission, rate, timeoutMs, mapping, caching, validate, replies);
    }

    /** A route with nothing set but its backend. */
    public static Route ofNothing(RouteKey key, Backend backend) {
        return new Route(key, backend, null, null, 0, Mapping.NONE, null, null);
    }
}
