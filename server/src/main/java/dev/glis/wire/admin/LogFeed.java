package dev.glis.wire.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glis.base.Limits;
import dev.glis.logs.Logs;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a function prints.
 *
 * @param requestId only this invocation's lines, or null for all
 */
record LogFeed(Logs logs, String group, @Nullable String requestId) implements Feed<Logs.Line> {
    @Override
    public String name() {
        return "the log of " + group;
    }

    @Override
    public AutoCloseable follow(Predicate<Logs.Line> follower) {
        return logs.follow(
                group,
                line ->
                        (requestId != null && !requestId.equals(line.requestId()))
                                || follower.test(line));
    }

    @Override
    public List<Logs.Line> earlier(Instant from, Instant to) {
        return logs.read(group, from, to, requestId, Limits.LOG_READ_LINES.intValue());
    }

    @Override
    public Object key(Logs.Line line) {
        return line;
    }

    @Override
    public JsonNode json(Logs.Line line) {
        return LogPages.json(line);
    }
}
