package dev.glis.engine.process;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.base.Limits;
import dev.glis.base.testing.ManualTime;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who lets others go first, on a clock of the test's own. */
final class CpuTurnsTest {
    private static final long LOOK_MS = Limits.CPU_LOOK_MS.value();

    private final ManualTime clock = new ManualTime();
    private final CpuTurns turns = new CpuTurns(clock);

    @Test
    void whoTakesAllItGetsGivesWaySoon() {
        // Given
        var hog = new Group();
        turns.join(hog, 1);
        // When
        pass(100, Map.of(hog, 1.0));
        // Then
        assertTrue(hog.givesWay);
    }

    @Test
    void aBurstOfWorkKeepsItsTurn() {
        // Given
        var hog = new Group();
        var bursty = new Group();
        turns.join(hog, 1);
        turns.join(bursty, 1);
        for (int burst = 0; burst < 20; burst++) {
            // When
            pass(LOOK_MS, Map.of(hog, 1.0, bursty, 1.0));
            // Then
            assertFalse(bursty.givesWay);
            pass(200, Map.of(hog, 1.0));
        }
        assertTrue(hog.givesWay);
    }

    @Test
    void aSmallQuotaUsedUpIsMuchToo() {
        // Given
        var small = new Group();
        turns.join(small, 0.07);
        // When
        pass(100, Map.of(small, 0.07));
        // Then
        assertTrue(small.givesWay);
    }

    @Test
    void whoIsNeverLetIsOrdinaryAgain() {
        // Given
        var starved = new Group();
        turns.join(starved, 1);
        pass(100, Map.of(starved, 1.0));
        boolean gaveWay = starved.givesWay;
        // When
        pass(1_500, Map.of());
        // Then
        assertTrue(gaveWay);
        assertFalse(starved.givesWay);
    }

    @Test
    void whereTheKernelDoesNotCountNobodyGivesWay() {
        // Given
        var group = new Group();
        group.cpuNanos = -1;
        turns.join(group, 1);
        group.cpuNanos = 0;
        // When
        pass(1_000, Map.of(group, 1.0));
        // Then
        assertFalse(group.givesWay);
    }

    @Test
    void whoRestsHasItsTurnAgain() {
        // Given
        var hog = new Group();
        turns.join(hog, 1);
        pass(1_000, Map.of(hog, 1.0));
        // When
        pass(500, Map.of());
        boolean soon = hog.givesWay;
        pass(2_500, Map.of());
        // Then
        assertTrue(soon);
        assertFalse(hog.givesWay);
    }

    @Test
    void whoIsFrozenIsThawedInnocent() {
        // Given
        var hog = new Group();
        turns.join(hog, 1);
        pass(1_000, Map.of(hog, 1.0));
        // When
        turns.leave(hog);
        boolean frozen = hog.givesWay;
        turns.join(hog, 1);
        pass(LOOK_MS, Map.of(hog, 1.0));
        // Then
        assertFalse(frozen);
        assertFalse(hog.givesWay);
    }

    /** Each has so many cores meanwhile. */
    private void pass(long ms, Map<Group, Double> cores) {
        for (long passed = 0; passed < ms; passed += LOOK_MS) {
            clock.pass(LOOK_MS);
            cores.forEach((group, share) -> group.cpuNanos += (long) (share * LOOK_MS * 1e6));
            turns.look();
        }
    }

    private static final class Group implements Cgroup {
        private long cpuNanos;
        private boolean givesWay;

        @Override
        public List<Path> doors() {
            return List.of();
        }

        @Override
        public Freezer freezer(int first) {
            return new FreezerOfTree(first);
        }

        @Override
        public void reclaim() {
            // it has no memory
        }

        @Override
        public long memoryBytes() {
            return 0;
        }

        @Override
        public long peakMemoryBytes() {
            return 0;
        }

        @Override
        public long cpuNanos() {
            return cpuNanos;
        }

        @Override
        public void giveWay(boolean way) {
            givesWay = way;
        }

        @Override
        public boolean outOfMemory() {
            return false;
        }

        @Override
        public void kill() {
            // it has no members
        }

        @Override
        public boolean empty() {
            return true;
        }

        @Override
        public void remove() {
            // it has no folder
        }
    }
}
