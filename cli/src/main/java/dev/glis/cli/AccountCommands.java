package dev.glis.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.function.Function;

/** Tenants and their quotas: {@code glis account ...}. */
final class AccountCommands {
    private static final Usage.Flag CONCURRENCY =
            new Usage.Flag("--concurrency", "N", "set how many invocations may run at once");
    private static final Usage.Flag CODE_STORAGE =
            new Usage.Flag("--code-storage-mb", "N", "set how much code may be stored");

    private AccountCommands() {}

    static void register(Map<String, Function<Context, Command>> commands) {
        SimpleCommand.register(commands, CREATE, AccountCommands::create);
        SimpleCommand.register(commands, LIST, AccountCommands::list);
        SimpleCommand.register(commands, REMOVE, AccountCommands::remove);
        SimpleCommand.register(commands, QUOTA, AccountCommands::quota);
    }

    private static final Usage CREATE =
            new Usage(
                    "account create",
                    "NAME",
                    1,
                    1,
                    "Makes a tenant and prints its root key, which is not shown again.",
                    Usage.JSON);
    private static final Usage LIST =
            new Usage("account ls", "", 0, 0, "Lists tenants.", Usage.JSON);
    private static final Usage REMOVE =
            new Usage("account rm", "ID", 1, 1, "Removes a tenant that has no functions.");
    private static final Usage QUOTA =
            new Usage(
                    "account quota",
                    "ID",
                    1,
                    1,
                    "Shows a tenant's quotas, after changing those that flags name.",
                    CONCURRENCY,
                    CODE_STORAGE,
                    Usage.JSON);

    private static void create(SimpleCommand command, Arguments arguments) {
        JsonNode made =
                command.call(
                        arguments,
                        "POST",
                        "/_glis/accounts",
                        Map.of(),
                        Json.object().put("name", arguments.required(0)));
        if (command.printedJson(arguments, made)) {
            return;
        }
        command.terminal()
                .remark(
                        "Made account "
                                + made.path("accountId").asText()
                                + " ("
                                + arguments.required(0)
                                + "); its root key:");
        KeyCommands.printKey(command, made, arguments.required(0));
    }

    private static void list(SimpleCommand command, Arguments arguments) {
        JsonNode accounts =
                command.call(arguments, "GET", "/_glis/accounts", Map.of(), null).path("accounts");
        if (!command.printedJson(arguments, accounts)) {
            var table = new Table("ACCOUNT", "NAME", "CREATED");
            for (JsonNode account : accounts) {
                table.row(
                        account.path("accountId").asText(),
                        account.path("name").asText(),
                        account.path("created").asText());
            }
            table.print(command.terminal());
        }
    }

    private static void remove(SimpleCommand command, Arguments arguments) {
        command.call(arguments, "DELETE", path(arguments.required(0)), Map.of(), null);
        command.terminal().remark("Removed account " + arguments.required(0));
    }

    private static void quota(SimpleCommand command, Arguments arguments) {
        var change = Json.object();
        Integer concurrency = arguments.number(CONCURRENCY);
        if (concurrency != null) {
            change.put("concurrency", concurrency);
        }
        Integer codeStorageMb = arguments.number(CODE_STORAGE);
        if (codeStorageMb != null) {
            change.put("codeStorageBytes", codeStorageMb * 1024L * 1024L);
        }
        String path = path(arguments.required(0)) + "/quotas";
        JsonNode quotas =
                change.isEmpty()
                        ? command.call(arguments, "GET", path, Map.of(), null)
                        : command.call(arguments, "PUT", path, Map.of(), change);
        if (!command.printedJson(arguments, quotas)) {
            new Table("CONCURRENCY", "CODE STORAGE")
                    .row(
                            quotas.path("concurrency").asText(),
                            Words.bytes(quotas.path("codeStorageBytes").asLong()))
                    .print(command.terminal());
        }
    }

    private static String path(String accountId) {
        return "/_glis/accounts/" + Signer.encode(accountId);
    }
}
