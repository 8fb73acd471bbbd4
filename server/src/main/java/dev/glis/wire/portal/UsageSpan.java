package dev.glis.wire.portal;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A time whose usage is shown, in steps. */
enum UsageSpan {
    HOUR("hour", "Last hour", Duration.ofMinutes(1), 60, "HH:mm"),
    DAY("day", "Last day", Duration.ofHours(1), 24, "HH:mm"),
    MONTH("month", "Last 30 days", Duration.ofDays(1), 30, "MM-dd");

    private final String word;
    private final String title;
    private final Duration step;
    private final int steps;
    private final DateTimeFormatter label;

    UsageSpan(String word, String title, Duration step, int steps, String label) {
        this.word = word;
        this.title = title;
        this.step = step;
        this.steps = steps;
        this.label = DateTimeFormatter.ofPattern(label, Locale.ROOT).withZone(ZoneOffset.UTC);
    }

    /** The span of this word; a day for any other. */
    static UsageSpan of(String word) {
        for (UsageSpan span : values()) {
            if (span.word.equals(word)) {
                return span;
            }
        }
        return DAY;
    }

    String word() {
        return word;
    }

    String title() {
        return title;
    }

    Duration step() {
        return step;
    }

    String label(Instant time) {
        return label.format(time);
    }

    /** When each step begins, the one of now last. */
    List<Instant> times(Instant now) {
        long stepMs = step.toMillis();
        long last = Math.floorDiv(now.toEpochMilli(), stepMs) * stepMs;
        var times = new ArrayList<Instant>(steps);
        for (int i = steps - 1; i >= 0; i--) {
            times.add(Instant.ofEpochMilli(last - i * stepMs));
        }
        return times;
    }
}
