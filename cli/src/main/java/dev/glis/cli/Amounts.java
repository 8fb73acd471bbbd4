package dev.glis.cli;

import java.util.Locale;

/** Numbers in five characters or so, for tables. */
final class Amounts {
    private static final String[] THOUSANDS = {"", "k", "M", "G", "T", "P"};
    private static final String[] BYTES = {"B", "K", "M", "G", "T", "P"};
    private static final long MICROS_PER_SECOND = 1_000_000;

    private Amounts() {}

    /** Such as {@code 999}, {@code 12.3k} or {@code 4M}. */
    static String count(long number) {
        return scaled(number, 1_000, THOUSANDS);
    }

    /** Such as {@code 17B}, {@code 1.5K} or {@code 12M}. */
    static String bytes(long number) {
        return scaled(number, 1_024, BYTES);
    }

    /** Such as {@code 340us}, {@code 1.2ms} or {@code 17s}. */
    static String micros(long micros) {
        if (micros < 1_000) {
            return micros + "us";
        }
        return micros < MICROS_PER_SECOND
                ? rounded(micros / 1_000.0) + "ms"
                : rounded(micros / (double) MICROS_PER_SECOND) + "s";
    }

    private static String scaled(long number, int step, String[] units) {
        double scaled = number;
        int unit = 0;
        while (scaled >= step && unit < units.length - 1) {
            scaled /= step;
            unit++;
        }
        return (unit == 0 ? Long.toString(number) : rounded(scaled)) + units[unit];
    }

    private static String rounded(double number) {
        return number < 100
                ? String.format(Locale.ROOT, "%.1f", number).replaceFirst("\\.0$", "")
                : Long.toString(Math.round(number));
    }
}
