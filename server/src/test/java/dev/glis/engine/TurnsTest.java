package dev.glis.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Accounts take turns, however much one of them wants. */
final class TurnsTest {
    private final Turns<String> turns = new Turns<>();

    private List<String> rest() {
        var rest = new ArrayList<String>();
        for (String next = turns.next(); next != null; next = turns.next()) {
            rest.add(next);
        }
        return rest;
    }

    @Test
    void anAccountThatWantsMuchHoldsNobodyElseUp() {
        // Given
        for (int i = 1; i <= 3; i++) {
            turns.add("greedy", "g" + i);
        }
        turns.add("modest", "m1");
        turns.add("late", "l1");
        // When
        var order = rest();
        // Then
        assertEquals(List.of("g1", "m1", "l1", "g2", "g3"), order);
        assertEquals(0, turns.size());
        assertNull(turns.next());
    }

    @Test
    void whatIsRemovedHasNoTurn() {
        // Given
        turns.add("one", "a");
        turns.add("one", "b");
        turns.add("two", "c");
        // When
        turns.removeIf(item -> item.equals("a") || item.equals("c"));
        // Then
        assertEquals(1, turns.size());
        assertEquals(List.of("b"), rest());
    }
}
