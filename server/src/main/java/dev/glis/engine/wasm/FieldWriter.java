package dev.glis.engine.wasm;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Writes fields one after the other: numbers in big-endian order; texts (UTF-8), bytes and lists
 * after their length or count, an {@code int}. {@link FieldReader} reads them.
 */
final class FieldWriter {
    private byte[] bytes;
    private int size;

    FieldWriter(int expectedBytes) {
        this.bytes = new byte[expectedBytes];
    }

    /** For a frame, which begins with its length without itself. */
    static FieldWriter frame(int expectedBytes) {
        return new FieldWriter(expectedBytes + Integer.BYTES).number(0);
    }

    private int take(int count) {
        int at = size;
        size = Math.addExact(at, count);
        if (size > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(size, bytes.length * 2));
        }
        return at;
    }

    FieldWriter octet(int value) {
        int at = take(1);
        bytes[at] = (byte) value;
        return this;
    }

    FieldWriter flag(boolean value) {
        return octet(value ? 1 : 0);
    }

    FieldWriter number(int value) {
        set(take(Integer.BYTES), value);
        return this;
    }

    FieldWriter longNumber(long value) {
        return number((int) (value >>> Integer.SIZE)).number((int) value);
    }

    FieldWriter bytes(byte[] value) {
        number(value.length);
        int at = take(value.length);
        System.arraycopy(value, 0, bytes, at, value.length);
        return this;
    }

    FieldWriter text(String value) {
        return bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    FieldWriter texts(List<String> values) {
        number(values.size());
        values.forEach(this::text);
        return this;
    }

    private void set(int at, int value) {
        bytes[at] = (byte) (value >>> 24);
        bytes[at + 1] = (byte) (value >>> 16);
        bytes[at + 2] = (byte) (value >>> 8);
        bytes[at + 3] = (byte) value;
    }

    /**
     * What has been written, with room for a frame's length before it, as {@link #frame} leaves it.
     */
    ByteBuffer toFrame() {
        return toFrame(0);
    }

    /** As {@link #toFrame()}, of a frame that goes on with so many bytes. */
    ByteBuffer toFrame(int more) {
        set(0, size - Integer.BYTES + more);
        return ByteBuffer.wrap(bytes, 0, size);
    }

    byte[] toFrameBytes() {
        set(0, size - Integer.BYTES);
        return toBytes();
    }

    byte[] toBytes() {
        return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
    }
}
