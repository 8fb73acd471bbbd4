package dev.glis.logs;

import dev.glis.base.Fault;
import dev.glis.logs.Logs.Line;
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
    private static final int FORMAT = 1;

    /** The lines as compressed bytes. */
    byte[] encode() {
        var bytes = new ByteArrayOutputStream(256 + lines.size() * 32);
        var deflater = new Deflater(Deflater.BEST_SPEED);
        bytes.write(FORMAT);
        try (var out = new DataOutputStream(new DeflaterOutputStream(bytes, deflater, 4096))) {
            out.writeInt(lines.size());
            for (Line line : lines) {
                write(out, line);
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
        if (format != FORMAT) {
            throw new Fault(
                    Fault.Kind.INTERNAL, "internal", "Log chunk of unknown format " + format);
        }
        try (var in = new DataInputStream(new InflaterInputStream(bytes))) {
            int count = in.readInt();
            var lines = new ArrayList<Line>(count);
            for (int i = 0; i < count; i++) {
                lines.add(read(in));
            }
            return lines;
        } catch (IOException e) {
            throw Fault.internal("A stored log chunk is damaged", e);
        }
    }

    private static void write(DataOutputStream out, Line line) throws IOException {
        Instant time = line.time();
        out.writeLong(time.getEpochSecond());
        out.writeInt(time.getNano());
        writeText(out, line.version());
        writeText(out, line.instanceId());
        writeText(out, line.requestId());
        writeText(out, line.text());
    }

    private static Line read(DataInputStream in) throws IOException {
        Instant time = Instant.ofEpochSecond(in.readLong(), in.readInt());
        String version = require(readText(in));
        String instanceId = require(readText(in));
        String requestId = readText(in);
        return new Line(time, version, instanceId, requestId, require(readText(in)));
    }

    private static void writeText(DataOutputStream out, @Nullable String text) throws IOException {
        if (text == null) {
            out.writeInt(-1);
            return;
        }
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(utf8.length);
        out.write(utf8);
    }

    private static @Nullable String readText(DataInputStream in) throws IOException {
        int length = in.readInt();
        return length < 0 ? null : new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    private static String require(@Nullable String text) throws IOException {
        if (text == null) {
            throw new IOException("A text is missing");
        }
        return text;
    }
}
