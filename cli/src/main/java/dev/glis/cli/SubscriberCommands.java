package dev.glis.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An API's subscribers, for its publisher: {@code glis api subscribers} and what goes with it. */
final class SubscriberCommands {
    private static final Usage.Flag PLAN = new Usage.Flag("--plan", "PLAN", "the new plan");

    private static final Usage LIST =
            new Usage(
                    "api subscribers",
                    "API",
                    1,
                    1,
                    "Lists the applications that are, want to be or were subscribed.",
                    Usage.JSON);
    private static final Usage APPROVE =
            new Usage(
                    "api approve",
                    "API CLIENT",
                    2,
                    2,
                    "Lets a client ID that waits, or was suspended, use the API.");
    private static final Usage SUSPEND =
            new Usage(
                    "api suspend",
                    "API CLIENT",
                    2,
                    2,
                    "Has a client's requests refused until 'glis api approve'.");
    private static final Usage REVOKE =
            new Usage(
                    "api revoke", "API CLIENT", 2, 2, "Has a client's requests refused for good.");
    private static final Usage ASSIGN =
            new Usage("api assign", "API CLIENT", 2, 2, "Puts a client under another plan.", PLAN);

    private SubscriberCommands() {}

    static void register(Map<String, Function<Context, Command>> commands) {
        add(commands, LIST, SubscriberCommands::list);
        add(commands, APPROVE, (command, arguments) -> decide(command, arguments, "active"));
        add(commands, SUSPEND, (command, arguments) -> decide(command, arguments, "suspended"));
        add(commands, REVOKE, (command, arguments) -> decide(command, arguments, "revoked"));
        add(commands, ASSIGN, SubscriberCommands::assign);
    }

    private static void add(
            Map<String, Function<Context, Command>> commands,
            Usage usage,
            SimpleCommand.Work work) {
        commands.put(usage.name(), context -> new SimpleCommand(context, usage, work));
    }

    private static void list(SimpleCommand command, Arguments arguments) {
        JsonNode subscribers =
                call(command, arguments, "GET", path(arguments), null).path("subscribers");
        if (!command.printedJson(arguments, subscribers)) {
            var table = new Table("CLIENT", "APP", "ACCOUNT", "PLAN", "STATE", "SINCE", "BY");
            for (JsonNode each : subscribers) {
                table.row(
                        each.path("clientId").asText(),
                        each.path("application").asText(),
                        each.path("accountId").asText(),
                        each.path("plan").asText(),
                        each.path("state").asText(),
                        each.path("decided").asText(each.path("requested").asText()),
                        each.path("decidedBy").asText(each.path("requestedBy").asText()));
            }
            table.print(command.terminal());
        }
    }

    private static void decide(SimpleCommand command, Arguments arguments, String state) {
        call(
                command,
                arguments,
                "PUT",
                client(arguments) + "/state",
                Json.object().put("state", state));
        command.terminal().remark("The subscription of " + arguments.required(1) + " is " + state);
    }

    private static void assign(SimpleCommand command, Arguments arguments) {
        String plan = arguments.value(PLAN);
        if (plan == null) {
            throw Failure.usage("'glis api assign' needs --plan PLAN");
        }
        call(
                command,
                arguments,
                "PUT",
                client(arguments) + "/plan",
                Json.object().put("plan", plan));
        command.terminal().remark(arguments.required(1) + " is under plan " + plan);
    }

    private static String path(Arguments arguments) {
        return "/_glis/apis/" + Signer.encode(arguments.required(0)) + "/subscribers";
    }

    private static String client(Arguments arguments) {
        return path(arguments) + "/" + Signer.encode(arguments.required(1));
    }

    private static JsonNode call(
            SimpleCommand command,
            Arguments arguments,
            String method,
            String path,
            @Nullable JsonNode body) {
        return command.api(arguments).call("glis", method, path, new HashMap<>(), body);
    }
}
