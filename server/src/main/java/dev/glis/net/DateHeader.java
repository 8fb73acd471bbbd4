package dev.glis.net;

import dev.glis.base.Clock;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The Date header field, formatted once for each fraction of a second. Any thread. */
final class DateHeader {
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);
    private static final long FRESH_NANOS = 200_000_000L;

    private record Formatted(long nanoTime, String value, byte[] line) {}

    private final Clock clock;
    private volatile Formatted latest;

    DateHeader(Clock clock) {
        this.clock = clock;
        latest = format(clock.nanoTime());
    }

    /** The whole line with its line end; not to be changed. */
    byte[] line(long nanoTime) {
        return fresh(nanoTime).line;
    }

    /** The value alone. */
    String value(long nanoTime) {
        return fresh(nanoTime).value;
    }

    private Formatted fresh(long nanoTime) {
        Formatted formatted = latest;
        if (nanoTime - formatted.nanoTime > FRESH_NANOS) {
            formatted = format(nanoTime);
            latest = formatted;
        }
        return formatted;
    }

    private Formatted format(long nanoTime) {
        String value = FORMAT.format(clock.instant());
        String line = "Date: " + value + "\r\n";
        return new Formatted(nanoTime, value, line.getBytes(StandardCharsets.US_ASCII));
    }
}
