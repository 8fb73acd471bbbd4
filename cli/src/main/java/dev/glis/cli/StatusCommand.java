package dev.glis.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Map;

/** Shows what runs, what sleeps, memory, versions and addresses. */
final class StatusCommand extends Command {
    StatusCommand(Context context) {
        super(context);
    }

    @Override
    Usage usage() {
        return new Usage(
                "status",
                "[FUNCTION]",
                0,
                1,
                "Shows what runs, what sleeps, memory, versions and addresses; or one function's instances and how they were started.",
                Usage.JSON);
    }

    @Override
    int run(Arguments arguments) {
        String function = arguments.operand(0);
        Map<String, String> query = function == null ? Map.of() : Map.of("function", function);
        JsonNode status = call(arguments, "GET", "/_glis/status", query, null);
        if (!printedJson(arguments, status)) {
            if (function == null) {
                printServer(status, dataFolder(arguments));
            }
            printInstances(status.path("instances"));
            printStarts(status.path("starts"));
        }
        return 0;
    }

    private void printServer(JsonNode status, DataFolder folder) {
        fact(
                "glis",
                status.path("version").asText()
                        + ", up for "
                        + Words.duration(Duration.ofMillis(status.path("uptimeMs").asLong())));
        fact("HTTP APIs", status.path("endpoint").asText());
        fact("function URLs", status.path("gateway").asText());
        fact("portal", status.path("portal").asText());
        fact("region", status.path("region").asText());
        fact("account", status.path("accountId").asText());
        fact("data", folder.root().toString());
        fact("credentials", folder.credentialsFile().toString());
        fact("memory", memory(status.path("memory")));
        fact("runtimes", list(status.path("runtimes")));
        status.path("facts")
                .properties()
                .forEach(entry -> fact(entry.getKey(), entry.getValue().asText()));
    }

    private void fact(String name, String value) {
        terminal().print(terminal().bold("%-21s".formatted(name)) + value);
    }

    private static String memory(JsonNode memory) {
        var words = new StringBuilder();
        memory.properties()
                .forEach(
                        part -> {
                            words.append(words.isEmpty() ? "" : ", ");
                            words.append(part.getKey())
                                    .append(' ')
                                    .append(Words.bytes(part.getValue().asLong()));
                        });
        return words.toString();
    }

    private static String list(JsonNode names) {
        var words = new StringBuilder();
        names.forEach(name -> words.append(words.isEmpty() ? "" : ", ").append(name.asText()));
        return words.isEmpty() ? "none" : words.toString();
    }

    private void printInstances(JsonNode instances) {
        var table = new Table("FUNCTION", "VERSION", "STARTING", "IDLE", "BUSY", "FROZEN");
        for (JsonNode row : instances) {
            table.row(
                    row.path("function").asText(),
                    row.path("version").asText(),
                    row.path("starting").asText(),
                    row.path("idle").asText(),
                    row.path("busy").asText(),
                    row.path("frozen").asText());
        }
        if (table.isEmpty()) {
            terminal().remark("No instances: every function sleeps");
        } else {
            table.print(terminal());
        }
    }

    private void printStarts(JsonNode starts) {
        var table = new Table("VERSION", "STARTED BY", "READY AFTER", "INIT");
        for (JsonNode row : starts) {
            table.row(
                    row.path("version").asText(),
                    row.path("rung").asText(),
                    row.path("readyMs").asText() + " ms",
                    row.path("initMs").asText() + " ms");
        }
        if (!table.isEmpty()) {
            terminal().print("");
            table.print(terminal());
        }
    }
}
