package dev.glis.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.function.Function;

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

    private static final Usage.Flag AUDIENCE =
            new Usage.Flag("--with", "WHOM", "nobody, everybody, or accounts: ID,ID");
    private static final Usage.Flag PLANS =
            new Usage.Flag("--plans", "LIST", "plans that other accounts may choose");
    private static final Usage.Flag AUTOMATIC =
            new Usage.Flag("--automatic", "", "subscriptions need no approval");
    private static final Usage.Flag TERMS =
            new Usage.Flag("--terms", "@FILE", "what subscribers must accept; a text, or a file's");
    private static final Usage.Flag TERMS_VERSION =
            new Usage.Flag("--terms-version", "VERSION", "of these terms");

    private static final Usage SHARE =
            new Usage(
                    "api share",
                    "API",
                    1,
                    1,
                    "Shares an API with other accounts, in place of how it was shared; the"
                            + " subscriptions of accounts that are left out are suspended at once.",
                    AUDIENCE,
                    PLANS,
                    AUTOMATIC,
                    TERMS,
                    TERMS_VERSION);
    private static final Usage OFFER =
            new Usage(
                    "api offer",
                    "API",
                    1,
                    1,
                    "Shows, as JSON, how an API is shared, with its terms: one's own, or that of"
                            + " another account by the first part of its address.");
    private static final Usage PORTAL =
            new Usage(
                    "api portal",
                    "",
                    0,
                    0,
                    "Prints the address of the portal, where people find the APIs that are shared"
                            + " with them, in a browser.");

    private SubscriberCommands() {}

    static void register(Map<String, Function<Context, Command>> commands) {
        SimpleCommand.register(commands, SHARE, SubscriberCommands::share);
        SimpleCommand.register(commands, OFFER, SubscriberCommands::offer);
        SimpleCommand.register(commands, LIST, SubscriberCommands::list);
        SimpleCommand.register(
                commands, APPROVE, (command, arguments) -> decide(command, arguments, "active"));
        SimpleCommand.register(
                commands, SUSPEND, (command, arguments) -> decide(command, arguments, "suspended"));
        SimpleCommand.register(
                commands, REVOKE, (command, arguments) -> decide(command, arguments, "revoked"));
        SimpleCommand.register(commands, ASSIGN, SubscriberCommands::assign);
        SimpleCommand.register(commands, PORTAL, SubscriberCommands::portal);
    }

    private static void portal(SimpleCommand command, Arguments arguments) {
        String address =
                command.call(arguments, "GET", "/_glis/status", null).path("portal").asText();
        if (address.equals("none")) {
            throw new Failure("This cloud has no portal: its setting portal-host is none");
        }
        command.terminal().print(address);
    }

    private static void share(SimpleCommand command, Arguments arguments) {
        String whom = arguments.value(AUDIENCE);
        if (whom == null) {
            throw Failure.usage("'glis api share' needs --with nobody, everybody or ID,ID");
        }
        ObjectNode body = Json.object();
        switch (whom) {
            case "nobody" -> body.put("audience", "private");
            case "everybody" -> body.put("audience", "public");
            default -> addAll(body.put("audience", "named").putArray("accounts"), whom);
        }
        String plans = arguments.value(PLANS);
        if (plans != null) {
            addAll(body.putArray("plans"), plans);
        }
        body.put("approval", arguments.has(AUTOMATIC) ? "automatic" : "publisher");
        String terms = arguments.value(TERMS);
        if (terms != null) {
            body.putObject("terms")
                    .put("version", arguments.value(TERMS_VERSION, "1"))
                    .put("text", text(command, terms));
        }
        command.call(arguments, "PUT", offerPath(arguments), body);
        command.terminal().remark("Shared " + arguments.required(0) + " with " + whom);
    }

    private static void addAll(ArrayNode array, String list) {
        for (String each : list.split(",", -1)) {
            array.add(each.strip());
        }
    }

    private static String text(SimpleCommand command, String typed) {
        try {
            return typed.startsWith("@")
                    ? Files.readString(command.context().path(typed.substring(1)))
                    : typed;
        } catch (IOException e) {
            throw new Failure("Reading the terms from " + typed + " failed: " + e, e);
        }
    }

    private static void offer(SimpleCommand command, Arguments arguments) {
        JsonNode offer = command.call(arguments, "GET", offerPath(arguments), null);
        command.terminal().print(Json.pretty(offer));
    }

    private static String offerPath(Arguments arguments) {
        return "/_glis/apis/" + Signer.encode(arguments.required(0)) + "/offer";
    }

    private static void list(SimpleCommand command, Arguments arguments) {
        JsonNode subscribers =
                command.call(arguments, "GET", path(arguments), null).path("subscribers");
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
        command.call(
                arguments, "PUT", client(arguments) + "/state", Json.object().put("state", state));
        command.terminal().remark("The subscription of " + arguments.required(1) + " is " + state);
    }

    private static void assign(SimpleCommand command, Arguments arguments) {
        String plan = arguments.value(PLAN);
        if (plan == null) {
            throw Failure.usage("'glis api assign' needs --plan PLAN");
        }
        command.call(
                arguments, "PUT", client(arguments) + "/plan", Json.object().put("plan", plan));
        command.terminal().remark(arguments.required(1) + " is under plan " + plan);
    }

    private static String path(Arguments arguments) {
        return "/_glis/apis/" + Signer.encode(arguments.required(0)) + "/subscribers";
    }

    private static String client(Arguments arguments) {
        return path(arguments) + "/" + Signer.encode(arguments.required(1));
    }
}
