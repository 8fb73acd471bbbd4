package dev.glis.bench;

import java.util.Arrays;

/**
 * Durations in nanoseconds, reported as quantiles in milliseconds; beyond the most, only counted.
 */
final class Samples {
    private final int most;
    private long[] values = new long[1_024];
    private int size;

    Samples(int most) {
        this.most = most;
    }

    void add(long nanos) {
        if (size < most) {
            if (size == values.length) {
                values = Arrays.copyOf(values, Math.min(most, 2 * size));
            }
            values[size] = nanos;
        }
        size++;
    }

    int size() {
        return size;
    }

    /** The quantile, in milliseconds; sorts what was taken. */
    double ms(double quantile) {
        int taken = Math.min(size, most);
        if (taken == 0) {
            throw new IllegalStateException("Nothing was measured");
        }
        Arrays.sort(values, 0, taken);
        return values[Math.min(taken - 1, (int) (taken * quantile))] / 1e6;
    }
}
