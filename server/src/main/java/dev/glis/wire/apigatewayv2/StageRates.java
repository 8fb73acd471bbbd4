package dev.glis.wire.apigatewayv2;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.apis.StageSettings;
import dev.glis.apis.clients.Rate;
import dev.glis.base.Fault;
import dev.glis.wire.Input;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What AWS sets for stages: variables, and how often routes may be called there. */
final class StageRates {
    private static final String RATE = "ThrottlingRateLimit";
    private static final String BURST = "ThrottlingBurstLimit";

    private StageRates() {}

    /** What becomes of settings; as in AWS, a variable with an empty value is removed. */
    static StageSettings settings(StageSettings before, Input input) {
        var variables = new TreeMap<>(before.variables());
        input.map("StageVariables")
                .forEach(
                        (name, value) -> {
                            if (value.isEmpty()) {
                                variables.remove(name);
                            } else {
                                variables.put(name, value);
                            }
                        });
        var rates = new TreeMap<>(before.routeRates());
        Input byRoute = input.structure("RouteSettings");
        for (Map.Entry<String, ?> each : byRoute.values().properties()) {
            String key = each.getKey();
            Rate rate = rate(before.routeRates().get(key), byRoute.structure(key));
            if (rate != null) {
                rates.put(key, rate);
            }
        }
        return new StageSettings(
                variables, rate(before.rate(), input.structure("DefaultRouteSettings")), rates);
    }

    static StageSettings without(StageSettings before, String routeKey) {
        var rates = new TreeMap<>(before.routeRates());
        if (rates.remove(routeKey) == null) {
            throw Fault.notFound("There are no settings of the route " + routeKey);
        }
        return new StageSettings(before.variables(), before.rate(), rates);
    }

    private static @Nullable Rate rate(@Nullable Rate before, Input settings) {
        if (!settings.has(RATE) && !settings.has(BURST)) {
            return before;
        }
        if (!settings.has(RATE) && before == null) {
            throw Fault.invalid(BURST + " needs a " + RATE + " beside it");
        }
        double perSecond =
                settings.has(RATE) || before == null
                        ? settings.values().path(RATE).asDouble()
                        : before.perSecond();
        long usualBurst =
                before == null ? Math.max(1, (long) Math.ceil(perSecond)) : before.burst();
        return new Rate(perSecond, settings.integer(BURST).orElse((int) usualBurst));
    }

    static void put(ObjectNode json, StageSettings settings) {
        put(json.putObject("defaultRouteSettings"), settings.rate());
        ObjectNode byRoute = json.putObject("routeSettings");
        new TreeMap<>(settings.routeRates())
                .forEach((key, rate) -> put(byRoute.putObject(key), rate));
        new TreeMap<>(settings.variables()).forEach(json.putObject("stageVariables")::put);
    }

    private static void put(ObjectNode json, @Nullable Rate rate) {
        json.put("detailedMetricsEnabled", true);
        if (rate != null) {
            json.put("throttlingRateLimit", rate.perSecond());
            json.put("throttlingBurstLimit", rate.burst());
        }
    }
}
