package dev.glis.engine.process;

/**
 * How much CPU a sandbox has taken lately, as a decaying average of cores, and whether that is so
 * much that it shall let others go first. A tenth of a second counts to find that out, so that
 * whoever takes all it gets is known soon; then a second does, so that a short rest changes
 * nothing. Whoever gets nothing because others go first is ordinary again after that second too,
 * and so is not left without for long. Used by one thread at a time.
 */
final class CpuAppetite {
    private static final double SOON_NANOS = 100e6;
    private static final double LATER_NANOS = 1_000e6;
    private static final double MUCH = 0.4;
    private static final double LITTLE = 0.15;

    private final double mayTakeCores;
    private double averageCores;
    private boolean large;

    /**
     * Of a sandbox that has taken nothing.
     *
     * @param mayTakeCores its quota; what goes beyond one core makes no difference
     */
    CpuAppetite(double mayTakeCores) {
        this.mayTakeCores = Math.min(1, mayTakeCores);
    }

    /** Takes note of what it had in a time; returns whether it shall let others go first. */
    boolean took(long cpuNanos, long elapsedNanos) {
        double cores = (double) cpuNanos / elapsedNanos;
        double weight = -Math.expm1(-(double) elapsedNanos / (large ? LATER_NANOS : SOON_NANOS));
        averageCores += (cores - averageCores) * weight;
        large = averageCores > mayTakeCores * (large ? LITTLE : MUCH);
        return large;
    }
}
