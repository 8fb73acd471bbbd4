package dev.glis.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/**
 * Days of traffic on one thread, with chance from a seed: bursts and lulls, starts that fail or
 * dawdle, guests that exit, hang, disconnect or fail to initialise, updates, deletions, limits that
 * change, a clock that jumps. {@link SimulatedWorld} checks the engine's promises at every step. A
 * failure names its seed; give it as {@code -Dseed=N} to repeat it.
 */
final class SchedulerSimulation {
    private static final int SEEDS = 200;
    private int thaws;

    static {
        // Thousands of starts fail here, and each would be logged.
        Logger.getLogger(Host.class.getName()).setLevel(Level.OFF);
    }

    @Test
    void promisesHoldWhateverHappens() {
        Long given = Long.getLong("seed");
        long first = given == null ? 1 : given;
        int count = given == null ? Integer.getInteger("seeds", SEEDS) : 1;
        int answered = 0;
        thaws = 0;

        for (long seed = first; seed < first + count; seed++) {
            answered += run(seed);
        }

        assertTrue(answered > 100 * count, "only " + answered + " invocations succeeded");
        assertTrue(thaws > count, "only " + thaws + " instances were thawed");
    }

    private int run(long seed) {
        try {
            var world = new SimulatedWorld(seed);
            world.live();
            world.settle();
            assertEquals(0, world.unfinished(), "invocations that never ended");
            thaws += world.thaws();
            return world.successes();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        }
    }
}
