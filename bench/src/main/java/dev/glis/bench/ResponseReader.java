package dev.glis.bench;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Collects one response after the other, of a server that states their length. Costs little, for it
 * takes the processors that the server wants.
 */
final class ResponseReader {
    private static final byte[] LENGTH = bytes("\r\ncontent-length:");
    private static final byte[] FUNCTION_ERROR = bytes("\r\nx-amz-function-error:");
    private static final byte[] HEAD_END = bytes("\r\n\r\n");
    private static final byte[] GOOD = bytes("http/1.1 200");

    private byte[] content = new byte[16 * 1024];
    private int filled;
    private int bodyBegin;
    private int end;

    /** Where the next bytes belong; {@link #added} tells how many came. */
    ByteBuffer space() {
        if (filled == content.length) {
            content = Arrays.copyOf(content, 2 * filled);
        }
        return ByteBuffer.wrap(content, filled, content.length - filled);
    }

    /**
     * So many bytes came.
     *
     * @return whether the response is whole
     * @throws IOException when it is not a good one
     */
    boolean added(int count) throws IOException {
        if (count < 0) {
            throw new EOFException("The server closed the connection");
        }
        filled += count;
        if (bodyBegin == 0) {
            readHead();
        }
        return bodyBegin > 0 && filled >= end;
    }

    private void readHead() throws IOException {
        int headEnd = find(HEAD_END, filled);
        if (headEnd < 0) {
            return;
        }
        bodyBegin = headEnd + HEAD_END.length;
        end = bodyBegin + length(headEnd);
        boolean good = matches(GOOD, 0) && find(FUNCTION_ERROR, headEnd) < 0;
        if (!good) {
            throw new IOException(
                    "Not a good response: "
                            + new String(content, 0, filled, StandardCharsets.UTF_8));
        }
    }

    private int length(int headEnd) {
        int at = find(LENGTH, headEnd);
        if (at < 0) {
            return 0;
        }
        int length = 0;
        for (int i = at + LENGTH.length; content[i] != '\r'; i++) {
            length = content[i] == ' ' ? length : 10 * length + content[i] - '0';
        }
        return length;
    }

    /** Where a text in lower case stands before a limit; -1 when it does not. */
    private int find(byte[] text, int limit) {
        for (int at = 0; at + text.length <= limit; at++) {
            if (content[at] == text[0] && matches(text, at)) {
                return at;
            }
        }
        return -1;
    }

    private boolean matches(byte[] text, int at) {
        for (int i = 0; i < text.length; i++) {
            byte each = content[at + i];
            int lower = each >= 'A' && each <= 'Z' ? each + 32 : each;
            if (lower != text[i]) {
                return false;
            }
        }
        return true;
    }

    /** The body of a whole response; then the next may come. */
    byte[] take() {
        byte[] body = Arrays.copyOfRange(content, bodyBegin, end);
        forget();
        return body;
    }

    /** Drops a whole response; then the next may come. */
    void forget() {
        filled = 0;
        bodyBegin = 0;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
