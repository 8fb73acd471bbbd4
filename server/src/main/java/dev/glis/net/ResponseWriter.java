package dev.glis.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Writes response heads as bytes.
 *
 * <p>Header values are bytes to HTTP. Requests are read as ISO 8859-1, one character a byte, and
 * written the same way, so that what passes through stays as it was; a value with characters beyond
 * that is written as UTF-8.
 */
final class ResponseWriter {
    private static final byte[] LINE_END = ascii("\r\n");
    private static final byte[] COLON = ascii(": ");
    private static final byte[] CONTENT_LENGTH = ascii("Content-Length: ");
    private static final byte[] CHUNKED = ascii("Transfer-Encoding: chunked\r\n");
    private static final byte[] CLOSE = ascii("Connection: close\r\n");
    private static final byte[] KEEP_ALIVE = ascii("Connection: keep-alive\r\n");
    private static final byte[] COMPRESSED =
            ascii("Sec-WebSocket-Extensions: " + MessageCompression.AGREED + "\r\n");
    private static final byte[] UPGRADE =
            ascii("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ");
    private static final AtomicReferenceArray<byte[]> STATUS_LINES =
            new AtomicReferenceArray<>(600);

    /** How the body's end will be known. */
    sealed interface Framing {
        /** By its length. */
        record Length(long bytes) implements Framing {}

        /** By chunks. */
        record Chunks() implements Framing {}

        /** By the end of the connection, or because there can be none. */
        record Nothing() implements Framing {}
    }

    /** Whether the connection goes on, and whether that must be said. */
    enum Persistence {
        /** It goes on, as is usual in HTTP/1.1. */
        USUAL,
        /** It goes on, as an HTTP/1.0 client asked for. */
        KEPT,
        /** It ends with this response. */
        ENDS
    }

    private ResponseWriter() {}

    /** Whether every header field may be sent; a line end in one would forge others. */
    static boolean isWellFormed(Headers headers) {
        for (int i = 0; i < headers.size(); i++) {
            if (!FieldRules.isToken(headers.name(i)) || !FieldRules.isValue(headers.value(i))) {
                return false;
            }
        }
        return true;
    }

    static void writeHead(
            ByteBuf out,
            int status,
            Headers headers,
            Framing framing,
            Persistence persistence,
            byte[] dateLine) {
        out.writeBytes(statusLine(status));
        for (int i = 0; i < headers.size(); i++) {
            writeField(out, headers.name(i), headers.value(i));
        }
        out.writeBytes(dateLine);
        switch (framing) {
            case Framing.Length(long bytes) -> writeLength(out, bytes);
            case Framing.Chunks() -> out.writeBytes(CHUNKED);
            case Framing.Nothing() -> {}
        }
        switch (persistence) {
            case USUAL -> {}
            case KEPT -> out.writeBytes(KEEP_ALIVE);
            case ENDS -> out.writeBytes(CLOSE);
        }
        out.writeBytes(LINE_END);
    }

    /** The head that makes a WebSocket of a connection. */
    static void writeUpgrade(ByteBuf out, WebSocketUpgrade upgrade, byte[] dateLine) {
        out.writeBytes(statusLine(101));
        out.writeBytes(UPGRADE);
        ByteBufUtil.writeAscii(out, WebSocketHandshake.accept(upgrade.key()));
        out.writeBytes(LINE_END);
        if (upgrade.compressed()) {
            out.writeBytes(COMPRESSED);
        }
        Headers headers = upgrade.headers();
        for (int i = 0; i < headers.size(); i++) {
            writeField(out, headers.name(i), headers.value(i));
        }
        out.writeBytes(dateLine);
        out.writeBytes(LINE_END);
    }

    /** A guess at the head's size that saves growing the buffer. */
    static int estimate(Headers headers) {
        int size = 160;
        for (int i = 0; i < headers.size(); i++) {
            size += headers.name(i).length() + headers.value(i).length() + 4;
        }
        return size;
    }

    private static void writeField(ByteBuf out, String name, String value) {
        if (FieldRules.isOfListener(name)) {
            return;
        }
        ByteBufUtil.writeAscii(out, name);
        out.writeBytes(COLON);
        if (isLatin(value)) {
            ByteBufUtil.writeAscii(out, value);
        } else {
            ByteBufUtil.writeUtf8(out, value);
        }
        out.writeBytes(LINE_END);
    }

    private static void writeLength(ByteBuf out, long bytes) {
        out.writeBytes(CONTENT_LENGTH);
        ByteBufUtil.writeAscii(out, Long.toString(bytes));
        out.writeBytes(LINE_END);
    }

    private static byte[] statusLine(int status) {
        byte[] line = status < STATUS_LINES.length() ? STATUS_LINES.get(status) : null;
        if (line == null) {
            String reason = HttpResponseStatus.valueOf(status).reasonPhrase();
            line = ascii("HTTP/1.1 " + status + " " + reason + "\r\n");
            if (status < STATUS_LINES.length()) {
                STATUS_LINES.set(status, line);
            }
        }
        return line;
    }

    /** Whether each character is one byte of ISO 8859-1. */
    static boolean isLatin(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) > 0xff) {
                return false;
            }
        }
        return true;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
