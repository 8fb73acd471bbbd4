package dev.glis.apis.usage;

import dev.glis.base.Ids;
import java.time.Duration;
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
    /** A request gets its time and its ID one after the other. */
    private static final Duration ID_PRECISION = Duration.ofSeconds(1);

    /** All until a time, this included. */
    public static ResponsePosition until(Instant time) {
        return ResponsePosition.after(time);
    }

    /** The same search, in the time only that the ID of the wanted request tells. */
    ResponseQuery narrowed() {
        String requestId = filter.requestId();
        Instant made = requestId == null ? null : Ids.madeAt(requestId);
        if (made == null) {
            return this;
        }
        Instant first = made.minus(ID_PRECISION);
        ResponsePosition last = ResponsePosition.after(made.plus(ID_PRECISION));
        return new ResponseQuery(
                accountId,
                apiId,
                filter,
                first.isAfter(from) ? first : from,
                last.compareTo(before) < 0 ? last : before,
                most);
    }

    boolean wants(Served response) {
        return response.accountId().equals(accountId)
                && !response.time().isBefore(from)
                && ResponsePosition.of(response).compareTo(before) < 0
                && filter.matches(response);
    }
}
