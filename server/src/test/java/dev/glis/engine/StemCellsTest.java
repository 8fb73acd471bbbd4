package dev.glis.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.base.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How many stem cells wait, on a clock of the test's own. */
final class StemCellsTest {
    private static final long MS = 1_000_000L;
    private static final long MINUTE = 60_000 * MS;
    private static final StemKind NODE = kind("nodejs20.x", 128);
    private static final StemKind LARGE_NODE = kind("nodejs20.x", 1024);
    private static final StemKind PYTHON = kind("python3.11", 128);

    private long now = 5 * MINUTE;
    private boolean calm = true;
    private double cpuLoad;
    private long roomMb = 4_096;
    private int freeStarts = 4;
    private int made;
    private final StemCells cells = new StemCells(16_384, 2, () -> "cell-" + made++);

    private static StemKind kind(String language, int memoryMb) {
        var launch = new Runtimes.Launch(List.of(language), Map.of(), List.of());
        return new StemKind(language, launch, memoryMb, 512, Egress.NONE);
    }

    @Test
    void keepsNothingThatNobodyAskedFor() {
        // When time goes by
        long next = cells.look(now, calm, cpuLoad, roomMb, freeStarts);

        // Then there is no cell, and nothing to look at
        assertEquals(0, cells.waiting());
        assertEquals(Call.NEVER, next);
    }

    @Test
    void startsOneOnceAKindHasBeenUsed() {
        // Given a start that found no cell
        assertTrue(cells.take(NODE, now).isEmpty());
        letPass(10 * MS);
        assertEquals(List.of(), cells.takeStarts());

        // When that start has been answered
        letPass(30 * MS);
        var started = cells.takeStarts();

        // Then one cell is made, which serves the next start
        assertEquals(1, started.size());
        cells.ready(started.getFirst(), now);
        assertEquals(started.getFirst(), cells.take(NODE, now).orElseThrow());
        assertTrue(cells.take(PYTHON, now).isEmpty());
    }

    @Test
    void aCellServesOneStartOnly() {
        // Given one cell
        grow(NODE, 1);

        // When two starts ask
        var first = cells.take(NODE, now);
        var second = cells.take(NODE, now);

        // Then only one gets it
        assertTrue(first.isPresent());
        assertTrue(second.isEmpty());
    }

    @Test
    void leavesRunningWorkAlone() {
        // Given calls that wait for instances
        calm = false;
        assertTrue(cells.take(NODE, now).isEmpty());

        // When less than half a second goes by
        letPass(400 * MS);

        // Then no cell is started
        assertEquals(List.of(), cells.takeStarts());
    }

    @Test
    void doesNotWaitForeverForIdleProcessors() {
        // Given a machine that is never idle
        cpuLoad = 1;
        assertTrue(cells.take(NODE, now).isEmpty());

        // When half a second has gone by
        letPass(600 * MS);

        // Then the cell is started all the same
        assertEquals(1, cells.takeStarts().size());
    }

    @Test
    void startsOneAtATime() {
        // Given two kinds that are wanted
        assertTrue(cells.take(NODE, now).isEmpty());
        assertTrue(cells.take(PYTHON, now).isEmpty());

        // When time goes by
        letPass(5_000 * MS);

        // Then the second waits for the first
        var started = cells.takeStarts();
        assertEquals(1, started.size());
        cells.ready(started.getFirst(), now);
        letPass(30 * MS);
        assertEquals(1, cells.takeStarts().size());
    }

    @Test
    void keepsMoreOfWhatIsMissed() {
        // Given a kind with one cell, taken by a start
        grow(NODE, 1);
        assertTrue(cells.take(NODE, now).isPresent());

        // When many more starts come at once, and time goes by
        for (int i = 0; i < 50; i++) {
            assertTrue(cells.take(NODE, now).isEmpty());
        }
        settle();

        // Then there are several, but not more than the limit
        assertEquals(Limits.STEM_CELLS_PER_KIND.intValue(), cells.waiting());
    }

