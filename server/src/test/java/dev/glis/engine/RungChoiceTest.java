package dev.glis.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RungChoiceTest {
    private static final long MS = 1_000_000;
    private final RungChoice choice = new RungChoice();

    @Test
    void quickFunctionsStartOnCells() {
        // When
        choice.measured(Rung.STEM_CELL, 20 * MS);
        // Then
        assertTrue(choice.prefersCell());
    }

    @Test
    void slowOnesTryACacheNowAndThen() {
        // Given
        choice.measured(Rung.STEM_CELL, 500 * MS);
        // When
        long withoutCell = IntStream.range(0, 16).filter(i -> !startsOnCell()).count();
        // Then
        assertEquals(2, withoutCell);
    }

    @Test
    void askingChangesNothing() {
        // Given
        choice.measured(Rung.STEM_CELL, 500 * MS);
        // When
        long withoutCell = IntStream.range(0, 16).filter(i -> !choice.prefersCell()).count();
        // Then
        assertEquals(0, withoutCell);
    }

    private boolean startsOnCell() {
        boolean cell = choice.prefersCell();
        choice.begins();
        return cell;
    }

    @Test
    void aCacheThatIsQuickerWins() {
        // Given
        choice.measured(Rung.STEM_CELL, 500 * MS);
        // When
        choice.measured(Rung.PREPARED_CACHE, 150 * MS);
        // Then
        assertFalse(choice.prefersCell());
    }

    @Test
    void aCacheThatIsSlowerLoses() {
        // Given
        choice.measured(Rung.STEM_CELL, 500 * MS);
        // When
        choice.measured(Rung.PREPARED_CACHE, 600 * MS);
        // Then
        assertTrue(choice.prefersCell());
    }
}
