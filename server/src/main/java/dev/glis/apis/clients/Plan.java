package dev.glis.apis.clients;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a publisher lets a subscriber do.
 *
 * @param accountId the publisher's
 * @param name unique in its account
 */
public record Plan(String planId, String accountId, String name, Terms terms, Instant created) {
    /**
     * The limits of a plan.
     *
     * @param rate for each client and API; null for no such limit
     * @param quota for each client and API; null for none
     * @param routes for each client and one route, by the route's key such as {@code GET
     *     /pets/{id}}; these apply besides the others
     */
    public record Terms(@Nullable Rate rate, @Nullable Quota quota, Map<String, Rate> routes) {
        public Terms {
            routes = Map.copyOf(routes);
        }
    }

    public @Nullable Rate rate() {
        return terms.rate();
    }

    public @Nullable Quota quota() {
        return terms.quota();
    }

    /** The limit for one route; null for none of its own. */
    public @Nullable Rate rate(String routeKey) {
        return terms.routes().get(routeKey);
    }
}
