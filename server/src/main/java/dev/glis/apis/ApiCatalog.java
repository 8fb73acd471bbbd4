package dev.glis.apis;

import dev.glis.apis.usage.ResponseLogSettings;
import java.util.Optional;

/**
 * What the gateway needs to know of APIs, kept in memory and always current: a change is seen here
 * before its caller is answered.
 */
public interface ApiCatalog {
    /** Whether {@link #find} answers without reading the store. */
    boolean isKnown(String label);

    /**
     * The API of an address.
     *
     * @param label its ID or label, in lower case
     */
    Optional<ServedApi> find(String label);

    /** What of a stage's responses is logged; the usual for one that is not known. Never blocks. */
    ResponseLogSettings log(String apiId, String stage);
}
