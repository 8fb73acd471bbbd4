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
        /**
         * An API of the account by its name or ID, else anybody's by what its address says; may
         * read the store.
         */
        Optional<PublishedApi> find(String accountId, String api);
    }
}
