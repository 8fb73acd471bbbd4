package dev.glis.apis;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How answers of a route are kept and given again.
 *
 * @param ttlSeconds at most, and where the backend does not say how long
 * @param headers of the request that an answer depends on, in lower case
 * @param query the parameters it depends on; null for all
 * @param shared whether an answer to one caller may be given to another
 */
public record Caching(
        long ttlSeconds, List<String> headers, @Nullable List<String> query, boolean shared) {
    public Caching {
        headers = List.copyOf(headers);
        query = query == null ? null : List.copyOf(query);
    }
}
