package dev.glis.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.function.Function;

/** Applications, which call APIs: {@code glis app ...}. */
final class AppCommands {
    private static final Usage.Flag OVERLAP =
            new Usage.Flag(
                    "--overlap", "TIME", "the older secret ends after this, such as 30m, 12h, 7d");
    private static final Usage.Flag PLAN =
            new Usage.Flag("--plan", "PLAN", "of the API's publisher");
    private static final Usage.Flag TERMS =
            new Usage.Flag("--accept-terms", "VERSION", "of the API, as 'glis api offer' shows");

    private static final Usage CREATE =
            new Usage(
                    "app create",
                    "NAME",
                    1,
                    1,
                    "Makes an application and prints its client ID and secret, which is not shown"
                            + " again.",
                    Usage.JSON);
    private static final Usage LIST =
            new Usage("app list", "", 0, 0, "Lists applications.", Usage.JSON);
    private static final Usage SHOW =
            new Usage(
                    "app show",
                    "APP",
                    1,
                    1,
                    "Shows an application's secrets, but not what they are, and subscriptions.",
                    Usage.JSON);
    private static final Usage ROTATE =
            new Usage(
                    "app rotate",
                    "APP",
                    1,
                    1,
                    "Makes a second secret and prints it; both are accepted until the older one"
                            + " ends or 'glis app drop-secret' removes it.",
                    OVERLAP,
                    Usage.JSON);
    private static final Usage DROP_SECRET =
            new Usage("app drop-secret", "APP SECRET", 2, 2, "Ends a secret, by its ID, at once.");
    private static final Usage SUSPEND =
            new Usage("app suspend", "APP", 1, 1, "Has all its requests refused.");
    private static final Usage RESUME =
            new Usage(
                    "app resume", "APP", 1, 1, "Has a suspended application's requests answered.");
    private static final Usage REMOVE =
            new Usage(
                    "app rm",
                    "APP",
                    1,
                    1,
                    "Removes an application with its secrets and subscriptions.");
    private static final Usage SUBSCRIBE =
            new Usage(
                    "app subscribe",
                    "APP API",
                    2,
                    2,
                    "Lets an application use an API under one of its publisher's plans; another"
                            + " account's publisher has to approve it first.",
                    PLAN,
                    TERMS,
                    Usage.JSON);
    private static final Usage UNSUBSCRIBE =
            new Usage("app unsubscribe", "APP API", 2, 2, "Ends an application's use of an API.");

    private AppCommands() {}

    static void register(Map<String, Function<Context, Command>> commands) {
        SimpleCommand.register(commands, CREATE, AppCommands::create);
        SimpleCommand.register(commands, LIST, AppCommands::list);
        SimpleCommand.register(commands, SHOW, AppCommands::show);
        SimpleCommand.register(commands, ROTATE, AppCommands::rotate);
        SimpleCommand.register(commands, DROP_SECRET, AppCommands::dropSecret);
        SimpleCommand.register(
                commands,
                SUSPEND,
                (command, arguments) -> setState(command, arguments, "suspended"));
        SimpleCommand.register(
                commands, RESUME, (command, arguments) -> setState(command, arguments, "active"));
        SimpleCommand.register(commands, REMOVE, AppCommands::remove);
        SimpleCommand.register(commands, SUBSCRIBE, AppCommands::subscribe);
        SimpleCommand.register(commands, UNSUBSCRIBE, AppCommands::unsubscribe);
    }

    private static void create(SimpleCommand command, Arguments arguments) {
        JsonNode made =
                command.call(
                        arguments,
                        "POST",
                        "/_glis/applications",
                        Json.object().put("name", arguments.required(0)));
        printSecret(command, arguments, made);
    }

    private static void rotate(SimpleCommand command, Arguments arguments) {
        ObjectNode body = Json.object();
        String overlap = arguments.value(OVERLAP);
        if (overlap != null) {
            body.put("overlapMs", Moments.span(overlap).toMillis());
        }
        JsonNode made = command.call(arguments, "POST", path(arguments) + "/secrets", body);
        printSecret(command, arguments, made);
    }

