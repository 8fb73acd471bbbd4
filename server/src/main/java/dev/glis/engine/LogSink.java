package dev.glis.engine;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Where the engine puts what functions print, and its own START, END and REPORT lines. */
public interface LogSink {
    /**
     * Takes one line of the engine's own, or what {@link #printed} takes.
     *
     * @param instanceId which instance printed it
     * @param requestId the invocation it belongs to; null during initialisation, or when several
     *     invocations share the instance
     * @param text without line break
     * @return false when the sink wants its producer to slow down: the engine then stops reading
     *     that instance's output for a while
     */
    boolean line(
            Blueprint blueprint,
            String instanceId,
            @Nullable String requestId,
            Instant time,
            String text);

    /** Takes a line that a function printed. */
    default boolean printed(
            Blueprint blueprint,
            String instanceId,
            @Nullable String requestId,
            Instant time,
            String text) {
        return line(blueprint, instanceId, requestId, time, text);
    }
}
