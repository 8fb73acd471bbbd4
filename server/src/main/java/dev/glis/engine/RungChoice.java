package dev.glis.engine;

/**
 * Whether a stem cell or a prepared cache starts a workload sooner, by what was measured: a cell
 * saves the start of the language's runtime, a cache much of the function's own initialisation.
 * While no start with a cache was measured, some starts of functions that take long on cells go
 * without one, and find the cache if there is one. Owned by the {@link Fleet}.
 */
final class RungChoice {
    private static final double WORTH_TRYING_NANOS = 100e6;
    private static final int TRY_EVERY = 8;

    private final Estimate onCell = new Estimate();
    private final Estimate withCache = new Estimate();
    private int slowStarts;

    void measured(Rung rung, long readyNanos) {
        switch (rung) {
            case STEM_CELL, PREPARED_CELL -> onCell.sample(readyNanos);
            case PREPARED_CACHE -> withCache.sample(readyNanos);
            case FROZEN, PLAIN -> {}
        }
    }

    /** For the next start; {@link #begins} when there is one. */
    boolean prefersCell() {
        if (onCell.orElse(0) < WORTH_TRYING_NANOS) {
            return true;
        }
        if (withCache.known()) {
            return onCell.orElse(0) <= withCache.orElse(0);
        }
        return (slowStarts + 1) % TRY_EVERY != 0;
    }

    /** A start begins, in the way that is preferred. */
    void begins() {
        if (onCell.orElse(0) >= WORTH_TRYING_NANOS) {
            slowStarts++;
        }
    }
}
