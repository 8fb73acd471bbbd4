package dev.glis.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Shows what functions used. */
final class UsageCommand extends Command {
    private static final Usage.Flag SINCE =
            new Usage.Flag(
                    "--since", "TIME", "from 10m ago, or from 2026-11-24T08:00:00Z (default 30d)");
    private static final Usage.Flag ACCOUNT =
            new Usage.Flag("--account", "ID", "another account's, for the operator");

    /** What the server counts, in the order of the columns. */
    private enum Metric {
        FUNCTION_REQUESTS,
        FUNCTION_ERRORS,
        FUNCTION_THROTTLES,
        FUNCTION_DURATION_MS,
        FUNCTION_INIT_MS,
        FUNCTION_MB_MS
    }

    UsageCommand(Context context) {
        super(context);
    }

    @Override
    Usage usage() {
        return new Usage(
                "usage",
                "[FUNCTION]",
                0,
                1,
                "Shows what functions used: requests, time, and memory times time. --json has it by the hour.",
                SINCE,
                ACCOUNT,
                Usage.JSON);
    }

    @Override
    int run(Arguments arguments) {
        var query = new HashMap<String, String>();
        query.put(
                "from",
                Moments.parse(arguments.value(SINCE, "30d"), context().clock().instant())
                        .toString());
        String account = arguments.value(ACCOUNT);
        if (account != null) {
            query.put("account", account);
        }
        JsonNode usage = call(arguments, "GET", "/_glis/usage", query, null).path("usage");
        if (!printedJson(arguments, usage)) {
            print(sums(usage, arguments.operand(0)));
        }
        return 0;
    }

    private static Map<String, Map<Metric, Long>> sums(
            JsonNode usage, @org.jspecify.annotations.Nullable String function) {
        var sums = new TreeMap<String, Map<Metric, Long>>();
        for (JsonNode row : usage) {
            String name = name(row.path("resource").asText());
            if (function == null || function.equals(name)) {
                sums.computeIfAbsent(name, _ -> new EnumMap<>(Metric.class))
                        .merge(
                                Metric.valueOf(row.path("metric").asText()),
                                row.path("quantity").asLong(),
                                Long::sum);
            }
        }
        return sums;
    }

    private static String name(String resource) {
        int mark = resource.indexOf(":function:");
        return mark < 0 ? resource : resource.substring(mark + ":function:".length());
    }

    private void print(Map<String, Map<Metric, Long>> sums) {
        if (sums.isEmpty()) {
            terminal().remark("Nothing was used in this time");
            return;
        }
        var table =
                new Table("FUNCTION", "REQUESTS", "ERRORS", "THROTTLES", "TIME", "INIT", "MEMORY");
        sums.forEach(
                (name, of) ->
                        table.row(
                                name,
                                Long.toString(of.getOrDefault(Metric.FUNCTION_REQUESTS, 0L)),
                                Long.toString(of.getOrDefault(Metric.FUNCTION_ERRORS, 0L)),
                                Long.toString(of.getOrDefault(Metric.FUNCTION_THROTTLES, 0L)),
                                of.getOrDefault(Metric.FUNCTION_DURATION_MS, 0L) + " ms",
                                of.getOrDefault(Metric.FUNCTION_INIT_MS, 0L) + " ms",
                                gigabyteSeconds(of.getOrDefault(Metric.FUNCTION_MB_MS, 0L))));
        table.print(terminal());
    }

    private static String gigabyteSeconds(long megabyteMs) {
        return String.format(Locale.ROOT, "%.3f GB-s", megabyteMs / 1024.0 / 1000.0);
    }
}
