package dev.glis.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.MessageToMessageCodec;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * The compression of WebSocket messages, permessage-deflate of RFC 7692, for whole messages.
 *
 * <p>Netty has handlers for this, which keep what zlib needs for each connection, or make it anew
 * for each message, and inflate a frame wholly before anybody can see how large it becomes. Here
 * neither side refers to earlier messages ("no context takeover", which a server may demand), so
 * that all connections of an event loop share one deflater and one inflater, and memory does not
 * grow with connections; and inflating stops at the limit of messages.
 *
 * <p>Runs on the event loop of its connection.
 */
final class MessageCompression extends MessageToMessageCodec<WebSocketFrame, WebSocketFrame> {
    /** What the server answers to an offer that it takes. */
    static final String AGREED =
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    private static final String NAME = "permessage-deflate";

    /** The bit of a frame's head that marks a compressed message. */
    private static final int COMPRESSED = 4;

    /** Each message ends with an empty block of this, which is not sent. */
    private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};

    /** A smaller message is hardly made smaller. */
    private static final int WORTHWHILE_BYTES = 128;

    private static final int CHUNK_BYTES = 8 * 1024;

    private static final FastThreadLocal<Tools> TOOLS =
            new FastThreadLocal<>() {
                @Override
                protected Tools initialValue() {
                    return new Tools(
                            new Deflater(Deflater.DEFAULT_COMPRESSION, true),
                            new Inflater(true),
                            new byte[CHUNK_BYTES]);
                }

                @Override
                protected void onRemoval(Tools tools) {
                    tools.deflater().end();
                    tools.inflater().end();
                }
            };

    private final int messageBytes;

    /** What the connections of an event loop share. */
    private record Tools(Deflater deflater, Inflater inflater, byte[] chunk) {}

    MessageCompression(int messageBytes) {
        super(WebSocketFrame.class, WebSocketFrame.class);
        this.messageBytes = messageBytes;
    }

    /** Whether one of a client's offers can be taken. */
    static boolean isOffered(Headers headers) {
        for (String value : headers.all("Sec-WebSocket-Extensions")) {
            for (String offer : value.split(",", -1)) {
                if (isAcceptable(offer)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** One that asks for nothing that zlib of Java does not do: its window cannot be smaller. */
    private static boolean isAcceptable(String offer) {
        List<String> parts = Arrays.stream(offer.split(";", -1)).map(String::strip).toList();
        if (!parts.getFirst().equals(NAME)) {
            return false;
        }
        List<String> parameters = parts.subList(1, parts.size());
        return parameters.stream().allMatch(MessageCompression::isKnown)
                && Set.copyOf(parameters.stream().map(MessageCompression::name).toList()).size()
                        == parameters.size();
    }

    private static boolean isKnown(String parameter) {
        return switch (name(parameter)) {
            case "server_no_context_takeover", "client_no_context_takeover" ->
                    parameter.indexOf('=') < 0;
            case "client_max_window_bits" ->
                    parameter.matches("\\w+(\\s*=\\s*\"?([89]|1[0-5])\"?)?");
            case "server_max_window_bits" -> parameter.matches("\\w+\\s*=\\s*\"?15\"?");
            default -> false;
        };
    }

    private static String name(String parameter) {
        int equals = parameter.indexOf('=');
        return (equals < 0 ? parameter : parameter.substring(0, equals)).strip();
    }

    @Override
    protected void decode(ChannelHandlerContext context, WebSocketFrame frame, List<Object> out) {
        boolean data = frame instanceof TextWebSocketFrame || frame instanceof BinaryWebSocketFrame;
        if (frame.rsv() == 0) {
            out.add(frame.retain());
        } else if (data && frame.rsv() == COMPRESSED) {
            ByteBuf inflated = inflate(frame.content());
            out.add(
                    frame instanceof TextWebSocketFrame
                            ? new TextWebSocketFrame(inflated)
                            : new BinaryWebSocketFrame(inflated));
        } else {
            throw new CorruptedWebSocketFrameException(
                    WebSocketCloseStatus.PROTOCOL_ERROR, "A reserved bit is set");
        }
    }

    private ByteBuf inflate(ByteBuf compressed) {
        Tools tools = TOOLS.get();
        Inflater inflater = tools.inflater();
        ByteBuf inflated = Unpooled.buffer(Math.min(CHUNK_BYTES, messageBytes), messageBytes);
        try {
            inflater.setInput(ByteBufUtil.getBytes(compressed));
            inflate(inflater, tools.chunk(), inflated);
            if (!inflater.finished()) {
                inflater.setInput(TAIL);
                inflate(inflater, tools.chunk(), inflated);
            }
            return inflated.retain();
        } catch (DataFormatException e) {
            throw new CorruptedWebSocketFrameException(
                    WebSocketCloseStatus.INVALID_PAYLOAD_DATA,
                    "What came is not compressed as it should be",
                    e);
        } finally {
            inflated.release();
            inflater.reset();
        }
    }

    private void inflate(Inflater inflater, byte[] chunk, ByteBuf inflated)
            throws DataFormatException {
        int bytes = inflater.inflate(chunk);
        while (bytes > 0) {
            if (inflated.readableBytes() + bytes > messageBytes) {
                throw new TooLongFrameException("A message becomes larger than allowed");
            }
            inflated.writeBytes(chunk, 0, bytes);
            bytes = inflater.inflate(chunk);
        }
        if (inflater.needsDictionary() || (inflater.finished() && inflater.getRemaining() > 1)) {
            throw new DataFormatException("something follows the last block");
        }
    }

    @Override
    protected void encode(ChannelHandlerContext context, WebSocketFrame frame, List<Object> out) {
        boolean text = frame instanceof TextWebSocketFrame;
        int plainBytes = frame.content().readableBytes();
        if ((!text && !(frame instanceof BinaryWebSocketFrame)) || plainBytes < WORTHWHILE_BYTES) {
            out.add(frame.retain());
            return;
        }
        ByteBuf deflated = deflate(frame.content());
        if (deflated.readableBytes() >= plainBytes) {
            out.add(frame.retain());
        } else {
            out.add(
                    text
                            ? new TextWebSocketFrame(true, COMPRESSED, deflated)
                            : new BinaryWebSocketFrame(true, COMPRESSED, deflated));
        }
    }

    private static ByteBuf deflate(ByteBuf plain) {
        Tools tools = TOOLS.get();
        Deflater deflater = tools.deflater();
        ByteBuf deflated = Unpooled.buffer(plain.readableBytes() / 2);
        try {
            deflater.setInput(ByteBufUtil.getBytes(plain));
            int bytes;
            do {
                bytes = deflater.deflate(tools.chunk(), 0, CHUNK_BYTES, Deflater.SYNC_FLUSH);
                deflated.writeBytes(tools.chunk(), 0, bytes);
            } while (bytes == CHUNK_BYTES);
            return deflated.writerIndex(deflated.writerIndex() - TAIL.length);
        } finally {
            deflater.reset();
        }
    }
}
