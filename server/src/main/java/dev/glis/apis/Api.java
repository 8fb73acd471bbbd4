package dev.glis.apis;

import java.time.Instant;

/**
 * An API.
 *
 * @param apiId ten lower-case letters and digits
 * @param name of its account's choice
 * @param label the first part of its host name
 */
public record Api(
        String apiId,
        String accountId,
        String name,
        String label,
        ApiSettings settings,
        Instant created,
        Instant modified) {
    /** The name under which policies know it. */
    public String arn(String region) {
        return "arn:aws:execute-api:" + region + ":" + accountId + ":" + apiId;
    }
}
