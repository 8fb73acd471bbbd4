package dev.glis.engine;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/** The last 4 KiB of a call's log. Not safe for use by several threads. */
final class Tail {
    private static final int MOST_BYTES = 4096;

    /** Keeps nothing; for calls that want no tail. */
    static final Tail NONE = new Tail();

    private final Deque<byte[]> lines = new ArrayDeque<>();
    private int size;

    void add(String text) {
        if (this == NONE) {
            return;
        }
        byte[] line = (text + "\n").getBytes(StandardCharsets.UTF_8);
        lines.addLast(line);
        size += line.length;
        while (size - lines.getFirst().length >= MOST_BYTES) {
            size -= lines.removeFirst().length;
        }
    }

    byte[] bytes() {
        var all = new ByteArrayOutputStream(size);
        lines.forEach(all::writeBytes);
        byte[] bytes = all.toByteArray();
        return Arrays.copyOfRange(bytes, Math.max(0, bytes.length - MOST_BYTES), bytes.length);
    }
}
