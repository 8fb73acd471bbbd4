package dev.glis.cli;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Runs one command. Only the class of that command is loaded, so that it starts quickly. */
public final class Main {
    private static final Map<String, Function<Context, Command>> COMMANDS = new LinkedHashMap<>();

    static {
        COMMANDS.put("down", DownCommand::new);
        COMMANDS.put("status", StatusCommand::new);
        COMMANDS.put("env", EnvCommand::new);
        COMMANDS.put("deploy", DeployCommand::new);
        COMMANDS.put("build", BuildCommand::new);
        COMMANDS.put("invoke", InvokeCommand::new);
        COMMANDS.put("logs", LogsCommand::new);
        COMMANDS.put("ls", ListCommand::new);
        COMMANDS.put("rm", RemoveCommand::new);
        COMMANDS.put("usage", UsageCommand::new);
        ApiCommands.register(COMMANDS);
        ApiDocumentCommands.register(COMMANDS);
        SubscriberCommands.register(COMMANDS);
        AppCommands.register(COMMANDS);
        PlanCommands.register(COMMANDS);
        COMMANDS.put("api domain", ApiDomainCommand::new);
        COMMANDS.put("api usage", ApiUsageCommand::new);
        COMMANDS.put("api logs", ApiLogsCommand::new);
        ApiAuthorizerCommands.register(COMMANDS);
        AccountCommands.register(COMMANDS);
        UserCommands.register(COMMANDS);
        KeyCommands.register(COMMANDS);
    }

    private Main() {}

    /** Ends the process with the command's exit code. */
    public static void main(String[] arguments) {
        var context = Context.system();
        int exitCode = run(context, List.of(arguments));
        context.terminal().flush();
        System.exit(exitCode);
    }

    /** All commands, in the order of the help. */
    static Set<String> commandNames() {
        return Collections.unmodifiableSet(COMMANDS.keySet());
    }

    static int run(Context context, List<String> words) {
        try {
            return dispatch(context, words);
        } catch (Failure failure) {
            context.terminal().remark("glis: " + failure.text());
            return failure.exitCode();
        } catch (RuntimeException e) {
            context.terminal().remark("glis: this is a defect of the command line: " + e);
            e.printStackTrace(context.terminal().err());
            return Failure.FAILED;
        }
    }

    private static int dispatch(Context context, List<String> words) {
        String first = words.isEmpty() ? "help" : words.getFirst();
        var rest = words.isEmpty() ? words : words.subList(1, words.size());
        return switch (first) {
            case "help", "--help", "-h" -> help(context, rest);
            case "version", "--version" -> version(context);
            default -> execute(context, first, rest);
        };
    }

    private static int execute(Context context, String first, List<String> rest) {
        var single = COMMANDS.get(first);
        if (single != null) {
            return single.apply(context).execute(rest);
        }
        var verbs = verbsOf(first);
        if (verbs.isEmpty()) {
            throw unknown("there is no command '" + first + "'", Nearest.to(first, firstWords()));
        }
        String verb = rest.isEmpty() ? "" : rest.getFirst();
        var command = COMMANDS.get(first + " " + verb);
        if (command == null) {
            throw Failure.usage(
                    "'glis "
                            + first
                            + "' needs one of: "
                            + String.join(", ", verbs)
                            + ". 'glis "
                            + first
                            + " "
                            + verbs.getFirst()
                            + " --help' explains the first");
        }
        return command.apply(context).execute(rest.subList(1, rest.size()));
    }

    private static int help(Context context, List<String> topic) {
        if (topic.isEmpty()) {
            context.terminal().out().print(HelpText.ALL);
            return 0;
        }
        var words = new java.util.ArrayList<>(topic);
        words.add("--help");
        return execute(context, words.getFirst(), words.subList(1, words.size()));
    }

    private static int version(Context context) {
        String version = Main.class.getPackage().getImplementationVersion();
        context.terminal().print("glis " + (version == null ? "development" : version));
        return 0;
    }

    private static List<String> verbsOf(String first) {
        return COMMANDS.keySet().stream()
                .filter(name -> name.startsWith(first + " "))
                .map(name -> name.substring(first.length() + 1))
                .toList();
    }

    private static List<String> firstWords() {
        var words =
                new java.util.ArrayList<>(
                        COMMANDS.keySet().stream().map(name -> name.split(" ", 2)[0]).toList());
        words.addAll(List.of("up", "check", "build", "help", "version"));
        return words;
    }

    private static Failure unknown(String what, @Nullable String nearest) {
        return Failure.usage(
                what
                        + (nearest == null ? "" : "; did you mean '" + nearest + "'?")
                        + " 'glis help' lists them");
    }
}
