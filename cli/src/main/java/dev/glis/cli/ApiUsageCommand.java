package dev.glis.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Shows what an API answered: over time as bars, and by route, client, status or stage as a table.
 */
final class ApiUsageCommand extends Command {
    private static final Usage.Flag SINCE =
            new Usage.Flag(
                    "--since", "TIME", "from 10m ago, or from 2026-11-24T08:00:00Z (default 1d)");
    private static final Usage.Flag BY =
            new Usage.Flag("--by", "WHAT", "route (default), client, status or stage");
    private static final Usage.Flag STAGE =
            new Usage.Flag("--stage", "NAME", "only calls of this stage");
    private static final Usage.Flag ROUTE =
            new Usage.Flag("--route", "ROUTE", "only calls of this route, such as 'GET /pets'");
    private static final Usage.Flag CLIENT =
            new Usage.Flag("--client", "ID", "only calls of this client");
    private static final Usage.Flag STATUS =
            new Usage.Flag("--status", "STATUS", "only answers such as 429 or 5xx");
    private static final Usage.Flag CSV =
            new Usage.Flag(
                    "--csv", "", "print comma-separated values, a row for each step of time");

    private static final List<String> DIMENSIONS = List.of("route", "client", "status", "stage");
    private static final List<String> NUMBERS =
            List.of(
                    "calls",
                    "clientErrors",
                    "serverErrors",
                    "requestBytes",
                    "responseBytes",
                    "p50Us",
                    "p95Us",
                    "p99Us",
                    "totalUs",
                    "gatewayUs",
                    "waitUs",
                    "initialisationUs",
                    "backendUs");
    private static final int NAME_WIDTH = 24;

    ApiUsageCommand(Context context) {
        super(context);
    }

    @Override
    Usage usage() {
        return new Usage(
                "api usage",
                "API",
                1,
                1,
                "Shows how an API was called: calls and errors over time, latencies and bytes.",
                SINCE,
                BY,
                STAGE,
                ROUTE,
                CLIENT,
                STATUS,
                Usage.JSON,
                CSV);
    }

    @Override
    int run(Arguments arguments) {
        String by = arguments.value(BY, DIMENSIONS.getFirst());
        if (!DIMENSIONS.contains(by)) {
            throw Failure.usage("--by is '" + by + "' but must be one of " + DIMENSIONS);
        }
        Instant now = context().clock().instant();
        Instant from = Moments.parse(arguments.value(SINCE, "1d"), now);
        var bars = new Bars(from, now);
        var query = query(arguments, from);
        var steps = Map.of("step", Long.toString(bars.seconds()));
        if (arguments.has(CSV)) {
            printCsv(by, rows(arguments, query, Map.of("by", by, "step", steps.get("step"))));
            return 0;
        }
        JsonNode overTime = rows(arguments, query, steps);
        JsonNode groups = rows(arguments, query, Map.of("by", by));
        var json = Json.object();
        json.set("overTime", overTime);
        json.set("groups", groups);
        if (!printedJson(arguments, json)) {
            print(bars, by, overTime, groups);
        }
        return 0;
    }

    private static Map<String, String> query(Arguments arguments, Instant from) {
        var query = new HashMap<String, String>();
        query.put("from", from.toString());
        for (var flag : List.of(STAGE, ROUTE, CLIENT, STATUS)) {
            String value = arguments.value(flag);
            if (value != null) {
                query.put(flag.name().substring(2), value);
            }
        }
        return query;
    }

    private JsonNode rows(
            Arguments arguments, Map<String, String> query, Map<String, String> more) {
        var all = new HashMap<>(query);
        all.putAll(more);
        String path = "/_glis/apis/" + Signer.encode(arguments.required(0)) + "/usage";
        return call(arguments, "GET", path, all, null).path("usage");
    }

    private void print(Bars bars, String by, JsonNode overTime, JsonNode groups) {
        if (overTime.isEmpty()) {
            terminal().remark("Nothing was called in this time; --since 30d looks further back");
            return;
        }
        bars.print(terminal(), overTime);
        terminal().print("");
        var table =
                new Table(
                        by.toUpperCase(Locale.ROOT),
                        "CALLS",
                        "4XX",
                        "5XX",
                        "P50",
                        "P95",
                        "P99",
                        "IN",
                        "OUT");
        StreamSupport.stream(groups.spliterator(), false)
                .sorted((one, other) -> Long.compare(calls(other), calls(one)))
                .forEach(row -> addTo(table, row, by));
        table.print(terminal());
    }

    private static long calls(JsonNode row) {
        return row.path("calls").asLong();
    }

    private void addTo(Table table, JsonNode row, String by) {
        table.row(
                shortened(terminal().foreign(row.path(by).asText())),
                Amounts.count(calls(row)),
                Amounts.count(row.path("clientErrors").asLong()),
                Amounts.count(row.path("serverErrors").asLong()),
                Amounts.micros(row.path("p50Us").asLong()),
                Amounts.micros(row.path("p95Us").asLong()),
                Amounts.micros(row.path("p99Us").asLong()),
                Amounts.bytes(row.path("requestBytes").asLong()),
                Amounts.bytes(row.path("responseBytes").asLong()));
    }

    private static String shortened(String name) {
        if (name.isEmpty()) {
            return "(none)";
        }
        return name.length() <= NAME_WIDTH ? name : name.substring(0, NAME_WIDTH - 2) + "..";
    }

    private void printCsv(String by, JsonNode rows) {
        terminal().print("time," + by + "," + String.join(",", NUMBERS));
        for (JsonNode row : rows) {
            terminal()
                    .print(
                            row.path("time").asText()
                                    + ","
                                    + quoted(terminal().foreign(row.path(by).asText()))
                                    + ","
                                    + NUMBERS.stream()
                                            .map(name -> row.path(name).asText())
                                            .collect(Collectors.joining(",")));
        }
    }

    private static String quoted(String text) {
        return '"' + text.replace("\"", "\"\"") + '"';
    }
}
