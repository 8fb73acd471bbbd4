package dev.glis.logs;

import dev.glis.base.Fault;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * A chunk's content as it is stored: a byte that names the format, then what it holds, deflated.
 */
public final class Packed {
    private static final int BUFFER_BYTES = 32 * 1024;

    private Packed() {}

    /** Writes what a chunk holds. */
    public interface Writer {
        void writeTo(DataOutputStream out) throws IOException;
    }

    /**
     * Reads what a chunk holds.
     *
     * @param <R> such as a list of lines
     */
    public interface Reader<R> {
        R readFrom(DataInputStream in) throws IOException;
    }

    /** The bytes of a chunk. */
    public static byte[] pack(int format, int expectedBytes, Writer writer) {
        var bytes = new ByteArrayOutputStream(expectedBytes);
        var deflater = new Deflater(Deflater.BEST_SPEED);
        bytes.write(format);
        var deflated = new DeflaterOutputStream(bytes, deflater, BUFFER_BYTES);
        try (var out = new DataOutputStream(new BufferedOutputStream(deflated, BUFFER_BYTES))) {
            writer.writeTo(out);
        } catch (IOException e) {
            throw Fault.internal("Compressing a log chunk in memory failed", e);
        } finally {
            deflater.end();
        }
        return bytes.toByteArray();
    }

    /**
     * What {@link #pack} was given.
     *
     * @param newest formats from 1 to this are known
     */
    public static <R> R unpack(byte[] content, int newest, Reader<R> reader) {
        var bytes = new ByteArrayInputStream(content);
        int format = bytes.read();
        if (format < 1 || format > newest) {
            throw new Fault(
                    Fault.Kind.INTERNAL, "internal", "Log chunk of unknown format " + format);
        }
        var inflated = new InflaterInputStream(bytes);
        try (var in = new DataInputStream(new BufferedInputStream(inflated, BUFFER_BYTES))) {
            return reader.readFrom(in);
        } catch (IOException e) {
            throw Fault.internal("A stored log chunk is damaged", e);
        }
    }
}
