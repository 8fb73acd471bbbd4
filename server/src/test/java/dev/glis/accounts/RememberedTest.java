package dev.glis.accounts;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.base.Limits;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What stays in memory when there is too much. */
final class RememberedTest {
    private final Remembered<Optional<String>> memory =
            new Remembered<>(
                    key -> key.startsWith("real") ? Optional.of(key) : Optional.empty(),
                    Optional::isEmpty);

    @Test
    void whatIsExpendableGoesFirst() {
        // Given
        memory.get("real");
        // When
        for (int i = 0; i < 2 * Limits.ACCOUNT_MEMORY_ENTRIES.value(); i++) {
            memory.get("guess" + i);
        }
        // Then
        assertTrue(memory.isFresh("real"));
        assertFalse(memory.isFresh("guess0"));
    }
}
