package dev.glis.engine.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import run.endive.runtime.Memory;

final class LinearMemoryTest {
    private static final int INITIAL_PAGES = 20;
    private static final int MOST_PAGES = 100;
    private final LinearMemory memory = memory();

    private static LinearMemory memory() {
        try {
            return new LinearMemory(INITIAL_PAGES, MOST_PAGES);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void free() {
        memory.free();
    }

    @Test
    void nothingIsLeftAfterClearing() {
        memory.grow(MOST_PAGES - INITIAL_PAGES);
        int size = MOST_PAGES * Memory.PAGE_SIZE;
        for (int at = 0; at < size; at += 1_021) {
            memory.writeByte(at, (byte) 7);
        }
        memory.writeByte(size - 1, (byte) 7);

        memory.clear();

        assertEquals(INITIAL_PAGES, memory.pages());
        memory.grow(MOST_PAGES - INITIAL_PAGES);
        assertTrue(isZero(memory.content()));
    }

    @Test
    void eachPageIsClearedWhateverItsNeighboursHold() {
        int page = NativePages.PAGE_BYTES;
        int[] touched = {0, page, 3 * page, INITIAL_PAGES * Memory.PAGE_SIZE - 1};
        for (int at : touched) {
            memory.writeByte(at, (byte) 7);
        }

        memory.clear();

        assertTrue(isZero(memory.content()));
    }

    @Test
    void whatNobodyTouchedTakesNoMemoryAfterClearing() {
        memory.writeByte(5 * NativePages.PAGE_BYTES, (byte) 7);

        memory.clear();

        assertTrue(isKept(5));
        assertFalse(isKept(4));
        assertFalse(isKept(6));
    }

    private boolean isKept(int page) {
        long pageBytes = NativePages.PAGE_BYTES;
        try (var arena = java.lang.foreign.Arena.ofConfined()) {
            MemorySegment kept = arena.allocate(ValueLayout.JAVA_LONG);
            assertTrue(
                    NativePages.findKept(
                            memory.content().asSlice(page * pageBytes, pageBytes), kept));
            return NativePages.isKept(kept, 0);
        }
    }

    private static boolean isZero(MemorySegment bytes) {
        for (byte each : bytes.toArray(ValueLayout.JAVA_BYTE)) {
            if (each != 0) {
                return false;
            }
        }
        return true;
    }
}
