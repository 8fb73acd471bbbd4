package dev.glis.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.function.Function;

/** Who decides about requests to an API: {@code glis api authorizer ...}. */
final class ApiAuthorizerCommands {
    private static final Usage.Flag ISSUER =
            new Usage.Flag("--issuer", "URL", "whose JSON Web Tokens are let in");
    private static final Usage.Flag AUDIENCES =
            new Usage.Flag("--audience", "LIST", "of which a token must name one");
    private static final Usage.Flag FUNCTION =
            new Usage.Flag("--function", "NAME", "decides instead, or NAME:ALIAS");
    private static final Usage.Flag TTL =
            new Usage.Flag("--ttl", "SECONDS", "its verdict holds for (default: 300)");
    private static final Usage.Flag IDENTITY =
            new Usage.Flag(
                    "--identity",
                    "LIST",
                    "that it decides by: header.NAME, query.NAME (default: header.Authorization)");

    private static final Usage SET =
            new Usage(
                    "api authorizer",
                    "API NAME",
                    2,
                    2,
                    "Makes an authorizer, or replaces it. Routes name it by --authorizer NAME.",
                    ISSUER,
                    AUDIENCES,
                    FUNCTION,
                    TTL,
                    IDENTITY);
    private static final Usage REMOVE =
            new Usage("api unauthorizer", "API NAME", 2, 2, "Removes an authorizer.");

    private ApiAuthorizerCommands() {}

    static void register(Map<String, Function<Context, Command>> commands) {
        SimpleCommand.register(commands, SET, ApiAuthorizerCommands::set);
        SimpleCommand.register(commands, REMOVE, ApiAuthorizerCommands::remove);
    }

    private static void set(SimpleCommand command, Arguments arguments) {
        if (arguments.has(ISSUER) == arguments.has(FUNCTION)) {
            throw Failure.usage(
                    "say who decides: --issuer URL with --audience LIST, or --function NAME");
        }
        ObjectNode authorizer = Json.object();
        ApiCommands.put(authorizer, "issuer", arguments.value(ISSUER));
        ApiCommands.putList(authorizer, "audiences", arguments.value(AUDIENCES));
        ApiCommands.put(authorizer, "function", arguments.value(FUNCTION));
        ApiCommands.putNumber(authorizer, "ttlSeconds", arguments.number(TTL));
        ApiCommands.putList(authorizer, "identity", arguments.value(IDENTITY));
        ObjectNode settings = settings(command, arguments);
        settings.withObjectProperty("authorizers").set(arguments.required(1), authorizer);
        save(command, arguments, settings, "Set authorizer ");
    }

    private static void remove(SimpleCommand command, Arguments arguments) {
        ObjectNode settings = settings(command, arguments);
        String name = arguments.required(1);
        if (settings.withObjectProperty("authorizers").remove(name) == null) {
            throw new Failure("The API has no authorizer '" + name + "'");
        }
        save(command, arguments, settings, "Removed authorizer ");
    }

    private static ObjectNode settings(SimpleCommand command, Arguments arguments) {
        return (ObjectNode)
                command.call(arguments, "GET", ApiCommands.path(arguments), null).path("settings");
    }

    private static void save(
            SimpleCommand command, Arguments arguments, ObjectNode settings, String done) {
        String path = ApiCommands.path(arguments) + "/settings";
        command.call(arguments, "PUT", path, settings);
        command.terminal()
                .remark(
                        done
                                + arguments.required(1)
                                + "; have it served by: glis api deploy "
                                + arguments.required(0));
    }
}
