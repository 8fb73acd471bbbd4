package dev.glis.apis.usage;

import java.time.Instant;

/**
 * What is searched for in an API's response log.
 *
 * @param before only what is before this place
 * @param most so many at most, the newest
 */
public record ResponseQuery(
        String accountId,
        String apiId,
        ResponseFilter filter,
        Instant from,
        ResponsePosition before,
        int most) {
    /** All until a time, this included. */
    public static ResponsePosition until(Instant time) {
        return ResponsePosition.after(time);
    }

    boolean wants(Served response) {
        return response.accountId().equals(accountId)
                && !response.time().isBefore(from)
                && ResponsePosition.of(response).compareTo(before) < 0
                && filter.matches(response);
    }
}
