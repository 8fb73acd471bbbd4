package dev.glis.engine.image;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Makes tar archives that no honest tool would make. */
final class TarForge {
    private static final int BLOCK_BYTES = 512;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    TarForge file(String name, String content) {
        return file(name, 0644, content);
    }

    TarForge file(String name, int mode, String content) {
        return entry('0', name, mode, "", content);
    }

    TarForge folder(String name, int mode) {
        return entry('5', name, mode, "", "");
    }

    TarForge link(String name, String target) {
        return entry('2', name, 0777, target, "");
    }

    TarForge hardLink(String name, String target) {
        return entry('1', name, 0644, target, "");
    }

    /** An entry of any type. */
    TarForge entry(char type, String name, int mode, String link, String content) {
        byte[] body = content.getBytes(StandardCharsets.UTF_8);
        return claiming(type, name, mode, link, body, body.length);
    }

    /** An entry whose header claims a size of its own. */
    TarForge claiming(char type, String name, int mode, String link, byte[] body, long size) {
        var header = new byte[BLOCK_BYTES];
        put(header, 0, name);
        put(header, 100, "%07o".formatted(mode));
        put(header, 108, "0000000");
        put(header, 116, "0000000");
        put(header, 124, "%011o".formatted(size));
        put(header, 136, "%011o".formatted(1_000_000_000));
        put(header, 148, "        ");
        header[156] = (byte) type;
        put(header, 157, link);
        put(header, 257, "ustar\00000");
        int sum = 0;
        for (byte each : header) {
            sum += each & 0xff;
        }
        put(header, 148, "%06o\0 ".formatted(sum));
        bytes.writeBytes(header);
        bytes.writeBytes(body);
        bytes.writeBytes(new byte[(BLOCK_BYTES - body.length % BLOCK_BYTES) % BLOCK_BYTES]);
        return this;
    }

    byte[] bytes() {
        var whole = new ByteArrayOutputStream();
        whole.writeBytes(bytes.toByteArray());
        whole.writeBytes(new byte[2 * BLOCK_BYTES]);
        return whole.toByteArray();
    }

    InputStream stream() {
        return new ByteArrayInputStream(bytes());
    }

    private static void put(byte[] header, int at, String text) {
        byte[] ascii = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(ascii, 0, header, at, ascii.length);
    }
}
