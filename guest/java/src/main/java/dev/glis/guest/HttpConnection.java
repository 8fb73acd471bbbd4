package dev.glis.guest;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 as far as the Runtime API needs it: one keep-alive connection, one request at a time,
 * answers framed by Content-Length or by chunks. Used by one thread.
 */
final class HttpConnection implements Closeable {
    /** The JDK copies what it sends through native memory of this size, and keeps that memory. */
    private static final int PIECE_BYTES = 65_536;

    private static final int MAXIMUM_HEAD_BYTES = 262_144;

    private final SocketChannel channel;
    private byte[] input = new byte[8_192];
    private int length;

    private HttpConnection(SocketChannel channel) {
        this.channel = channel;
    }

    /**
     * An answer.
     *
     * @param head its status line and headers
     */
    record Answer(String head, byte[] body) {
        int status() {
            return Integer.parseInt(head.substring(9, 12));
        }

        /** A header's value, or null. */
        @Nullable String header(String lowerCaseName) {
            int size = lowerCaseName.length();
            int line = head.indexOf("\r\n");
            while (line >= 0 && line + 2 < head.length()) {
                int start = line + 2;
                line = head.indexOf("\r\n", start);
                int end = line < 0 ? head.length() : line;
                if (start + size < end
                        && head.charAt(start + size) == ':'
                        && head.regionMatches(true, start, lowerCaseName, 0, size)) {
                    return head.substring(start + size + 1, end).trim();
                }
            }
            return null;
        }
    }

    static HttpConnection open(String address) throws IOException {
        int colon = address.lastIndexOf(':');
        var host = InetAddress.getByName(address.substring(0, colon));
        int port = Integer.parseInt(address.substring(colon + 1));
        SocketChannel channel = SocketChannel.open();
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.connect(new InetSocketAddress(host, port));
        return new HttpConnection(channel);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** Sends the parts, in one piece when they are small. */
    void send(byte[]... parts) throws IOException {
        int size = 0;
        for (byte[] part : parts) {
            size += part.length;
        }
        if (size > PIECE_BYTES) {
            for (byte[] part : parts) {
                sendPieces(part);
            }
            return;
        }
        byte[] all = new byte[size];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        sendPieces(all);
    }

    private void sendPieces(byte[] bytes) throws IOException {
        for (int from = 0; from < bytes.length; from += PIECE_BYTES) {
            var piece = ByteBuffer.wrap(bytes, from, Math.min(PIECE_BYTES, bytes.length - from));
            while (piece.hasRemaining()) {
                channel.write(piece);
            }
        }
    }

    /** The answer to the earliest request that has none yet. */
    Answer receiveAnswer() throws IOException {
        int headEnd = find("\r\n\r\n");
        var head = new Answer(new String(input, 0, headEnd, StandardCharsets.UTF_8), new byte[0]);
        drop(headEnd + 4);
        return new Answer(head.head(), receiveBody(head));
    }

    private byte[] receiveBody(Answer head) throws IOException {
        String transfer = head.header("transfer-encoding");
        if (transfer != null && transfer.contains("chunked")) {
            return receiveChunks();
        }
        String size = head.header("content-length");
        return size == null ? new byte[0] : take(Integer.parseInt(size));
    }

    private byte[] receiveChunks() throws IOException {
        var body = new ByteArrayOutputStream();
        while (true) {
            String line = takeLine();
            int semicolon = line.indexOf(';');
            String size = semicolon < 0 ? line : line.substring(0, semicolon);
            int count = Integer.parseInt(size.trim(), 16);
            if (count == 0) {
                break;
            }
            body.write(take(count));
            takeLine();
        }
        while (!takeLine().isEmpty()) {
            // trailers
        }
        return body.toByteArray();
    }

    private String takeLine() throws IOException {
        int end = find("\r\n");
        var line = new String(input, 0, end, StandardCharsets.ISO_8859_1);
        drop(end + 2);
        return line;
    }

    private byte[] take(int count) throws IOException {
        while (length < count) {
            receive(count - length);
        }
        byte[] taken = Arrays.copyOf(input, count);
        drop(count);
        return taken;
    }

    private void drop(int count) {
        System.arraycopy(input, count, input, 0, length - count);
        length -= count;
        if (length == 0 && input.length > PIECE_BYTES) {
            input = new byte[PIECE_BYTES]; // a large event must not stay in memory
        }
    }

    /** Where the mark begins, after receiving until it is there. */
    private int find(String mark) throws IOException {
        int from = 0;
        while (true) {
            for (int i = from; i + mark.length() <= length; i++) {
                if (matches(mark, i)) {
                    return i;
                }
            }
            from = Math.max(0, length - mark.length() + 1);
            if (length > MAXIMUM_HEAD_BYTES) {
                throw new IOException(
                        "The Runtime API sent a head over " + MAXIMUM_HEAD_BYTES + " bytes");
            }
            receive(1);
        }
    }

    private boolean matches(String mark, int at) {
        for (int i = 0; i < mark.length(); i++) {
            if (input[at + i] != mark.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Receives what there is; makes room for as much as is expected. */
    private void receive(int expected) throws IOException {
        if (input.length - length < expected) {
            input = Arrays.copyOf(input, Math.max(input.length * 2, length + expected));
        }
        int count =
                channel.read(
                        ByteBuffer.wrap(
                                input, length, Math.min(PIECE_BYTES, input.length - length)));
        if (count < 0) {
            throw new EOFException("The Runtime API closed the connection");
        }
        length += count;
    }
}
