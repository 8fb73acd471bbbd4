package dev.glis.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What was measured, as lines of a table while it is measured, and as JSON at the end. */
final class Figures {
    private static final String FORMAT = "%-9s %-28s %10s %10s %8s %10s %9s  %s%n";
    private static final Map<Column, String> TITLES =
            Map.of(
                    Column.P50_MS, "p50 ms",
                    Column.P99_MS, "p99 ms",
                    Column.P99_BY_P50, "p99/p50",
                    Column.PER_SECOND, "per second",
                    Column.COUNT, "count");

    /** What may stand in a line. */
    private enum Column {
        P50_MS,
        P99_MS,
        P99_BY_P50,
        PER_SECOND,
        COUNT
    }

    private final boolean json;
    private final List<Figure> all = new ArrayList<>();

    /**
     * One line.
     *
     * @param beside what it is compared with, in the same run, and how
     */
    private record Figure(String part, String subject, Map<Column, Double> values, String beside) {}

    Figures(boolean json) throws IOException {
        this.json = json;
        if (!json) {
            System.out.println("load " + machineLoad());
            System.out.printf(
                    FORMAT,
                    "part",
                    "subject",
                    TITLES.get(Column.P50_MS),
                    TITLES.get(Column.P99_MS),
                    TITLES.get(Column.P99_BY_P50),
                    TITLES.get(Column.PER_SECOND),
                    TITLES.get(Column.COUNT),
                    "beside");
        }
    }

    private static String machineLoad() throws IOException {
        return Files.readString(Path.of("/proc/loadavg")).trim();
    }

    void latencies(String part, String subject, Samples samples, String beside) {
        add(new Figure(part, subject, values(samples), beside));
    }

    void throughput(String part, String subject, Load.Result result, String beside) {
        Map<Column, Double> values = values(result.latencies());
        values.put(Column.PER_SECOND, result.perSecond());
        add(new Figure(part, subject, values, beside));
    }

    void rate(String part, String subject, Samples samples, double perSecond) {
        Map<Column, Double> values = values(samples);
        values.put(Column.PER_SECOND, perSecond);
        add(new Figure(part, subject, values, ""));
    }

    void note(String part, String subject, String text) {
        add(new Figure(part, subject, Map.of(), text));
    }

    private static Map<Column, Double> values(Samples samples) {
        var values = new java.util.EnumMap<Column, Double>(Column.class);
        values.put(Column.P50_MS, samples.ms(0.5));
        values.put(Column.P99_MS, samples.ms(0.99));
        values.put(Column.P99_BY_P50, samples.ms(0.99) / samples.ms(0.5));
        values.put(Column.COUNT, (double) samples.size());
        return values;
    }

    private void add(Figure figure) {
        all.add(figure);
        if (!json) {
            System.out.printf(
                    FORMAT,
                    figure.part,
                    figure.subject,
                    text(figure, Column.P50_MS, "%.3f"),
                    text(figure, Column.P99_MS, "%.3f"),
                    text(figure, Column.P99_BY_P50, "%.1f"),
                    text(figure, Column.PER_SECOND, "%,.0f"),
                    text(figure, Column.COUNT, "%,.0f"),
                    figure.beside);
        }
    }

    private static String text(Figure figure, Column column, String format) {
        return Optional.ofNullable(figure.values.get(column))
                .map(value -> String.format(Locale.ROOT, format, value))
                .orElse("-");
    }

    void end() throws IOException {
        if (!json) {
            System.out.println("load " + machineLoad());
            return;
        }
        var mapper = new ObjectMapper();
        ObjectNode whole = mapper.createObjectNode();
        whole.put("loadAfter", machineLoad());
        whole.put("processors", Runtime.getRuntime().availableProcessors());
        var figures = whole.putArray("figures");
        for (Figure figure : all) {
            ObjectNode each = figures.addObject();
            each.put("part", figure.part);
            each.put("subject", figure.subject);
            figure.values.forEach((column, value) -> each.put(key(column), value));
            each.put("beside", figure.beside);
        }
        System.out.println(mapper.writerWithDefaultPrettyPrinter().writeValueAsString(whole));
    }

    private static String key(Column column) {
        return switch (column) {
            case P50_MS -> "p50Ms";
            case P99_MS -> "p99Ms";
            case P99_BY_P50 -> "p99ByP50";
            case PER_SECOND -> "perSecond";
            case COUNT -> "count";
        };
    }
}
