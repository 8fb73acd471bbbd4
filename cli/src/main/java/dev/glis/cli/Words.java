package dev.glis.cli;

import java.time.Duration;
import java.util.Locale;

/** Quantities as people say them. */
final class Words {
    private Words() {}

    /** Such as {@code 3 h 12 min}: the two largest units. */
    static String duration(Duration duration) {
        if (duration.toDays() > 0) {
            return duration.toDays() + " d " + duration.toHoursPart() + " h";
        }
        if (duration.toHours() > 0) {
            return duration.toHours() + " h " + duration.toMinutesPart() + " min";
        }
        if (duration.toMinutes() > 0) {
            return duration.toMinutes() + " min " + duration.toSecondsPart() + " s";
        }
        return duration.toSeconds() + " s";
    }

    /** Such as {@code 12.3 MiB}. */
    static String bytes(long bytes) {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
        double quantity = bytes;
        int unit = 0;
        while (quantity >= 1024 && unit < units.length - 1) {
            quantity /= 1024;
            unit++;
        }
        return unit == 0
                ? bytes + " B"
                : String.format(Locale.ROOT, "%.1f %s", quantity, units[unit]);
    }
}
