package dev.glis.engine.wasm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads what a {@link FieldWriter} wrote, or refuses what it cannot have written. */
final class FieldReader {
    private final byte[] bytes;
    private int at;

    FieldReader(byte[] bytes) {
        this.bytes = bytes;
    }

    private int take(int count) throws IOException {
        if (count < 0 || count > bytes.length - at) {
            throw new IOException("A field of " + count + " bytes is not there");
        }
        int from = at;
        at += count;
        return from;
    }

    int octet() throws IOException {
        return bytes[take(1)];
    }

    boolean flag() throws IOException {
        return switch (octet()) {
            case 0 -> false;
            case 1 -> true;
            default -> throw new IOException("A flag is neither 0 nor 1");
        };
    }

    int number() throws IOException {
        int from = take(Integer.BYTES);
        return ByteBuffer.wrap(bytes).getInt(from);
    }

    long longNumber() throws IOException {
        return ByteBuffer.wrap(bytes).getLong(take(Long.BYTES));
    }

    byte[] bytes() throws IOException {
        int count = number();
        int from = take(count);
        return Arrays.copyOfRange(bytes, from, from + count);
    }

    String text() throws IOException {
        int count = number();
        return new String(bytes, take(count), count, StandardCharsets.UTF_8);
    }

    List<String> texts() throws IOException {
        int count = number();
        if (count < 0 || count > (bytes.length - at) / Integer.BYTES) {
            throw new IOException("A list of " + count + " texts is not there");
        }
        var texts = new ArrayList<String>(count);
        for (int i = 0; i < count; i++) {
            texts.add(text());
        }
        return texts;
    }

    /** Makes sure that nothing follows. */
    void end() throws IOException {
        if (at != bytes.length) {
            throw new IOException((bytes.length - at) + " bytes follow the last field");
        }
    }
}
