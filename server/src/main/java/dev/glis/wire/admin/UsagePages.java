package dev.glis.wire.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glis.base.Clock;
import dev.glis.base.Json;
import dev.glis.meter.Meter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What an account's functions used. */
final class UsagePages {
    private static final Duration USUAL_SPAN = Duration.ofDays(30);

    private final Meter meter;
    private final Rights rights;
    private final Clock clock;

    UsagePages(Meter meter, Rights rights, Clock clock) {
        this.meter = meter;
        this.rights = rights;
        this.clock = clock;
    }

    List<Page> pages() {
        return List.of(new Page("GET", "/_glis/usage", 200, this::usage));
    }

    private JsonNode usage(AdminRequest request) {
        String account = rights.account(request);
        if (account.equals(request.principal().accountId())) {
            rights.require(request, "glis:GetUsage", "*");
        }
        Instant to = request.instant("to", clock.instant());
        Instant from = request.instant("from", to.minus(USUAL_SPAN));
        var list = Json.array();
        for (var usage : meter.usage(account, request.parameter("resource"), from, to)) {
            list.addObject()
                    .put("resource", usage.resource())
                    .put("metric", usage.metric().name())
                    .put("hour", usage.hour().toString())
                    .put("quantity", usage.quantity());
        }
        return Json.object().set("usage", list);
    }
}