    /** On standard output what a program wants, on standard error what a person should know. */
    private static void printSecret(SimpleCommand command, Arguments arguments, JsonNode made) {
        if (!command.printedJson(arguments, made)) {
            command.terminal().print("client_id = " + made.path("clientId").asText());
            command.terminal().print("client_secret = " + made.path("secret").asText());
        }
        command.terminal()
                .remark(
                        "Keep the secret ("
                                + made.path("secretId").asText()
                                + ") now; it is not shown again");
    }

    private static void list(SimpleCommand command, Arguments arguments) {
        JsonNode applications =
                command.call(arguments, "GET", "/_glis/applications", null).path("applications");
        if (!command.printedJson(arguments, applications)) {
            var table = new Table("APP", "CLIENT ID", "STATE", "SECRETS", "CREATED");
            for (JsonNode each : applications) {
                table.row(
                        each.path("name").asText(),
                        each.path("clientId").asText(),
                        each.path("state").asText(),
                        Integer.toString(each.path("secrets").size()),
                        each.path("created").asText());
            }
            table.print(command.terminal());
        }
    }

    private static void show(SimpleCommand command, Arguments arguments) {
        JsonNode application = command.call(arguments, "GET", path(arguments), null);
        if (command.printedJson(arguments, application)) {
            return;
        }
        new Table("APP", "CLIENT ID", "STATE", "CREATED")
                .row(
                        application.path("name").asText(),
                        application.path("clientId").asText(),
                        application.path("state").asText(),
                        application.path("created").asText())
                .print(command.terminal());
        command.terminal().print("");
        var secrets = new Table("SECRET", "CREATED", "EXPIRES");
        for (JsonNode each : application.path("secrets")) {
            secrets.row(
                    each.path("secretId").asText(),
                    each.path("created").asText(),
                    each.path("expires").asText("-"));
        }
        secrets.print(command.terminal());
        command.terminal().print("");
        var subscriptions = new Table("API", "PLAN", "STATE", "SINCE");
        for (JsonNode each : application.path("subscriptions")) {
            subscriptions.row(
                    each.path("apiId").asText(),
                    each.path("plan").asText(),
                    each.path("state").asText(),
                    each.path("decided").asText(each.path("requested").asText()));
        }
        subscriptions.print(command.terminal());
    }

    private static void dropSecret(SimpleCommand command, Arguments arguments) {
        String secret = arguments.required(1);
        command.call(
                arguments, "DELETE", path(arguments) + "/secrets/" + Signer.encode(secret), null);
        command.terminal().remark("Removed secret " + secret);
    }

    private static void setState(SimpleCommand command, Arguments arguments, String state) {
        command.call(
                arguments, "PUT", path(arguments) + "/state", Json.object().put("state", state));
        command.terminal().remark("Application " + arguments.required(0) + " is " + state);
    }

    private static void remove(SimpleCommand command, Arguments arguments) {
        command.call(arguments, "DELETE", path(arguments), null);
        command.terminal().remark("Removed application " + arguments.required(0));
    }

    private static void subscribe(SimpleCommand command, Arguments arguments) {
        String plan = arguments.value(PLAN);
        if (plan == null) {
            throw Failure.usage("'glis app subscribe' needs --plan PLAN");
        }
        ObjectNode body =
                Json.object()
                        .put("application", arguments.required(0))
                        .put("api", arguments.required(1))
                        .put("plan", plan);
        String terms = arguments.value(TERMS);
        if (terms != null) {
            body.put("acceptTerms", terms);
        }
        JsonNode made = command.call(arguments, "POST", "/_glis/subscriptions", body);
        if (!command.printedJson(arguments, made)) {
            command.terminal()
                    .remark(
                            made.path("state").asText().equals("pending")
                                    ? "The subscription waits for the publisher's approval"
                                    : "The subscription is active");
        }
    }

    private static void unsubscribe(SimpleCommand command, Arguments arguments) {
        command.call(
                arguments,
                "DELETE",
                "/_glis/subscriptions/"
                        + Signer.encode(arguments.required(1))
                        + "/"
                        + Signer.encode(arguments.required(0)),
                null);
        command.terminal().remark("Ended the subscription to " + arguments.required(1));
    }

    private static String path(Arguments arguments) {
        return "/_glis/applications/" + Signer.encode(arguments.required(0));
    }
}
