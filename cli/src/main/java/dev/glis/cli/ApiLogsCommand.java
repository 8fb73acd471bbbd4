package dev.glis.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Shows what an API answered, each response by itself, once or as it comes. */
final class ApiLogsCommand extends Command {
    private static final Usage.Flag FOLLOW =
            new Usage.Flag("--follow", "", "go on with each new response until Ctrl-C");
    private static final Usage.Flag SINCE =
            new Usage.Flag(
                    "--since", "TIME", "from 10m ago, or from 2026-11-24T08:00:00Z (default 1h)");
    private static final Usage.Flag UNTIL = new Usage.Flag("--until", "TIME", "no later than this");
    private static final Usage.Flag BEFORE =
            new Usage.Flag("--before", "PLACE", "where the last page ended");
    private static final Usage.Flag LIMIT =
            new Usage.Flag("--limit", "N", "at most so many, the latest (default 100)");
    private static final Usage.Flag LINES =
            new Usage.Flag("--json", "", "print a JSON object a line, with all that is known");

    /** Flags that choose responses, and what the server calls them. */
    private static final Map<Usage.Flag, String> CHOICES = choices();

    ApiLogsCommand(Context context) {
        super(context);
    }

    private static Map<Usage.Flag, String> choices() {
        var choices = new LinkedHashMap<Usage.Flag, String>();
        choices.put(new Usage.Flag("--status", "STATUS", "such as 429 or 5xx"), "status");
        choices.put(new Usage.Flag("--client", "ID", "of this client"), "client");
        choices.put(
                new Usage.Flag("--route", "ROUTE", "of this route, such as 'GET /pets'"), "route");
        choices.put(new Usage.Flag("--stage", "NAME", "of this stage"), "stage");
        choices.put(new Usage.Flag("--method", "METHOD", "of this method"), "method");
        choices.put(new Usage.Flag("--path", "PREFIX", "of paths that begin so"), "path");
        choices.put(new Usage.Flag("--ip", "ADDRESS", "to this address"), "ip");
        choices.put(new Usage.Flag("--slower", "MS", "that took at least so long"), "slower");
        choices.put(
                new Usage.Flag("--error", "CODE", "refused for this, such as rate-limited"),
                "error");
        choices.put(new Usage.Flag("--request", "ID", "this one"), "request");
        return choices;
    }

    @Override
    Usage usage() {
        var flags = new ArrayList<Usage.Flag>();
        flags.add(FOLLOW);
        flags.add(SINCE);
        flags.add(UNTIL);
        flags.addAll(CHOICES.keySet());
        flags.add(LIMIT);
        flags.add(BEFORE);
        flags.add(LINES);
        return new Usage(
                "api logs",
                "API",
                1,
                1,
                "Shows what an API answered: time, status, request, latency, client, and why it was refused.",
                flags.toArray(Usage.Flag[]::new));
    }

    @Override
    int run(Arguments arguments) {
        var query = query(arguments);
        String path = "/_glis/apis/" + Signer.encode(arguments.required(0)) + "/responses";
        var api = api(arguments);
        if (arguments.has(FOLLOW)) {
            query.put("follow", "true");
            throw JsonLines.follow(
                    api,
                    path,
                    query,
                    response -> {
                        print(response, arguments);
                        terminal().flush();
                    });
        }
        return read(api.call("glis", "GET", path, query, null), query, arguments);
    }

    private Map<String, String> query(Arguments arguments) {
        var query = new HashMap<String, String>();
        Instant now = context().clock().instant();
        query.put("since", Moments.parse(arguments.value(SINCE, "1h"), now).toString());
        String until = arguments.value(UNTIL);
        if (until != null) {
            query.put("until", Moments.parse(until, now).toString());
        }
        CHOICES.forEach((flag, name) -> put(query, name, arguments.value(flag)));
        put(query, "before", arguments.value(BEFORE));
        put(query, "limit", arguments.value(LIMIT));
        return query;
    }

    private static void put(Map<String, String> query, String name, @Nullable String value) {
        if (value != null) {
            query.put(name, value);
        }
    }

    private int read(JsonNode page, Map<String, String> query, Arguments arguments) {
        JsonNode responses = page.path("responses");
        for (int i = responses.size() - 1; i >= 0; i--) {
            print(responses.get(i), arguments);
        }
        String next = page.path("next").asText();
        if (!next.isEmpty()) {
            terminal()
                    .remark(
                            terminal()
                                    .foreignRemark(
                                            "There may be earlier ones; --before '"
                                                    + next
                                                    + "' goes on there"));
        } else if (responses.isEmpty()) {
            terminal()
                    .remark(
                            "Nothing since "
                                    + query.get("since")
                                    + "; --since 1d looks further back");
        }
        return 0;
    }

    private void print(JsonNode response, Arguments arguments) {
        terminal()
                .print(
                        arguments.has(LINES)
                                ? terminal().foreign(response.toString())
                                : line(response));
    }

    private String line(JsonNode response) {
        String time = terminal().dim(Moments.milliseconds(response.path("time").asText()));
        String error = terminal().foreign(response.path("error").asText());
        if (response.path("status").asInt() == 0 && response.path("method").asText().isEmpty()) {
            return time + "  " + terminal().red(error);
        }
        String client =
                response.hasNonNull("client")
                        ? terminal().foreign(response.get("client").asText())
                        : "";
        return time
                + "  "
                + status(response.path("status").asInt())
                + "  "
                + terminal()
                        .foreign(
                                response.path("method").asText()
                                        + " "
                                        + response.path("path").asText())
                + "  "
                + Amounts.micros(response.path("totalUs").asLong())
                + (client.isEmpty() ? "" : "  " + client)
                + (error.isEmpty() ? "" : "  " + terminal().red(error));
    }

    private String status(int status) {
        String text = String.format(Locale.ROOT, "%03d", status);
        return status >= 400 ? terminal().red(text) : terminal().green(text);
    }
}
