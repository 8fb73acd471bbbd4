package dev.glis.apis;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An API.
 *
 * @param apiId ten lower-case letters and digits
 * @param name of its account's choice
 * @param label the first part of its host name
 * @param selection of a WebSocket API, the part of a message that names its route; null for an HTTP
 *     API
 */
public record Api(
        String apiId,
        String accountId,
        String name,
        String label,
        ApiSettings settings,
        Instant created,
        Instant modified,
        @Nullable String selection) {
    /** An HTTP API. */
    public Api(
            String apiId,
            String accountId,
            String name,
            String label,
            ApiSettings settings,
            Instant created,
            Instant modified) {
        this(apiId, accountId, name, label, settings, created, modified, null);
    }

    /** Whether its clients speak WebSocket. */
    public boolean isWebSocket() {
        return selection != null;
    }

    /** The same API with other settings. */
    public Api with(ApiSettings changed, Instant changedAt) {
        return new Api(apiId, accountId, name, label, changed, created, changedAt, selection);
    }

    /** The name under which policies know it. */
    public String arn(String region) {
        return "arn:aws:execute-api:" + region + ":" + accountId + ":" + apiId;
    }
}
