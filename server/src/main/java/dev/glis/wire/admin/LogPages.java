package dev.glis.wire.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.Clock;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import dev.glis.logs.Logs;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What functions printed: read as a list, or followed as a stream of JSON lines. */
final class LogPages {
    private static final Duration USUAL_SPAN = Duration.ofMinutes(10);

    private final Logs logs;
    private final Rights rights;
    private final String region;
    private final Clock clock;
    private final Followers followers;

    LogPages(Logs logs, Rights rights, Followers followers, String region, Clock clock) {
        this.logs = logs;
        this.rights = rights;
        this.followers = followers;
        this.region = region;
        this.clock = clock;
    }

    List<Page> pages() {
        return List.of(new Page("GET", "/_glis/functions/{function}/logs", 200, this::read));
    }

    private JsonNode read(AdminRequest request) {
        String group = group(request);
        rights.require(request, "glis:GetLogs", group);
        Instant to = request.instant("until", clock.instant());
        Instant from = request.instant("since", to.minus(USUAL_SPAN));
        int most =
                request.count(
                        "limit",
                        Limits.LOG_READ_LINES.intValue(),
                        Limits.LOG_READ_LINES.intValue());
        var list = Json.array();
        for (var line : logs.read(group, from, to, request.parameter("request"), most)) {
            list.add(json(line));
        }
        return Json.object().set("lines", list);
    }

    /** Answers a request to follow, from the given time on, until the client goes. Blocks. */
    void follow(AdminRequest request) {
        String group = group(request);
        rights.require(request, "glis:GetLogs", group);
        followers.follow(request, new LogFeed(logs, group, request.parameter("request")));
    }

    private String group(AdminRequest request) {
        return "arn:aws:lambda:"
                + region
                + ":"
                + request.principal().accountId()
                + ":function:"
                + request.variable("function");
    }

    static ObjectNode json(Logs.Line line) {
        return Json.object()
                .put("time", line.time().toString())
                .put("version", line.version())
                .put("instanceId", line.instanceId())
                .put("requestId", line.requestId())
                .put("text", line.text());
    }
}
