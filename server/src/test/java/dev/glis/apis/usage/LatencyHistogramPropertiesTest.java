package dev.glis.apis.usage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

final class LatencyHistogramPropertiesTest {
    /** Half a microsecond of rounding matters only for the shortest. */
    private static final double ROUNDING_US = 0.5;

    @Property
    void percentilesAreWithinTheStatedError(
            @ForAll @Size(min = 1, max = 300)
                    List<@LongRange(min = 1, max = LatencyHistogram.MOST_US) Long> latencies,
            @ForAll @DoubleRange(min = 0.01, max = 1) double part) {
        long told = histogram(latencies).percentileUs(part);

        long exact = exact(latencies, part);
        double most = exact * LatencyHistogram.RELATIVE_ERROR + ROUNDING_US;
        assertTrue(Math.abs(told - exact) <= most, told + " is told where " + exact + " is right");
    }

    @Property
    void mergingIsAsCountingTogether(
            @ForAll @Size(max = 50) List<@LongRange(min = 0, max = 10_000_000) Long> some,
            @ForAll @Size(max = 50) List<@LongRange(min = 0, max = 10_000_000) Long> others) {
        LatencyHistogram merged = histogram(some);
        merged.add(histogram(others));

        var all = new ArrayList<>(some);
        all.addAll(others);
        assertArrayEquals(histogram(all).encode(), merged.encode());
    }

    @Property
    void decodesWhatItEncoded(@ForAll @Size(max = 300) List<Long> latencies) {
        byte[] encoded = histogram(latencies).encode();

        LatencyHistogram decoded = LatencyHistogram.decode(encoded);

        assertArrayEquals(encoded, decoded.encode());
        assertEquals(histogram(latencies).percentileUs(0.9), decoded.percentileUs(0.9));
    }

    private static LatencyHistogram histogram(List<Long> latencies) {
        var histogram = new LatencyHistogram();
        latencies.forEach(histogram::add);
        return histogram;
    }

    private static long exact(List<Long> latencies, double part) {
        var sorted = latencies.stream().sorted().toList();
        int rank = Math.max(1, (int) Math.ceil(part * sorted.size()));
        return sorted.get(rank - 1);
    }
}
