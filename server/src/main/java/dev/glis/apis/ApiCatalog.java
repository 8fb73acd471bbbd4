package dev.glis.apis;

import java.util.Optional;

/**
 * What the gateway needs to know of APIs, kept in memory and always current: a change is seen here
 * before its caller is answered.
 */
public interface ApiCatalog {
    /** As {@link #find}, but null where the store would have to be read. Never blocks. */
    @org.jspecify.annotations.Nullable
    Optional<ServedApi> cached(String label);

    /**
     * The API of an address.
     *
     * @param label its ID or label, in lower case
     */
    Optional<ServedApi> find(String label);
}
