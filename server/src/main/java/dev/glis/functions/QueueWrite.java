package dev.glis.functions;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One change of the queue's table. Made again, each changes nothing. */
sealed interface QueueWrite {
    /** A new event. */
    record Accept(QueuedEvent event) implements QueueWrite {}

    /** The function failed; the event is tried again later. */
    record Retry(String requestId, Instant dueAt, int attempts) implements QueueWrite {}

    /**
     * The event is at its end.
     *
     * @param followUp the event for its destination, accepted in its place; or null
     */
    record Finish(String requestId, @Nullable QueuedEvent followUp) implements QueueWrite {}

    /** How much memory it holds, roughly. */
    default int weightBytes() {
        return 500
                + switch (this) {
                    case Accept accept -> accept.event.payloadBytes();
                    case Retry _ -> 0;
                    case Finish finish ->
                            finish.followUp == null ? 0 : finish.followUp.payloadBytes();
                };
    }
}
