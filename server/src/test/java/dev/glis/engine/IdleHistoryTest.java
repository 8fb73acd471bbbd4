package dev.glis.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** When an instance is worth its memory. */
final class IdleHistoryTest {
    private static final long SECOND = 1_000;
    private static final long MINUTE = 60_000;
    private static final long HOUR = 3_600_000;
    private static final long STANDARD = 10 * MINUTE;

    private final IdleHistory history = new IdleHistory();

    @Test
    void theStandardHoldsWhileLittleIsKnown() {
        idle(3, HOUR);

        var plan = history.plan(128, STANDARD);

        assertEquals(IdleHistory.Plan.stay(STANDARD), plan);
    }

    @Test
    void aBusyFunctionStaysForItsNextInvocation() {
        idle(50, 20 * SECOND);

        var plan = history.plan(128, STANDARD);

        assertFalse(plan.prewarms());
        assertTrue(plan.stayMs() > 20 * SECOND, plan.toString());
        assertTrue(plan.stayMs() < 15 * MINUTE, plan.toString());
    }

    @Test
    void aTimersFunctionIsAwayUntilShortlyBeforeItsTime() {
        idle(10, HOUR);

        var plan = history.plan(128, STANDARD);

        assertTrue(plan.stayMs() < MINUTE, plan.toString());
        assertTrue(plan.prewarms());
        assertTrue(plan.prewarmMs() > HOUR * 3 / 4 && plan.prewarmMs() < HOUR, plan.toString());
        assertTrue(plan.untilMs() > HOUR && plan.untilMs() < HOUR * 5 / 4, plan.toString());
    }

    @Test
    void aFunctionMayStayForMoreOfABurstAndComeBackForTheNext() {
        for (int burst = 0; burst < 20; burst++) {
            idle(9, 2 * SECOND);
            idle(1, HOUR);
        }

        var plan = history.plan(128, STANDARD);

        assertTrue(plan.stayMs() > 2 * SECOND && plan.stayMs() < MINUTE, plan.toString());
        assertTrue(plan.prewarms());
        assertTrue(plan.prewarmMs() < HOUR && plan.untilMs() > HOUR, plan.toString());
    }

    @Test
    void aRareFunctionWithoutAHabitGoesSoon() {
        var random = new Random(7);
        for (int i = 0; i < 100; i++) {
            idle(1, HOUR + (long) (random.nextDouble() * 20 * HOUR));
        }

        var plan = history.plan(1_024, STANDARD);

        assertEquals(IdleHistory.Plan.stay(5 * SECOND), plan);
    }

    @Test
    void moreMemoryIsHeldForLess() {
        var random = new Random(7);
        for (int i = 0; i < 200; i++) {
            idle(1, (long) (-Math.log(1 - random.nextDouble()) * 3 * MINUTE));
        }

        long small = history.plan(128, STANDARD).stayMs();
        long large = history.plan(4_096, STANDARD).stayMs();

        assertTrue(small > 10 * large, small + " and " + large);
    }

    @Test
    void anOldHabitFades() {
        idle(2_000, HOUR);
        idle(2_000, 20 * SECOND);

        var plan = history.plan(128, STANDARD);

        assertTrue(plan.stayMs() > 20 * SECOND && plan.stayMs() < MINUTE, plan.toString());
    }

    @Test
    void itTellsWhenAnInvocationIsLikely() {
        idle(50, 20 * SECOND);
        idle(5, HOUR);

        double atFirst = history.likely(0, MINUTE);
        double later = history.likely(10 * MINUTE, MINUTE);
        double beforeTheHour = history.likely(HOUR - 5 * MINUTE, 10 * MINUTE);

        assertTrue(atFirst > 0.8 && atFirst < 1, "" + atFirst);
        assertTrue(later > 0 && later < 0.1, "" + later);
        assertTrue(beforeTheHour > 0.6, "" + beforeTheHour);
    }

    private void idle(int times, long ms) {
        for (int i = 0; i < times; i++) {
            history.add(ms);
        }
    }
}
