package dev.glis.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.function.Function;

/** Access keys: {@code glis key ...}. */
final class KeyCommands {
    static final Usage.Flag ACCOUNT =
            new Usage.Flag("--account", "ID", "in another account, for the operator");
    private static final Usage.Flag USER =
            new Usage.Flag("--user", "NAME", "of this user; without it, of the account's root");

    private static final Usage CREATE =
            new Usage(
                    "key create",
                    "",
                    0,
                    0,
                    "Makes a key and prints it with its secret, which is not shown again.",
                    USER,
                    ACCOUNT,
                    Usage.JSON);
    private static final Usage LIST =
            new Usage("key ls", "", 0, 0, "Lists keys.", ACCOUNT, Usage.JSON);
    private static final Usage REMOVE =
            new Usage("key rm", "ID", 1, 1, "Ends a key at once.", ACCOUNT);

    private KeyCommands() {}

    static void register(Map<String, Function<Context, Command>> commands) {
        SimpleCommand.register(commands, CREATE, KeyCommands::create);
        SimpleCommand.register(commands, LIST, KeyCommands::list);
        SimpleCommand.register(commands, REMOVE, KeyCommands::remove);
    }

    /** A key in the form of ~/.aws/credentials, so that it can be appended there. */
    static void printKey(Command command, JsonNode key, String profile) {
        command.terminal().print("[" + profile + "]");
        command.terminal().print("aws_access_key_id = " + key.path("accessKeyId").asText());
        command.terminal().print("aws_secret_access_key = " + key.path("secretAccessKey").asText());
    }

    static Map<String, String> account(Arguments arguments) {
        String account = arguments.value(ACCOUNT);
        return account == null ? Map.of() : Map.of("account", account);
    }

    private static void create(SimpleCommand command, Arguments arguments) {
        var body = Json.object();
        String user = arguments.value(USER);
        if (user != null) {
            body.put("userName", user);
        }
        JsonNode key = command.call(arguments, "POST", "/_glis/keys", account(arguments), body);
        if (!command.printedJson(arguments, key)) {
            printKey(command, key, user == null ? "root" : user);
        }
    }

    private static void list(SimpleCommand command, Arguments arguments) {
        JsonNode keys =
                command.call(arguments, "GET", "/_glis/keys", account(arguments), null)
                        .path("keys");
        if (!command.printedJson(arguments, keys)) {
            var table = new Table("KEY", "USER", "CREATED");
            for (JsonNode key : keys) {
                String user = key.path("userName").asText();
                table.row(
                        key.path("accessKeyId").asText(),
                        user.isEmpty() ? "(root)" : user,
                        key.path("created").asText());
            }
            table.print(command.terminal());
        }
    }

    private static void remove(SimpleCommand command, Arguments arguments) {
        String id = arguments.required(0);
        command.call(
                arguments, "DELETE", "/_glis/keys/" + Signer.encode(id), account(arguments), null);
        command.terminal().remark("Removed key " + id);
    }
}