    @Test
    void makesSeveralAtOnceInARush() {
        // Given starts that come faster than cells are made, on processors that are never idle
        cpuLoad = 1;
        calm = false;
        rush(2_000 * MS, 20 * MS, 60 * MS);

        // When the rush goes on
        int onCells = rush(2_000 * MS, 40 * MS, 60 * MS);

        // Then two cells are made at a time, and nearly all starts find one
        assertTrue(onCells >= 48, onCells + " of 50 starts found a cell");
    }

    @Test
    void leavesStartsWithCallersTheirPlacesInARush() {
        // Given as many starts at work as may be
        calm = false;
        freeStarts = 0;

        // When starts come in a rush
        rush(400 * MS, 20 * MS, 60 * MS);

        // Then no cell is made at once
        assertEquals(0, cells.waiting());
    }

    @Test
    void aBurstIsNoRush() {
        // Given a kind with one cell, and processors at work
        grow(NODE, 1);
        now += MINUTE;
        cpuLoad = 1;

        // When two starts come at once
        assertTrue(cells.take(NODE, now).isPresent());
        assertTrue(cells.take(NODE, now).isEmpty());
        letPass(100 * MS);

        // Then no cell is made yet
        assertEquals(List.of(), cells.takeStarts());
    }

    @Test
    void forgetsABurst() {
        // Given several cells after a burst
        grow(NODE, 4);
        assertEquals(4, cells.waiting());

        // When minutes go by without another
        letPass(5 * MINUTE);
        gone();

        // Then one is left
        assertEquals(1, cells.waiting());
    }

    @Test
    void keepsTheLastOfALanguageForAnHour() {
        // Given three kinds of two languages, the small Node.js kind used last
        grow(LARGE_NODE, 1);
        grow(PYTHON, 1);
        grow(NODE, 1);

        // When nobody asks for twelve minutes
        letPass(12 * MINUTE);
        gone();

        // Then one of each language is left, and an hour later nothing
        assertEquals(2, cells.waiting());
        letPass(61 * MINUTE);
        gone();
        assertEquals(0, cells.waiting());
    }

    @Test
    void holdsOnlyAPartOfTheBudget() {
        // Given a small machine
        var few = new StemCells(Limits.STEM_CELL_MB.intValue() * 7, 2, () -> "cell");
        assertTrue(few.take(NODE, now).isEmpty());

        // When a cell of it is wanted that already holds one
        for (int i = 0; i < 10; i++) {
            now += 100 * MS;
            long unused = few.look(now, true, 0, 4_096, freeStarts);
            few.takeStarts().forEach(cell -> few.ready(cell, now));
            assertTrue(few.take(PYTHON, now).isEmpty());
        }

        // Then there is no second
        assertEquals(1, few.waiting());
    }

    @Test
    void makesRoomForInstances() {
        // Given two cells
        grow(NODE, 1);
        grow(PYTHON, 1);

        // When an instance needs their memory
        now += MINUTE;
        cells.expect(PYTHON, now);
        boolean gaveUp = cells.giveUpOne(now, Double.MAX_VALUE, Optional.empty());
        var stopped = cells.takeStops();

        // Then the kind that is used less goes first, and counts until it is gone
        assertTrue(gaveUp);
        assertEquals(NODE, stopped.getFirst().kind);
        assertEquals(2L * Limits.STEM_CELL_MB.value(), cells.heldMb());
        assertEquals(Limits.STEM_CELL_MB.value(), cells.leavingMb());
        cells.ended(stopped.getFirst(), now);
        assertEquals(Limits.STEM_CELL_MB.value(), cells.heldMb());
    }

    @Test
    void keepsWhatIsWorthMoreThanAnInstance() {
        // Given a cell
        grow(NODE, 1);

        // When memory is wanted that instances worth next to nothing hold
        boolean gaveUp = cells.giveUpOne(now, 0.001, Optional.empty());

        // Then it stays
        assertFalse(gaveUp);
        assertEquals(1, cells.waiting());
    }

