package dev.glis.functions;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An accepted event.
 *
 * @param accountId the owner of the function
 * @param qualifier version or alias, or empty
 * @param acceptedAt its age counts from here
 * @param dueAt no attempt is made earlier
 * @param attempts how often the function was run for it, and failed
 * @param payload the event; null when it is to be read from the store
 */
record QueuedEvent(
        String requestId,
        String accountId,
        String functionArn,
        String qualifier,
        String invokedArn,
        @Nullable String clientContext,
        String traceHeader,
        Instant acceptedAt,
        Instant dueAt,
        int attempts,
        byte @Nullable [] payload) {

    QueuedEvent withoutPayload() {
        return new QueuedEvent(
                requestId,
                accountId,
                functionArn,
                qualifier,
                invokedArn,
                clientContext,
                traceHeader,
                acceptedAt,
                dueAt,
                attempts,
                null);
    }

    int payloadBytes() {
        return payload == null ? 0 : payload.length;
    }
}
