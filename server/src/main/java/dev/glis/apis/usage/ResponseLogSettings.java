package dev.glis.apis.usage;

import dev.glis.base.Fault;
import dev.glis.base.Limits;
import java.util.Set;

/**
 * What of a stage's responses is logged.
 *
 * @param fraction of responses that are logged, from 0 to 1
 * @param allErrors whether those of 4xx and 5xx are logged regardless of the fraction
 * @param retentionDays for how long; what was logged before keeps its time when this changes
 * @param bodyBytes how much of each body is kept, with all headers; 0 for neither
 * @param secretNames of headers, query parameters and fields of bodies that are redacted besides
 *     the usual ones; case does not matter
 */
public record ResponseLogSettings(
        double fraction,
        boolean allErrors,
        int retentionDays,
        int bodyBytes,
        Set<String> secretNames) {
    /** All responses, without bodies, for a week. */
    public static final ResponseLogSettings USUAL =
            new ResponseLogSettings(1, true, Limits.LOG_RETENTION_DAYS.intValue(), 0, Set.of());

    private static final int FIRST_ERROR = 400;

    /** Where a stage's settings are found. */
    public interface Source {
        /** Called once for each response, by any thread; must not block. */
        ResponseLogSettings of(String accountId, String apiId, String stage);
    }

    public ResponseLogSettings {
        if (!(fraction >= 0 && fraction <= 1)) {
            throw Fault.invalid(
                    "The fraction of responses that are logged must be from 0 to 1, not "
                            + fraction);
        }
        requireWithin(
                "Responses can be kept for", retentionDays, 1, Limits.LOG_RETENTION_MOST_DAYS);
        requireWithin("The bytes kept of a body can be", bodyBytes, 0, Limits.API_LOG_BODY_BYTES);
        secretNames = Set.copyOf(secretNames);
    }

    private static void requireWithin(String what, int value, int least, Limits.Limit most) {
        if (value < least || value > most.value()) {
            throw Fault.invalid(what + " " + least + " to " + most.value() + ", not " + value);
        }
    }

    /** Whether this response is logged. */
    boolean logs(Served response) {
        return fraction >= 1
                || (allErrors && response.status() >= FIRST_ERROR)
                || chance(response.requestId()) < fraction;
    }

    /** From 0 to 1, spread evenly over requests; the same for a request wherever it is asked. */
    private static double chance(String requestId) {
        int mixed = requestId.hashCode() * 0x9E3779B9;
        mixed = (mixed ^ (mixed >>> 15)) * 0x85EBCA6B;
        return (mixed >>> 1) / (double) Integer.MAX_VALUE;
    }
}
