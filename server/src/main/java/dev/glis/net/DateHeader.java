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

    private record Formatted(long nanoTime, byte[] line) {}

    private final Clock clock;
    private volatile Formatted latest;

    DateHeader(Clock clock) {
        this.clock = clock;
        latest = format(clock.nanoTime());
    }

    /** The whole line with its line end; not to be changed. */
    byte[] line(long nanoTime) {
        Formatted formatted = latest;
        if (nanoTime - formatted.nanoTime > FRESH_NANOS) {
            formatted = format(nanoTime);
            latest = formatted;
        }
        return formatted.line;
    }

    private Formatted format(long nanoTime) {
        String line = "Date: " + FORMAT.format(clock.instant()) + "\r\n";
        return new Formatted(nanoTime, line.getBytes(StandardCharsets.US_ASCII));
    }
}
