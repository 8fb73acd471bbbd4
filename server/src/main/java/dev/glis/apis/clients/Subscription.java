package dev.glis.apis.clients;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An application's use of an API, for those who manage it.
 *
 * @param accountId the consumer's
 * @param requestedBy the ARN of who asked for it
 * @param decided when its state last changed; null while it is pending
 * @param decidedBy the ARN of who changed it; null while it is pending
 */
public record Subscription(
        String clientId,
        String applicationName,
        String accountId,
        String apiId,
        String planId,
        String planName,
        String publisherAccountId,
        State state,
        Instant requested,
        String requestedBy,
        @Nullable Instant decided,
        @Nullable String decidedBy) {
    /** Whether the application's requests are answered. */
    public enum State {
        /** Waits for the publisher. */
        PENDING,
        ACTIVE,
        /** The publisher may let it go on. */
        SUSPENDED,
        /** For good; the consumer cannot subscribe again. */
        REVOKED
    }

    /** What a request needs of it. */
    public record Use(Plan plan, State state) {}
}
