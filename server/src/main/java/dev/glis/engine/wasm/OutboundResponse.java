package dev.glis.engine.wasm;

import dev.glis.base.Limits;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Reads one response of HTTP/1.1, which may be hostile, from a connection that ends with it. */
final class OutboundResponse {
    private static final int PIECE_BYTES = 16 * 1024;
    private static final int LINE_BYTES = 8 * 1024;

    private final InputStream in;
    private final Room room;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final byte[] piece = new byte[PIECE_BYTES];
    private int headBytes;

    /** Memory for a body that is so large with it. */
    interface Room {
        boolean take(int more, int whole);
    }

    OutboundResponse(InputStream in, Room room) {
        this.in = new BufferedInputStream(in, PIECE_BYTES);
        this.room = room;
    }

    /**
     * Reads it to its end.
     *
     * @param withoutBody whether none comes whatever the headers say
     */
    OutboundAnswer read(boolean withoutBody) throws IOException {
        int status = status();
        String headers = headers();
        while (status < 200) {
            if (status == 101) {
                throw new IOException("The server wants another protocol");
            }
            status = status();
            headers = headers();
        }
        if (!withoutBody && status != 204 && status != 304) {
            readBody(headers);
        }
        return new OutboundAnswer(OutboundError.SUCCESS, status, headers, body.toByteArray());
    }

    private int status() throws IOException {
        String line = line();
        if (!line.matches("HTTP/1\\.[01] [1-9][0-9][0-9]( .*)?")) {
            throw new IOException("The answer is not HTTP");
        }
        return Integer.parseInt(line.substring(9, 12));
    }

    private String headers() throws IOException {
        var all = new StringBuilder();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon <= 0) {
                throw new IOException("A header has no name");
            }
            all.append(line.substring(0, colon).toLowerCase(Locale.ROOT))
                    .append(':')
                    .append(line.substring(colon + 1).strip())
                    .append('\n');
        }
        return all.toString();
    }

    private String line() throws IOException {
        var bytes = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            headBytes++;
            if (next < 0) {
                throw new EOFException("The answer ends within a line");
            }
            if (bytes.size() >= LINE_BYTES || headBytes > Limits.WASM_HTTP_HEADER_BYTES.value()) {
                throw new IOException("The answer's headers are too large");
            }
            bytes.write(next);
        }
        String line = bytes.toString(StandardCharsets.ISO_8859_1);
        return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    }

    private void readBody(String headers) throws IOException {
        String encoding = value(headers, "transfer-encoding");
        if (encoding.equalsIgnoreCase("chunked")) {
            readChunks();
        } else if (!encoding.isEmpty()) {
            throw new IOException("The answer is encoded in a way that is not known");
        } else if (value(headers, "content-length").isEmpty()) {
            take(Long.MAX_VALUE);
        } else {
            readWhole(number(value(headers, "content-length"), 10));
        }
    }

    private static String value(String headers, String name) {
        return OutboundAnswer.header(headers, name).orElse("");
    }

    private void readChunks() throws IOException {
        while (true) {
            headBytes = 0;
            long size = number(line().replaceFirst(";.*", "").strip(), 16);
            if (size == 0) {
                return;
            }
            readWhole(size);
            if (!line().isEmpty()) {
                throw new IOException("A chunk does not end where it should");
            }
        }
    }

    private static long number(String text, int radix) throws IOException {
        if (!text.matches("[0-9A-Fa-f]{1,12}")) {
            throw new IOException("A length is not a number");
        }
        try {
            return Long.parseLong(text, radix);
        } catch (NumberFormatException e) {
            throw new IOException("A length is not a number", e);
        }
    }

    private void readWhole(long count) throws IOException {
        if (take(count) < count) {
            throw new EOFException("The answer ends before its end");
        }
    }

    /** Takes so many bytes, or those that there are; returns how many. */
    private long take(long count) throws IOException {
        long taken = 0;
        while (taken < count) {
            int read = in.read(piece, 0, (int) Math.min(piece.length, count - taken));
            if (read < 0) {
                return taken;
            }
            int whole = body.size() + read;
            if (whole > Limits.WASM_HTTP_RESPONSE_BYTES.value() || !room.take(read, whole)) {
                throw new TooLarge();
            }
            body.write(piece, 0, read);
            taken += read;
        }
        return taken;
    }

    /** There is no room for the body. */
    static final class TooLarge extends IOException {
        private static final long serialVersionUID = 1;

        TooLarge() {
            super("The answer is too large");
        }
    }
}
