package dev.glis.engine.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where the disk cannot be used, a full /tmp must still be an error and not the end. */
final class MemoryFoldersTest {
    private final MemoryFolders folders = new MemoryFolders("no loop devices");

    @ParameterizedTest
    @CsvSource({"512, 128, 64", "512, 2048, 512", "10240, 1024, 512", "512, 1, 1"})
    void holdAtMostHalfOfTheMemory(int askedMb, int memoryMb, long expectedMb) {
        // When
        var options = folders.take(askedMb, memoryMb).options();
        // Then
        String bytes = options.get(options.indexOf("--size") + 1);
        assertEquals(expectedMb << 20, Long.parseLong(bytes));
    }

    @Test
    void saySoToTheOperator() {
        // When
        var weak = folders.strength().weak();
        // Then
        assertTrue(weak.getFirst().contains("at most half of it"), weak::toString);
        assertTrue(weak.getFirst().contains("no loop devices"), weak::toString);
    }
}
