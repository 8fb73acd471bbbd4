package dev.glis.engine;

/** A running mean that follows the last dozen samples. */
final class Estimate {
    private static final double WEIGHT = 0.15;
    private double nanos = -1;

    void sample(long sampleNanos) {
        nanos = nanos < 0 ? sampleNanos : nanos + WEIGHT * (sampleNanos - nanos);
    }

    boolean known() {
        return nanos >= 0;
    }

    double orElse(double otherwise) {
        return nanos < 0 ? otherwise : nanos;
    }
}
