package dev.glis.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.LongConsumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/**
 * Traffic on one thread, with chance from a seed: bursts and lulls, starts that fail or dawdle,
 * stem cells that die or do not take their function, guests that exit, hang, disconnect or fail to
 * initialise, instances that are frozen, thawed or lost, updates, deletions, limits that change, a
 * clock that jumps. {@link SimulatedWorld} checks the engine's promises at every step. Each run
 * prints its seeds, and a failure names its own; give that as {@code -Dseed=N} to repeat it, or
 * more of them as {@code -Dseeds=N}.
 */
final class SchedulerSimulation {
    private static final int DAYS = 100;
    private static final int QUARTERS = 2_000;
    private static final int SCENES = 200;
    private static final long QUARTER_HOUR = 900_000_000_000L;

    static {
        // Thousands of starts fail here, and each would be logged.
        Logger.getLogger(Host.class.getName()).setLevel(Level.OFF);
        Logger.getLogger(StemStarter.class.getName()).setLevel(Level.OFF);
    }

    private int answered;
    private int thawed;

    @Test
    void promisesHoldForDays() {
        int days = each("days", DAYS, seed -> run(new SimulatedWorld(seed), 96 * QUARTER_HOUR));

        assertTrue(answered > 100 * days, "only " + answered + " invocations succeeded");
        assertTrue(thawed > days, "only " + thawed + " instances were thawed");
    }

    @Test
    void promisesHoldInManyShortTimes() {
        int quarters =
                each(
                        "quarters of an hour",
                        QUARTERS,
                        seed -> run(new SimulatedWorld(seed), QUARTER_HOUR));

        assertTrue(answered > quarters, "only " + answered + " invocations succeeded");
    }

    @Test
    void aBurstStartsFarFewerInstancesThanItHasCalls() {
        each(
                "bursts",
                SCENES,
                seed -> {
                    var world = SimulatedWorld.calm(seed, 1);
                    int most = world.callsAreShorterThanStarts() ? 150 : 700;
                    int instances = world.sufferBurst(1_000);
                    assertTrue(instances <= most, instances + " instances for 1,000 calls");
                });
    }

    @Test
    void anAccountThatFloodsTheMachineHoldsNobodyElseUp() {
        each(
                "floods",
                SCENES,
                seed -> {
                    var world = SimulatedWorld.calm(seed, 200);
                    long waited = world.waitBesideAFlood();
                    long fair = 2_500_000_000L + world.slowestStart();
                    assertTrue(waited <= fair, "it waited for " + waited + " ns");
                });
    }

    @Test
    void startsOfDifferentFunctionsInARushFindStemCells() {
        each(
                "rushes",
                SCENES,
                seed -> {
                    var world = SimulatedWorld.calmWithStems(seed, 300);
                    double share = world.sufferRush();
                    assertTrue(share >= 0.9, "only " + share + " of the starts found a stem cell");
                    assertTrue(world.stems() <= 1, world.stems() + " stem cells still wait");
                });
    }

    /** Returns how many there were. */
    private static int each(String what, int usual, LongConsumer life) {
        Long given = Long.getLong("seed");
        long first = given == null ? 1 : given;
        int count = given == null ? Integer.getInteger("seeds", usual) : 1;
        System.out.println("Simulated " + what + ": seeds " + first + " to " + (first + count - 1));
        for (long seed = first; seed < first + count; seed++) {
            try {
                life.accept(seed);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
        return count;
    }

    private void run(SimulatedWorld world, long nanos) {
        world.live(nanos);
        world.settle();
        assertEquals(0, world.unfinished(), "invocations that never ended");
        answered += world.successes();
        thawed += world.thaws();
    }
}
