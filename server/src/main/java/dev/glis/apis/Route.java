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
 */
public record Route(
        RouteKey key,
        Backend backend,
        @Nullable Admission admission,
        @Nullable Rate rate,
        long timeoutMs,
        Mapping mapping,
        @Nullable Caching caching,
        @Nullable Boolean validate) {}
