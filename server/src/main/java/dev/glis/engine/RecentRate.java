package dev.glis.engine;

/**
 * How often something happened lately: each time counts less and less as time goes by, a third of
 * it after a second. Two at once are no rate yet, as a mean of the pauses between them would say.
 */
final class RecentRate {
    private static final double SPAN_NANOS = 1e9;

    private double weight;
    private long lastNanos;

    void happened(long now) {
        weight = weightAt(now) + 1;
        lastNanos = now;
    }

    /** Times in a nanosecond. */
    double perNano(long now) {
        return weightAt(now) / SPAN_NANOS;
    }

    private double weightAt(long now) {
        return weight * Math.exp((lastNanos - now) / SPAN_NANOS);
    }
}
