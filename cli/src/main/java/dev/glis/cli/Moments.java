package dev.glis.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;

/** Times as people type them: {@code 10m} for ten minutes ago, or an RFC 3339 time. */
final class Moments {
    private static final DateTimeFormatter MILLISECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private Moments() {}

    /** An RFC 3339 time to the millisecond, all of the same length. */
    static String milliseconds(String time) {
        return MILLISECONDS.format(Instant.parse(time));
    }

    static Instant parse(String typed, Instant now) {
        try {
            return Character.isDigit(typed.isEmpty() ? ' ' : typed.charAt(0))
                            && !typed.contains("T")
                    ? now.minus(duration(typed))
                    : Instant.parse(typed);
        } catch (DateTimeParseException | NumberFormatException e) {
            throw Failure.usage(
                    "'"
                            + typed
                            + "' is no time; right are 30s, 10m, 2h, 7d, or 2026-11-24T08:00:00Z");
        }
    }

    /** A length of time, such as {@code 12h}. */
    static Duration span(String typed) {
        try {
            return duration(typed);
        } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
            throw Failure.usage("'" + typed + "' is no time; right are 30s, 10m, 2h, 7d");
        }
    }

    private static Duration duration(String typed) {
        long number = Long.parseLong(typed.substring(0, typed.length() - 1));
        return switch (typed.charAt(typed.length() - 1)) {
            case 's' -> Duration.ofSeconds(number);
            case 'm' -> Duration.ofMinutes(number);
            case 'h' -> Duration.ofHours(number);
            case 'd' -> Duration.ofDays(number);
            default -> throw new NumberFormatException(typed);
        };
    }
}
