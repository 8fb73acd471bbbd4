package dev.glis.apis.usage;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A response that waits in memory. Secrets are still in it: only what {@link #cleaned} gives may be
 * stored or shown.
 *
 * @param redaction null where nothing is in it that may hold secrets
 */
record LoggedResponse(Served response, int retentionDays, @Nullable Redaction redaction) {
    private static final int OVERHEAD_BYTES = 400;

    Served cleaned() {
        return redaction == null ? response : redaction.clean(response);
    }

    Instant expires() {
        return response.time().plus(Duration.ofDays(retentionDays));
    }

    /** What it takes in memory, about. */
    long cost() {
        Served.Captured exchange = response.exchange();
        long messages =
                exchange == null
                        ? 0
                        : 2L * exchange.requestHeaders().length()
                                + exchange.request().length
                                + 2L * exchange.responseHeaders().length()
                                + exchange.response().length;
        return OVERHEAD_BYTES + response.path().length() + messages;
    }
}