    @Test
    void keepsOneForTheStartThatWantsTheMemory() {
        // Given two cells of a kind
        grow(NODE, 2);

        // When a start of that kind wants memory, twice
        boolean first = cells.giveUpOne(now, Double.MAX_VALUE, Optional.of(NODE));
        boolean second = cells.giveUpOne(now, Double.MAX_VALUE, Optional.of(NODE));

        // Then one is left for it
        assertTrue(first);
        assertFalse(second);
        assertTrue(cells.take(NODE, now).isPresent());
    }

    @Test
    void waitsLongerAfterEachFailure() {
        // Given a kind whose cells end at once
        assertTrue(cells.take(NODE, now).isEmpty());
        int starts = 0;

        // When a minute goes by
        for (int i = 0; i < 600; i++) {
            letPass(100 * MS);
            for (StemCell cell : cells.takeStarts()) {
                starts++;
                cells.ended(cell, now);
            }
        }

        // Then it is tried again and again, but not often
        assertTrue(starts >= 5 && starts <= 15, starts + " starts");
        assertEquals(0, cells.heldMb());
    }

    @Test
    void givesUpOneThatDawdles() {
        // Given a cell that never gets ready
        assertTrue(cells.take(NODE, now).isEmpty());
        letPass(30 * MS);
        StemCell cell = cells.takeStarts().getFirst();

        // When its time is over
        letPass(Limits.STEM_READY_MS.value() * MS + 30 * MS);

        // Then it is stopped, and too late is too late
        assertEquals(List.of(cell), cells.takeStops());
        cells.ready(cell, now);
        assertTrue(cells.take(NODE, now).isEmpty());
    }

    @Test
    void stopsAllAtTheEnd() {
        // Given cells
        grow(NODE, 2);

        // When the server stops
        cells.close();

        // Then they do too, and no other is started
        assertEquals(2, cells.takeStops().size());
        letPass(MINUTE);
        assertEquals(List.of(), cells.takeStarts());
        assertFalse(cells.giveUpOne(now, Double.MAX_VALUE, Optional.empty()));
    }

    /**
     * Starts one after the other, while each cell takes its time to be made.
     *
     * @return how many starts found a cell
     */
    private int rush(long nanos, long pauseNanos, long makingNanos) {
        int found = 0;
        long end = now + nanos;
        long nextStart = now;
        List<StemCell> made = new ArrayList<>();
        for (; now < end; now += 10 * MS) {
            made.removeIf(cell -> isMade(cell, makingNanos));
            if (now >= nextStart) {
                found += cells.take(NODE, now).isPresent() ? 1 : 0;
                nextStart += pauseNanos;
            }
            long unused = cells.look(now, calm, cpuLoad, roomMb, freeStarts);
            made.addAll(cells.takeStarts());
        }
        made.forEach(cell -> cells.ready(cell, now));
        return found;
    }

    private boolean isMade(StemCell cell, long makingNanos) {
        boolean made = now - cell.startedNanos >= makingNanos;
        if (made) {
            cells.ready(cell, now);
        }
        return made;
    }

    /** Makes as many cells of a kind by asking for them. */
    private void grow(StemKind kind, int count) {
        cells.expect(kind, now);
        settle();
        int more = cells.waiting() + count - 1;
        while (cells.waiting() < more) {
            while (cells.take(kind, now).isPresent()) {
                now += MS;
            }
            settle();
        }
    }

    /** Lets cells be made until no more are wanted. */
    private void settle() {
        for (int i = 0; i < 50; i++) {
            letPass(30 * MS);
            cells.takeStarts().forEach(cell -> cells.ready(cell, now));
        }
    }

    /** What is stopped ends at once. */
    private void gone() {
        cells.takeStops().forEach(cell -> cells.ended(cell, now));
    }

    private void letPass(long nanos) {
        long end = now + nanos;
        while (now < end) {
            now = Math.min(end, Math.max(now + 10 * MS, now + nanos / 100));
            long unused = cells.look(now, calm, cpuLoad, roomMb, freeStarts);
        }
    }
}
