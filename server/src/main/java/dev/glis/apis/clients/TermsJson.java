package dev.glis.apis.clients;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The limits of a plan as JSON, in the store as for users: {@code {"rate": {"perSecond": 10,
 * "burst": 20}, "quota": {"requests": 10000, "period": "month"}, "routes": {"POST /orders":
 * {"perSecond": 0.5, "burst": 2}}}}, each part optional.
 */
public final class TermsJson {
    private static final double LEAST_PER_SECOND = 0.0001;

    private TermsJson() {}

    public static ObjectNode write(Plan.Terms terms) {
        var json = Json.object();
        Rate rate = terms.rate();
        if (rate != null) {
            json.set("rate", write(rate));
        }
        Quota quota = terms.quota();
        if (quota != null) {
            json.putObject("quota")
                    .put("requests", quota.requests())
                    .put("period", quota.period().name().toLowerCase(Locale.ROOT));
        }
        if (!terms.routes().isEmpty()) {
            ObjectNode routes = json.putObject("routes");
            new TreeMap<>(terms.routes()).forEach((key, each) -> routes.set(key, write(each)));
        }
        return json;
    }

    /**
     * Reads and checks.
     *
     * @throws Fault INVALID, naming the mistake
     */
    public static Plan.Terms read(JsonNode json) {
        requireOnly(json, "A plan's limits", Set.of("rate", "quota", "routes"));
        return new Plan.Terms(
                json.hasNonNull("rate") ? rate(json.get("rate"), "rate") : null,
                json.hasNonNull("quota") ? quota(json.get("quota")) : null,
                routes(json.get("routes")));
    }

    private static ObjectNode write(Rate rate) {
        return Json.object().put("perSecond", rate.perSecond()).put("burst", rate.burst());
    }

    private static Rate rate(JsonNode json, String name) {
        requireOnly(json, name, Set.of("perSecond", "burst"));
        JsonNode perSecond = json.path("perSecond");
        double most = Limits.RATE_PER_SECOND.value();
        if (!perSecond.isNumber()
                || perSecond.doubleValue() < LEAST_PER_SECOND
                || perSecond.doubleValue() > most) {
            throw Fault.invalid(
                    name
                            + ".perSecond must be a number from 0.0001 to "
                            + Limits.RATE_PER_SECOND.value());
        }
        long usual = Math.max(1, (long) Math.ceil(perSecond.doubleValue()));
        long burst =
                json.has("burst") ? whole(json, "burst", name, Limits.RATE_BURST.value()) : usual;
        return new Rate(perSecond.doubleValue(), burst);
    }

    private static Quota quota(JsonNode json) {
        requireOnly(json, "quota", Set.of("requests", "period"));
        return new Quota(
                whole(json, "requests", "quota", Limits.QUOTA_REQUESTS.value()),
                period(json.path("period").asText()));
    }

    private static Quota.Period period(String text) {
        return switch (text) {
            case "day" -> Quota.Period.DAY;
            case "week" -> Quota.Period.WEEK;
            case "month" -> Quota.Period.MONTH;
            default -> throw Fault.invalid("quota.period must be day, week or month");
        };
    }

    private static Map<String, Rate> routes(@Nullable JsonNode json) {
        var routes = new TreeMap<String, Rate>();
        if (json == null || json.isNull()) {
            return routes;
        }
        if (!json.isObject() || json.size() > Limits.PLAN_ROUTES.value()) {
            throw Fault.invalid(
                    "routes must be an object of at most "
                            + Limits.PLAN_ROUTES.value()
                            + " limits by the route's key");
        }
        json.properties()
                .forEach(
                        route ->
                                routes.put(
                                        route.getKey(),
                                        rate(route.getValue(), "routes." + route.getKey())));
        return routes;
    }

    private static long whole(JsonNode json, String field, String of, long most) {
        JsonNode value = json.path(field);
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < 1
                || value.longValue() > most) {
            throw Fault.invalid(of + "." + field + " must be a whole number from 1 to " + most);
        }
        return value.longValue();
    }

    static void requireOnly(JsonNode json, String what, Set<String> fields) {
        if (!json.isObject()) {
            throw Fault.invalid(what + " must be a JSON object");
        }
        json.fieldNames()
                .forEachRemaining(
                        field -> {
                            if (!fields.contains(field)) {
                                throw Fault.invalid(
                                        what
                                                + " must not have '"
                                                + field
                                                + "'; it takes "
                                                + fields);
                            }
                        });
    }
}
