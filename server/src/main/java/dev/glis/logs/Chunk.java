package dev.glis.logs;

import dev.glis.base.Fault;
import dev.glis.logs.Logs.Line;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Lines of one group that are written together.
 *
 * @param id names the row, so that writing it again changes nothing
 */
record Chunk(String id, String group, List<Line> lines) {
    /** In format 1 no text was written as a repetition. */
    private static final int FORMAT = 2;

    private static final int BUFFER_BYTES = 32 * 1024;
    private static final int ABSENT = -1;
    private static final int REPEATED = -2;

    /** The lines as compressed bytes. */
    byte[] encode() {
        var bytes = new ByteArrayOutputStream(256 + lines.size() * 32);
        var deflater = new Deflater(Deflater.BEST_SPEED);
        bytes.write(FORMAT);
        var deflated = new DeflaterOutputStream(bytes, deflater, BUFFER_BYTES);
        try (var out = new DataOutputStream(new BufferedOutputStream(deflated, BUFFER_BYTES))) {
            out.writeInt(lines.size());
            Line before = null;
            for (Line line : lines) {
                write(out, line, before);
                before = line;
            }
        } catch (IOException e) {
            throw Fault.internal("Compressing log lines in memory failed", e);
        } finally {
            deflater.end();
        }
        return bytes.toByteArray();
    }

    /** The lines that {@link #encode} made these bytes of. */
    static List<Line> decode(byte[] content) {
        var bytes = new ByteArrayInputStream(content);
        int format = bytes.read();
        if (format < 1 || format > FORMAT) {
            throw new Fault(
                    Fault.Kind.INTERNAL, "internal", "Log chunk of unknown format " + format);
        }
        try (var in = new DataInputStream(new InflaterInputStream(bytes))) {
            int count = in.readInt();
            var lines = new ArrayList<Line>(count);
            for (int i = 0; i < count; i++) {
                lines.add(read(in, i == 0 ? null : lines.getLast()));
            }
            return lines;
        } catch (IOException e) {
            throw Fault.internal("A stored log chunk is damaged", e);
        }
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
