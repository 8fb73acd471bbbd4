package dev.glis.apis;

import org.jspecify.annotations.Nullable;

/**
 * A route with its ID.
 *
 * @param route whose backend is that of the integration
 * @param integrationId what is attached to it; empty for nothing, and null when the backend is the
 *     route's own
 */
public record RoutePart(String routeId, Route route, @Nullable String integrationId) {
    /** Whether there is a backend. */
    public boolean isAttached() {
        return !"".equals(integrationId);
    }
}
