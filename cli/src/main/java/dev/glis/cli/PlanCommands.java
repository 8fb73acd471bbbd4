package dev.glis.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.function.Function;

/** Plans, which limit the subscribers of APIs: {@code glis plan ...}. */
final class PlanCommands {
    private static final Usage.Flag RATE =
            new Usage.Flag("--rate", "N[:BURST]", "requests a second of each client and API");
    private static final Usage.Flag QUOTA =
            new Usage.Flag("--quota", "N/PERIOD", "requests in a day, week or month (UTC)");
    private static final Usage.Flag ROUTE =
            new Usage.Flag(
                    "--route",
                    "ROUTE=N[:BURST]",
                    "requests a second to one route, such as 'POST /orders=0.5:2'; may be repeated");

    private static final Usage CREATE =
            new Usage(
                    "plan create",
                    "NAME",
                    1,
                    1,
                    "Makes a plan; a limit that no flag names is not there.",
                    RATE,
                    QUOTA,
                    ROUTE,
                    Usage.JSON);
    private static final Usage SET =
            new Usage(
                    "plan set",
                    "PLAN",
                    1,
                    1,
                    "Replaces all limits of a plan, for its subscribers too.",
                    RATE,
                    QUOTA,
                    ROUTE,
                    Usage.JSON);
    private static final Usage LIST = new Usage("plan list", "", 0, 0, "Lists plans.", Usage.JSON);
    private static final Usage REMOVE =
            new Usage("plan rm", "PLAN", 1, 1, "Removes a plan that has no subscriptions.");

    private PlanCommands() {}

    static void register(Map<String, Function<Context, Command>> commands) {
        SimpleCommand.register(commands, CREATE, PlanCommands::create);
        SimpleCommand.register(commands, SET, PlanCommands::set);
        SimpleCommand.register(commands, LIST, PlanCommands::list);
        SimpleCommand.register(commands, REMOVE, PlanCommands::remove);
    }

    private static void create(SimpleCommand command, Arguments arguments) {
        ObjectNode body = Json.object().put("name", arguments.required(0));
        body.set("limits", limits(arguments));
        JsonNode plan = command.call(arguments, "POST", "/_glis/plans", body);
        if (!command.printedJson(arguments, plan)) {
            command.terminal().remark("Made plan " + plan.path("name").asText());
        }
    }

    private static void set(SimpleCommand command, Arguments arguments) {
        JsonNode plan =
                command.call(arguments, "PUT", path(arguments) + "/limits", limits(arguments));
        if (!command.printedJson(arguments, plan)) {
            command.terminal().remark("Changed plan " + plan.path("name").asText());
        }
    }

    private static ObjectNode limits(Arguments arguments) {
        ObjectNode limits = Json.object();
        String rate = arguments.value(RATE);
        if (rate != null) {
            limits.set("rate", Rates.parse(RATE, rate));
        }
        String quota = arguments.value(QUOTA);
        if (quota != null) {
            limits.set("quota", quota(quota));
        }
        ObjectNode routes = Json.object();
        for (String route : arguments.values(ROUTE)) {
            int equals = route.lastIndexOf('=');
            if (equals <= 0) {
                throw Failure.usage("--route is '" + route + "' but must be such as 'GET /a=10'");
            }
            routes.set(route.substring(0, equals), Rates.parse(ROUTE, route.substring(equals + 1)));
        }
        if (!routes.isEmpty()) {
            limits.set("routes", routes);
        }
        return limits;
    }

    private static ObjectNode quota(String typed) {
        int slash = typed.indexOf('/');
        try {
            return Json.object()
                    .put("requests", Long.parseLong(typed.substring(0, Math.max(slash, 0))))
                    .put("period", typed.substring(slash + 1));
        } catch (NumberFormatException e) {
            throw Failure.usage("--quota is '" + typed + "' but must be such as 10000/month");
        }
    }

    private static void list(SimpleCommand command, Arguments arguments) {
        JsonNode plans = command.call(arguments, "GET", "/_glis/plans", null).path("plans");
        if (!command.printedJson(arguments, plans)) {
            var table = new Table("PLAN", "RATE", "QUOTA", "ROUTES", "ID");
            for (JsonNode plan : plans) {
                JsonNode limits = plan.path("limits");
                table.row(
                        plan.path("name").asText(),
                        shownRate(limits.path("rate")),
                        shownQuota(limits.path("quota")),
                        Integer.toString(limits.path("routes").size()),
                        plan.path("planId").asText());
            }
            table.print(command.terminal());
        }
    }

    private static String shownRate(JsonNode rate) {
        return rate.isMissingNode()
                ? "-"
                : rate.path("perSecond").asText() + "/s, burst " + rate.path("burst").asText();
    }

    private static String shownQuota(JsonNode quota) {
        return quota.isMissingNode()
                ? "-"
                : quota.path("requests").asText() + "/" + quota.path("period").asText();
    }

    private static void remove(SimpleCommand command, Arguments arguments) {
        command.call(arguments, "DELETE", path(arguments), null);
        command.terminal().remark("Removed plan " + arguments.required(0));
    }

    private static String path(Arguments arguments) {
        return "/_glis/plans/" + Signer.encode(arguments.required(0));
    }
}
