package dev.glis.wire.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.apis.Api;
import dev.glis.apis.usage.ResponseFilter;
import dev.glis.apis.usage.ResponseLog;
import dev.glis.apis.usage.ResponsePage;
import dev.glis.apis.usage.ResponsePosition;
import dev.glis.apis.usage.ResponseQuery;
import dev.glis.apis.usage.Served;
import dev.glis.base.Clock;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * What an API answered, each response by itself: searched, or followed as a stream of JSON lines.
 */
final class ResponsePages {
    static final String PATH = "/_glis/apis/{api}/responses";

    private static final Duration USUAL_SPAN = Duration.ofHours(1);
    private static final int USUAL_COUNT = 100;
    private static final int LONGEST_MS = 3_600_000;

    private final ResponseLog log;
    private final FoundApis apis;
    private final Followers followers;
    private final Clock clock;

    ResponsePages(ResponseLog log, FoundApis apis, Followers followers, Clock clock) {
        this.log = log;
        this.apis = apis;
        this.followers = followers;
        this.clock = clock;
    }

    List<Page> pages() {
        return List.of(new Page("GET", PATH, 200, this::search));
    }

    private JsonNode search(AdminRequest request) {
        Api api = apis.require(request, "glis:GetApiResponses");
        Instant until = request.instant("until", clock.instant());
        String before = request.parameter("before");
        var query =
                new ResponseQuery(
                        api.accountId(),
                        api.apiId(),
                        filter(request),
                        request.instant("since", until.minus(USUAL_SPAN)),
                        before == null
                                ? ResponseQuery.until(until)
                                : ResponsePosition.parse(before),
                        request.count(
                                "limit", USUAL_COUNT, Limits.API_LOG_READ_RESPONSES.intValue()));
        ResponsePage page = log.search(query);
        var json = Json.object();
        var list = json.putArray("responses");
        page.responses().forEach(response -> list.add(json(response)));
        return page.next() == null ? json : json.put("next", page.next().toString());
    }

    /** Answers a request to follow until the client goes. Blocks. */
    void follow(AdminRequest request) {
        Api api = apis.require(request, "glis:GetApiResponses");
        followers.follow(
                request, new ResponseFeed(log, api.accountId(), api.apiId(), filter(request)));
    }

    private record ResponseFeed(
            ResponseLog log, String accountId, String apiId, ResponseFilter filter)
            implements Feed<Served> {
        @Override
        public String name() {
            return "the responses of " + apiId;
        }

        @Override
        public AutoCloseable follow(Predicate<Served> follower) {
            return log.follow(accountId, apiId, filter, follower);
        }

        @Override
        public List<Served> earlier(Instant from, Instant to) {
            var query =
                    new ResponseQuery(
                            accountId,
                            apiId,
                            filter,
                            from,
                            ResponseQuery.until(to),
                            Limits.API_LOG_READ_RESPONSES.intValue());
            return log.search(query).responses().reversed();
        }

        @Override
        public Object key(Served response) {
            return List.of(response.time(), response.requestId(), response.error());
        }

        @Override
        public JsonNode json(Served response) {
            return ResponsePages.json(response);
        }
    }

    private static ResponseFilter filter(AdminRequest request) {
        return new ResponseFilter(
                ApiUsagePages.statuses(request),
                request.parameter("stage"),
                request.parameter("route"),
                request.parameter("client"),
                request.parameter("method"),
                request.parameter("path"),
                request.parameter("request"),
                request.parameter("error"),
                request.parameter("ip"),
                request.parameter("slower") == null
                        ? 0
                        : TimeUnit.MILLISECONDS.toMicros(request.count("slower", 1, LONGEST_MS)));
    }

    private static ObjectNode json(Served response) {
        Served.Latency latency = response.latency();
        var json =
                Json.object()
                        .put("time", response.time().toString())
                        .put("requestId", response.requestId())
                        .put("stage", response.stage())
                        .put("route", response.route())
                        .put("client", response.clientId())
                        .put("sourceIp", response.sourceIp())
                        .put("method", response.method())
                        .put("path", response.path())
                        .put("status", response.status())
                        .put("requestBytes", response.requestBytes())
                        .put("responseBytes", response.responseBytes())
                        .put("totalUs", latency.totalUs())
                        .put("gatewayUs", latency.gatewayUs())
                        .put("waitUs", latency.waitUs())
                        .put("initialisationUs", latency.initialisationUs())
                        .put("backendUs", latency.backendUs())
                        .put("error", response.error());
        Served.Captured exchange = response.exchange();
        if (exchange != null) {
            json.put("requestHeaders", exchange.requestHeaders())
                    .put("request", new String(exchange.request(), StandardCharsets.UTF_8))
                    .put("responseHeaders", exchange.responseHeaders())
                    .put("response", new String(exchange.response(), StandardCharsets.UTF_8));
        }
        return json;
    }
}
