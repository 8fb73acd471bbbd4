package dev.glis.logs;

import dev.glis.logs.Logs.Line;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lines as the content of a chunk. */
final class LineChunks {
    /** In format 1 no text was written as a repetition. */
    private static final int FORMAT = 2;

    private static final int ABSENT = -1;
    private static final int REPEATED = -2;

    private LineChunks() {}

    /** The lines as compressed bytes. */
    static byte[] encode(List<Line> lines) {
        return Packed.pack(FORMAT, 256 + lines.size() * 32, out -> write(out, lines));
    }

    /** The lines that {@link #encode} made these bytes of. */
    static List<Line> decode(byte[] content) {
        return Packed.unpack(content, FORMAT, LineChunks::read);
    }

    private static void write(DataOutputStream out, List<Line> lines) throws IOException {
        out.writeInt(lines.size());
        Line before = null;
        for (Line line : lines) {
            write(out, line, before);
            before = line;
        }
    }

    private static List<Line> read(DataInputStream in) throws IOException {
        int count = in.readInt();
        var lines = new ArrayList<Line>(count);
        for (int i = 0; i < count; i++) {
            lines.add(read(in, i == 0 ? null : lines.getLast()));
        }
        return lines;
    }

    /** What all lines of a call have in common is written once. */
    private static void write(DataOutputStream out, Line line, @Nullable Line before)
            throws IOException {
        Instant time = line.time();
        out.writeLong(time.getEpochSecond());
        out.writeInt(time.getNano());
        writeText(out, line.version(), before == null ? null : before.version());
        writeText(out, line.instanceId(), before == null ? null : before.instanceId());
        writeText(out, line.requestId(), before == null ? null : before.requestId());
        writeText(out, line.text(), null);
    }

    private static Line read(DataInputStream in, @Nullable Line before) throws IOException {
        Instant time = Instant.ofEpochSecond(in.readLong(), in.readInt());
        String version = require(readText(in, before == null ? null : before.version()));
        String instanceId = require(readText(in, before == null ? null : before.instanceId()));
        String requestId = readText(in, before == null ? null : before.requestId());
        return new Line(time, version, instanceId, requestId, require(readText(in, null)));
    }

    private static void writeText(
            DataOutputStream out, @Nullable String text, @Nullable String before)
            throws IOException {
        if (text == null) {
            out.writeInt(ABSENT);
        } else if (text.equals(before)) {
            out.writeInt(REPEATED);
        } else {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            out.writeInt(utf8.length);
            out.write(utf8);
        }
    }

    private static @Nullable String readText(DataInputStream in, @Nullable String before)
            throws IOException {
        int length = in.readInt();
        return switch (length) {
            case ABSENT -> null;
            case REPEATED -> before;
            default -> new String(in.readNBytes(length), StandardCharsets.UTF_8);
        };
    }

    private static String require(@Nullable String text) throws IOException {
        if (text == null) {
            throw new IOException("A text is missing");
        }
        return text;
    }
}
