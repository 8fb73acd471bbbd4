package dev.glis.engine.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.engine.Lines;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines, and what "after the output" means. */
final class OutputReaderTest {
    private static List<String> cut(int limit, String... chunks) {
        var lines = new Lines(limit);
        var all = new ArrayList<String>();
        for (String chunk : chunks) {
            all.addAll(lines.add(chunk.getBytes(StandardCharsets.UTF_8)));
        }
        all.addAll(lines.flush());
        return all;
    }

    @Test
    void cutsLines() {
        // When
        var lines = cut(100, "one\ntw", "o\n\nrest");
        // Then
        assertEquals(List.of("one", "two", "", "rest"), lines);
    }

    @Test
    void cutsLongLinesIntoPiecesBetweenCharacters() {
        // When
        var lines = cut(5, "ääää\nabcde\n");
        // Then
        assertEquals(List.of("ää", "ää", "abcde"), lines);
    }

    @Test
    void aBreakAfterWhatWasGivenOutEarlyEndsNothing() {
        // Given
        var lines = new Lines(100);
        lines.add("part".getBytes(StandardCharsets.UTF_8));
        var early = lines.flush();
        // When
        var rest = lines.add("\nnext\n".getBytes(StandardCharsets.UTF_8));
        // Then
        assertEquals(List.of("part"), early);
        assertEquals(List.of("next"), rest);
    }

    @Test
    void runsActionsAfterAllThatWasPrintedBefore(@TempDir Path folder) throws Exception {
        // Given: a process that prints much, then tells through its own log that it has
        try (var sandboxes = ProcessSandboxes.open(folder)) {
            var lines = Collections.synchronizedList(new ArrayList<String>());
            var sandbox =
                    sandboxes.start(
                            SandboxFixture.shell(
                                    "i=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i+1)); done;"
                                            + " printf partial; sleep 1000"),
                            lines::add);
            SandboxFixture.await("most has come", () -> lines.size() >= 2000);
            var seen = new CompletableFuture<List<String>>();
            // When
            SandboxFixture.await(
                    "the part has come",
                    () -> {
                        sandbox.afterOutput(() -> {});
                        return lines.contains("partial");
                    });
            sandbox.afterOutput(() -> seen.complete(List.copyOf(lines)));
            // Then
            var all = seen.get(SandboxFixture.PATIENCE_MS, TimeUnit.MILLISECONDS);
            assertEquals(2001, all.size());
            assertTrue(all.contains("line 1999"));
            SandboxFixture.end(sandbox);
        }
    }
}
