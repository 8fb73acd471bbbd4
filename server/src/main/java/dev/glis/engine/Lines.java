package dev.glis.engine;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts bytes into lines at line feeds, and lines that are too long into pieces, never through the
 * middle of a character. Not safe for use by several threads.
 */
public final class Lines {
    private final int limit;
    private final ByteArrayOutputStream partial = new ByteArrayOutputStream();

    /** Whether the piece given out last was not a whole line. */
    private boolean open;

    public Lines(int limit) {
        this.limit = limit;
    }

    /** Takes bytes; returns the lines that they complete. */
    public List<String> add(byte[] bytes) {
        var complete = new ArrayList<String>();
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                append(bytes, start, i, complete);
                endLine(complete);
                start = i + 1;
            }
        }
        append(bytes, start, bytes.length, complete);
        return complete;
    }

    /** The break after a piece that was given out early ends nothing. */
    private void endLine(List<String> complete) {
        if (partial.size() > 0 || !open) {
            complete.add(text(partial.toByteArray()));
        }
        partial.reset();
        open = false;
    }

    private void append(byte[] bytes, int from, int to, List<String> complete) {
        int start = from;
        while (start < to) {
            int count = Math.min(to - start, limit - partial.size());
            partial.write(bytes, start, count);
            start += count;
            if (partial.size() == limit) {
                cut(complete);
            }
        }
    }

    private void cut(List<String> complete) {
        byte[] whole = partial.toByteArray();
        int end = characterBoundary(whole);
        complete.add(text(java.util.Arrays.copyOf(whole, end)));
        partial.reset();
        partial.write(whole, end, whole.length - end);
        open = true;
    }

    /** The largest index that does not split a UTF-8 character. */
    private static int characterBoundary(byte[] bytes) {
        int lead = bytes.length - 1;
        for (int back = 0; back < 3 && lead > 0 && (bytes[lead] & 0xC0) == 0x80; back++) {
            lead--;
        }
        int length = characterLength(bytes[lead]);
        return lead > 0 && lead + length > bytes.length ? lead : bytes.length;
    }

    private static int characterLength(byte lead) {
        if ((lead & 0xE0) == 0xC0) {
            return 2;
        }
        if ((lead & 0xF0) == 0xE0) {
            return 3;
        }
        return (lead & 0xF8) == 0xF0 ? 4 : 1;
    }

    /** Whether a part of a line is held back. */
    public boolean holdsBack() {
        return partial.size() > 0;
    }

    /** Gives out the part of a line that is held back, if any. */
    public List<String> flush() {
        if (partial.size() == 0) {
            return List.of();
        }
        String text = text(partial.toByteArray());
        partial.reset();
        open = true;
        return List.of(text);
    }

    /** What is no UTF-8 becomes the replacement character. */
    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
