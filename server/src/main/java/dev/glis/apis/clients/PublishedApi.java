package dev.glis.apis.clients;

import java.util.Optional;

/**
 * An API as those who subscribe to it see it.
 *
 * @param accountId the publisher's
 */
public record PublishedApi(String apiId, String accountId, String name) {
    /** Finds APIs. */
    public interface Directory {
        /** The API of this ID; may read the store. */
        Optional<PublishedApi> find(String apiId);
    }
}
