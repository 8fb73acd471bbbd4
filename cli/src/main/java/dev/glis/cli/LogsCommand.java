package dev.glis.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;

/** Shows what a function printed, once or as it comes. */
final class LogsCommand extends Command {
    private static final Usage.Flag FOLLOW =
            new Usage.Flag("--follow", "", "go on with each new line until Ctrl-C");
    private static final Usage.Flag SINCE =
            new Usage.Flag(
                    "--since", "TIME", "from 10m ago, or from 2026-11-24T08:00:00Z (default 10m)");
    private static final Usage.Flag REQUEST =
            new Usage.Flag("--request", "ID", "only this invocation's lines");
    private static final Usage.Flag LINES =
            new Usage.Flag("--json", "", "print a JSON object a line");

    LogsCommand(Context context) {
        super(context);
    }

    @Override
    Usage usage() {
        return new Usage(
                "logs",
                "NAME",
                1,
                1,
                "Shows what a function printed, with a START, an END and a REPORT line for each invocation.",
                FOLLOW,
                SINCE,
                REQUEST,
                LINES);
    }

    @Override
    int run(Arguments arguments) {
        var api = api(arguments);
        String name = arguments.required(0);
        var query = new HashMap<String, String>();
        query.put(
                "since",
                Moments.parse(arguments.value(SINCE, "10m"), context().clock().instant())
                        .toString());
        String request = arguments.value(REQUEST);
        if (request != null) {
            query.put("request", request);
        }
        if (new LambdaApi(api).configuration(name).isEmpty()) {
            throw new Failure(
                    "There is no function '" + name + "'; 'glis ls' lists those there are");
        }
        String path = "/_glis/functions/" + Signer.encode(name) + "/logs";
        return arguments.has(FOLLOW)
                ? follow(api, path, query, arguments)
                : read(api, path, query, arguments);
    }

    private int read(Api api, String path, Map<String, String> query, Arguments arguments) {
        JsonNode lines = api.call("glis", "GET", path, query, null).path("lines");
        lines.forEach(line -> print(line, arguments));
        if (lines.isEmpty()) {
            terminal()
                    .remark(
                            "No lines since "
                                    + query.get("since")
                                    + "; --since 1d looks further back");
        }
        return 0;
    }

    private int follow(Api api, String path, Map<String, String> query, Arguments arguments) {
        query.put("follow", "true");
        throw JsonLines.follow(
                api,
                path,
                query,
                line -> {
                    print(line, arguments);
                    terminal().flush();
                });
    }

    private void print(JsonNode line, Arguments arguments) {
        if (arguments.has(LINES)) {
            terminal().print(terminal().foreign(line.toString()));
        } else {
            terminal()
                    .print(
                            terminal().dim(Moments.milliseconds(line.path("time").asText()))
                                    + "  "
                                    + terminal().foreign(line.path("text").asText()));
        }
    }
}
