package dev.glis.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Map;
import java.util.function.Function;

/** Users and what they may do: {@code glis user ...} and {@code glis policy ...}. */
final class UserCommands {
    private static final Usage USER_CREATE =
            new Usage(
                    "user create",
                    "NAME",
                    1,
                    1,
                    "Makes a user, who may do nothing until 'glis policy put' allows it.",
                    KeyCommands.ACCOUNT);
    private static final Usage USER_LIST =
            new Usage("user ls", "", 0, 0, "Lists users.", KeyCommands.ACCOUNT, Usage.JSON);
    private static final Usage USER_REMOVE =
            new Usage(
                    "user rm",
                    "NAME",
                    1,
                    1,
                    "Removes a user with its keys and policies.",
                    KeyCommands.ACCOUNT);
    private static final Usage POLICY_PUT =
            new Usage(
                    "policy put",
                    "USER POLICY DOCUMENT",
                    3,
                    3,
                    "Sets a user's policy of this name: an AWS policy document as JSON, or @FILE.",
                    KeyCommands.ACCOUNT);
    private static final Usage POLICY_LIST =
            new Usage(
                    "policy ls",
                    "USER",
                    1,
                    1,
                    "Lists a user's policies with their documents.",
                    KeyCommands.ACCOUNT,
                    Usage.JSON);
    private static final Usage POLICY_REMOVE =
            new Usage(
                    "policy rm",
                    "USER POLICY",
                    2,
                    2,
                    "Removes a user's policy.",
                    KeyCommands.ACCOUNT);

    private UserCommands() {}

    static void register(Map<String, Function<Context, Command>> commands) {
        SimpleCommand.register(commands, USER_CREATE, UserCommands::create);
        SimpleCommand.register(commands, USER_LIST, UserCommands::list);
        SimpleCommand.register(commands, USER_REMOVE, UserCommands::remove);
        SimpleCommand.register(commands, POLICY_PUT, UserCommands::putPolicy);
        SimpleCommand.register(commands, POLICY_LIST, UserCommands::listPolicies);
        SimpleCommand.register(commands, POLICY_REMOVE, UserCommands::removePolicy);
    }

    private static void create(SimpleCommand command, Arguments arguments) {
        String name = arguments.required(0);
        var body = Json.object().put("userName", name);
        call(command, arguments, "POST", "/_glis/users", body);
        command.terminal()
                .remark(
                        "Made user "
                                + name
                                + "; its key is made by: glis key create --user "
                                + name);
    }

    private static void list(SimpleCommand command, Arguments arguments) {
        JsonNode users = call(command, arguments, "GET", "/_glis/users", null).path("users");
        if (!command.printedJson(arguments, users)) {
            var table = new Table("USER", "ARN", "CREATED");
            for (JsonNode user : users) {
                table.row(
                        user.path("userName").asText(),
                        user.path("arn").asText(),
                        user.path("created").asText());
            }
            table.print(command.terminal());
        }
    }

    private static void remove(SimpleCommand command, Arguments arguments) {
        call(command, arguments, "DELETE", user(arguments), null);
        command.terminal().remark("Removed user " + arguments.required(0));
    }

    private static void putPolicy(SimpleCommand command, Arguments arguments) {
        call(
                command,
                arguments,
                "PUT",
                policy(arguments),
                document(command, arguments.required(2)));
        command.terminal()
                .remark(
                        "Set policy "
                                + arguments.required(1)
                                + " of user "
                                + arguments.required(0));
    }

    private static void listPolicies(SimpleCommand command, Arguments arguments) {
        JsonNode policies =
                call(command, arguments, "GET", user(arguments) + "/policies", null)
                        .path("policies");
        if (!command.printedJson(arguments, policies)) {
            var table = new Table("POLICY", "DOCUMENT");
            for (JsonNode policy : policies) {
                table.row(policy.path("policyName").asText(), policy.path("document").toString());
            }
            table.print(command.terminal());
        }
    }

    private static void removePolicy(SimpleCommand command, Arguments arguments) {
        call(command, arguments, "DELETE", policy(arguments), null);
        command.terminal()
                .remark(
                        "Removed policy "
                                + arguments.required(1)
                                + " of user "
                                + arguments.required(0));
    }

    private static JsonNode document(Command command, String typed) {
        try {
            return Json.parse(
                    typed.startsWith("@")
                            ? Files.readAllBytes(command.context().path(typed.substring(1)))
                            : typed.getBytes(StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw Failure.usage("the policy is not valid JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new Failure("Reading the policy from " + typed + " failed: " + e, e);
        }
    }

    private static JsonNode call(
            Command command,
            Arguments arguments,
            String method,
            String path,
            @org.jspecify.annotations.Nullable JsonNode body) {
        return command.call(arguments, method, path, KeyCommands.account(arguments), body);
    }

    private static String user(Arguments arguments) {
        return "/_glis/users/" + Signer.encode(arguments.required(0));
    }

    private static String policy(Arguments arguments) {
        return user(arguments) + "/policies/" + Signer.encode(arguments.required(1));
    }
}
