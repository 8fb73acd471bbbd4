package dev.glis.apis;

import dev.glis.apis.clients.Rate;
import org.jspecify.annotations.Nullable;

/**
 * What is set for a whole API.
 *
 * @param access of the routes that do not say
 * @param cors null to leave CORS to the backends
 * @param rate of all callers together, or null
 * @param addressRate of each source address, or null
 */
public record ApiSettings(
        String description,
        Access access,
        @Nullable Cors cors,
        @Nullable Rate rate,
        @Nullable Rate addressRate) {
    /** Of an API that was just made. */
    static final ApiSettings INITIAL = new ApiSettings("", Access.OPEN, null, null, null);
}
