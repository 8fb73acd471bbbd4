package dev.glis.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/2 client that sends exactly the frames it is told to, for what no real one would send.
 */
final class FrameClient implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;

    static final int NO_ERROR = 0;
    static final int PROTOCOL_ERROR = 1;
    static final int REFUSED_STREAM = 7;
    static final int CANCEL = 8;
    static final int ENHANCE_YOUR_CALM = 11;

    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    record Frame(int type, int flags, int stream, byte[] payload) {
        boolean is(int wanted) {
            return type == wanted;
        }

        /** The error code of RST_STREAM, or of GOAWAY, where it stands behind the last stream. */
        int error() {
            return ByteBuffer.wrap(payload).getInt(type == GOAWAY ? 4 : 0);
        }
    }

    /** How a request ended: with a whole answer, or with the error code of a reset or goodbye. */
    record Answer(int status, Headers headers, byte[] body, int error) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);

    FrameClient(int port) throws IOException {
        this(port, new byte[0]);
    }

    /**
     * @param settings the payload of the first SETTINGS frame
     */
    FrameClient(int port, byte[] settings) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(10_000);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        out = socket.getOutputStream();
        flood(PREFACE.getBytes(StandardCharsets.US_ASCII));
        flood(frame(SETTINGS, 0, 0, settings));
    }

    FrameClient send(int type, int flags, int stream, byte[] payload) throws IOException {
        out.write(frame(type, flags, stream, payload));
        return this;
    }

    /** Sends frames at once. A server that has closed meanwhile is none of the sender's concern. */
    void flood(byte[] frames) throws IOException {
        try {
            out.write(frames);
        } catch (SocketException e) {
            // what it said before it closed is still to be read
        }
    }

    static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .putShort((short) (payload.length >> 8))
                .put((byte) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    static byte[] number(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    /** A whole request without a body. */
    FrameClient get(int stream, String path) throws IOException {
        return send(HEADERS, END_HEADERS | END_STREAM, stream, head("GET", path));
    }

    static byte[] head(String method, String path, String... more) {
        var fields = new ByteArrayOutputStream();
        fields.writeBytes(
                fields(":method", method, ":scheme", "http", ":path", path, ":authority", "x"));
        fields.writeBytes(fields(more));
        return fields.toByteArray();
    }

    /** Alternating names and values as a header block: literally, without any compression. */
    static byte[] fields(String... namesAndValues) {
        var block = new ByteArrayOutputStream();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            block.write(0);
            literal(block, namesAndValues[i]);
            literal(block, namesAndValues[i + 1]);
        }
        return block.toByteArray();
    }

    private static void literal(ByteArrayOutputStream block, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        int rest = bytes.length - 127;
        block.write(rest < 0 ? bytes.length : 127);
        if (rest >= 0) {
            for (; rest >= 128; rest >>= 7) {
                block.write(rest % 128 + 128);
            }
            block.write(rest);
        }
        block.writeBytes(bytes);
    }

    /** The next frame, or null when the server has closed. */
    @Nullable Frame next() throws IOException {
        try {
            int length = in.readUnsignedShort() << 8 | in.readUnsignedByte();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int stream = in.readInt();
            return new Frame(type, flags, stream, in.readNBytes(length));
        } catch (EOFException | SocketException e) {
            return null;
        }
    }

    /** The next frame of a type; those before it are dropped. */
    @Nullable Frame next(int type) throws IOException {
        Frame frame = next();
        while (frame != null && !frame.is(type)) {
            frame = next();
        }
        return frame;
    }

    /** What the server says of a stream until it is over, or the connection is. */
    Answer answer(int stream) throws Exception {
        int status = 0;
        var headers = new Headers();
        var body = new ByteArrayOutputStream();
        for (Frame frame = next(); frame != null; frame = next()) {
            if (frame.is(GOAWAY) && frame.error() != NO_ERROR) {
                return new Answer(status, headers, body.toByteArray(), frame.error());
            }
            if (frame.stream() != stream) {
                continue;
            }
            if (frame.is(RST_STREAM)) {
                return new Answer(status, headers, body.toByteArray(), frame.error());
            }
            if (frame.is(HEADERS)) {
                status = read(frame.payload(), headers);
            } else if (frame.is(DATA)) {
                body.write(frame.payload());
            }
            if ((frame.is(HEADERS) || frame.is(DATA)) && (frame.flags() & END_STREAM) != 0) {
                return new Answer(status, headers, body.toByteArray(), NO_ERROR);
            }
        }
        throw new EOFException("The connection ended without a word about stream " + stream);
    }

    /** The status that a frame of header fields tells. */
    int status(Frame frame) throws Exception {
        return read(frame.payload(), new Headers());
    }

    private int read(byte[] block, Headers to) throws Exception {
        ByteBuf bytes = Unpooled.wrappedBuffer(block);
        Http2Headers fields = decoder.decodeHeaders(1, bytes);
        fields.forEach(field -> to.add(field.getKey().toString(), field.getValue().toString()));
        return Integer.parseInt(fields.status().toString());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
