package dev.glis.logs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.glis.base.Fault;
import dev.glis.logs.Logs.Line;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class LineChunksTest {
    private static final Instant TIME = Instant.parse("2026-11-28T10:00:00.123456789Z");

    @Test
    void decodesWhatItEncoded() {
        List<Line> lines =
                List.of(
                        line("1", "i1", null, "starting"),
                        line("1", "i1", "r1", ""),
                        line("1", "i1", "r1", "é ✓"),
                        line("1", "i2", "r2", "é ✓"),
                        line("2", "i1", null, "r1"),
                        line("2", "i1", "r1", "x".repeat(100_000)));

        List<Line> decoded = LineChunks.decode(LineChunks.encode(lines));

        assertEquals(lines, decoded);
    }

    @Test
    void decodesChunksOfTheFirstFormat() throws IOException {
        var bytes = new ByteArrayOutputStream();
        bytes.write(1);
        try (var out = new DataOutputStream(new DeflaterOutputStream(bytes))) {
            out.writeInt(1);
            out.writeLong(TIME.getEpochSecond());
            out.writeInt(TIME.getNano());
            for (String text : List.of("$LATEST", "i1", "r1", "hello")) {
                byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
                out.writeInt(utf8.length);
                out.write(utf8);
            }
        }

        List<Line> decoded = LineChunks.decode(bytes.toByteArray());

        assertEquals(List.of(line("$LATEST", "i1", "r1", "hello")), decoded);
    }

    @Test
    void refusesAFormatOfTheFuture() {
        Fault fault = assertThrows(Fault.class, () -> LineChunks.decode(new byte[] {3, 0}));

        assertEquals("Log chunk of unknown format 3", fault.text());
    }

    private static Line line(
            String version, String instanceId, @Nullable String requestId, String text) {
        return new Line(TIME, version, instanceId, requestId, text);
    }
}
