package dev.glis.bench;

import java.util.Arrays;

/** Durations in nanoseconds, reported as quantiles in milliseconds. */
final class Samples {
    private final long[] values;
    private int size;

    Samples(int most) {
        values = new long[most];
    }

    void add(long nanos) {
        values[size++] = nanos;
    }

    /** The quantile, in milliseconds; sorts what was taken. */
    double ms(double quantile) {
        if (size == 0) {
            throw new IllegalStateException("Nothing was measured");
        }
        Arrays.sort(values, 0, size);
        return values[Math.min(size - 1, (int) (size * quantile))] / 1e6;
    }

    String summary() {
        return String.format(
                "p50 %8.3f ms   p90 %8.3f ms   p99 %8.3f ms   (%d)",
                ms(0.5), ms(0.9), ms(0.99), size);
    }
}
