package dev.glis.wire.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.apis.Api;
import dev.glis.apis.usage.ApiUsage;
import dev.glis.apis.usage.StatusRange;
import dev.glis.apis.usage.UsageDimension;
import dev.glis.apis.usage.UsageQuery;
import dev.glis.apis.usage.UsageRow;
import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What an API answered, counted. */
final class ApiUsagePages {
    private static final Duration USUAL_SPAN = Duration.ofDays(1);
    private static final int LONGEST_STEP_SECONDS = 366 * 86_400;

    private final ApiUsage usage;
    private final FoundApis apis;
    private final Clock clock;

    ApiUsagePages(ApiUsage usage, FoundApis apis, Clock clock) {
        this.usage = usage;
        this.apis = apis;
        this.clock = clock;
    }

    List<Page> pages() {
        return List.of(new Page("GET", "/_glis/apis/{api}/usage", 200, this::read));
    }

    private JsonNode read(AdminRequest request) {
        Api api = apis.require(request, "glis:GetApiUsage");
        Instant to = request.instant("to", clock.instant().plusSeconds(1));
        var query =
                new UsageQuery(
                        api.accountId(),
                        api.apiId(),
                        request.parameter("stage"),
                        request.parameter("route"),
                        request.parameter("client"),
                        statuses(request),
                        request.instant("from", to.minus(USUAL_SPAN)),
                        to,
                        step(request),
                        dimensions(request));
        var list = Json.array();
        usage.query(query).forEach(row -> list.add(json(row)));
        return Json.object().set("usage", list);
    }

    static StatusRange statuses(AdminRequest request) {
        String status = request.parameter("status");
        return status == null ? StatusRange.ANY : StatusRange.parse(status);
    }

    private static Duration step(AdminRequest request) {
        return request.parameter("step") == null
                ? Duration.ZERO
                : Duration.ofSeconds(request.count("step", 1, LONGEST_STEP_SECONDS));
    }

    private static Set<UsageDimension> dimensions(AdminRequest request) {
        String by = request.parameter("by");
        var dimensions = EnumSet.noneOf(UsageDimension.class);
        for (String name : by == null ? new String[0] : by.split(",", -1)) {
            dimensions.add(dimension(name));
        }
        return dimensions;
    }

    private static UsageDimension dimension(String name) {
        for (UsageDimension dimension : UsageDimension.values()) {
            if (name(dimension).equals(name)) {
                return dimension;
            }
        }
        throw Fault.invalid(
                "by is '"
                        + name
                        + "' but must be some of "
                        + Arrays.stream(UsageDimension.values())
                                .map(ApiUsagePages::name)
                                .collect(Collectors.joining(", "))
                        + ", with commas between them");
    }

    private static String name(UsageDimension dimension) {
        return dimension.name().toLowerCase(Locale.ROOT);
    }

    private static ObjectNode json(UsageRow row) {
        var json = Json.object().put("time", row.time().toString());
        row.group().forEach((dimension, value) -> json.put(name(dimension), value));
        var latencies = row.latencies();
        return json.put("calls", row.calls())
                .put("clientErrors", row.clientErrors())
                .put("serverErrors", row.serverErrors())
                .put("requestBytes", row.requestBytes())
                .put("responseBytes", row.responseBytes())
                .put("p50Us", latencies.p50Us())
                .put("p95Us", latencies.p95Us())
                .put("p99Us", latencies.p99Us())
                .put("totalUs", latencies.totalUs())
                .put("gatewayUs", latencies.gatewayUs())
                .put("waitUs", latencies.waitUs())
                .put("initialisationUs", latencies.initialisationUs())
                .put("backendUs", latencies.backendUs());
    }
}
