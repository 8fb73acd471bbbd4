package dev.glis.logs;

import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads and follows logs; a log group is a function, by its unqualified ARN. */
public interface Logs {
    /**
     * Lines of a group in the order of their times.
     *
     * @param requestId only this invocation's, or null for all
     * @param most at most so many, the latest ones
     */
    List<Line> read(String group, Instant from, Instant to, @Nullable String requestId, int most);

    /**
     * Calls the follower for each new line, within 200 ms of its printing, until closed.
     *
     * @param follower returns false to be closed; must not block
     */
    AutoCloseable follow(String group, Predicate<Line> follower);

    /** Days for which a group's lines are kept; 7 unless set. */
    void retain(String group, int days);

    /** Removes a group with all its lines. */
    void delete(String group);

    /** One line. */
    record Line(
            Instant time,
            String version,
            String instanceId,
            @Nullable String requestId,
            String text) {}
}
