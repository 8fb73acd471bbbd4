package dev.glis.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Calls over time as bars, one line for each step; the part that failed stands at their ends. */
final class Bars {
    private static final int WIDTH = 40;
    private static final int MOST_LINES = 31;
    private static final List<Duration> STEPS =
            List.of(
                    Duration.ofMinutes(1),
                    Duration.ofMinutes(2),
                    Duration.ofMinutes(5),
                    Duration.ofMinutes(15),
                    Duration.ofMinutes(30),
                    Duration.ofHours(1),
                    Duration.ofHours(3),
                    Duration.ofHours(12),
                    Duration.ofDays(1),
                    Duration.ofDays(7),
                    Duration.ofDays(30));
    private static final DateTimeFormatter MINUTES =
            DateTimeFormatter.ofPattern("MM-dd HH:mm").withZone(ZoneOffset.UTC);

    private final Duration step;
    private final Instant from;
    private final Instant to;

    Bars(Instant from, Instant to) {
        this.step = step(Duration.between(from, to));
        this.from = Instant.ofEpochSecond(from.getEpochSecond() / seconds() * seconds());
        this.to = to;
    }

    /** The shortest step of which there are not too many. */
    private static Duration step(Duration span) {
        return STEPS.stream()
                .filter(step -> step.multipliedBy(MOST_LINES - 1).compareTo(span) >= 0)
                .findFirst()
                .orElse(STEPS.getLast());
    }

    final long seconds() {
        return step.toSeconds();
    }

    void print(Terminal terminal, JsonNode rows) {
        Map<Instant, JsonNode> byTime = new HashMap<>();
        long most = 1;
        for (JsonNode row : rows) {
            byTime.put(Instant.parse(row.path("time").asText()), row);
            most = Math.max(most, row.path("calls").asLong());
        }
        for (Instant time = from; time.isBefore(to); time = time.plus(step)) {
            terminal.print(line(terminal, time, byTime.get(time), most));
        }
    }

    private static String line(Terminal terminal, Instant time, @Nullable JsonNode row, long most) {
        long calls = row == null ? 0 : row.path("calls").asLong();
        long errors =
                row == null
                        ? 0
                        : row.path("clientErrors").asLong() + row.path("serverErrors").asLong();
        int length = length(calls, most);
        int failed = Math.min(length, length(errors, most));
        String bar =
                (terminal.outOnScreen() ? "\u2588" : "#").repeat(length - failed)
                        + terminal.red((terminal.outOnScreen() ? "\u2592" : "!").repeat(failed));
        return (terminal.dim(MINUTES.format(time))
                        + "  "
                        + bar
                        + " ".repeat(WIDTH - length)
                        + "  "
                        + Amounts.count(calls)
                        + (errors == 0 ? "" : ", " + Amounts.count(errors) + " failed"))
                .stripTrailing();
    }

    /** Not nothing for what is not nothing. */
    private static int length(long number, long most) {
        return number == 0 ? 0 : (int) Math.max(1, Math.round(WIDTH * (double) number / most));
    }
}
