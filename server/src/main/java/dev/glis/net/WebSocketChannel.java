package dev.glis.net;

import dev.glis.base.Clock;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket, from its handshake to its end; whole messages come in, made of frames by the
 * handlers before it. Runs on its event loop, which owns its state but for what is queued.
 *
 * <pre>
 *   OPEN --we end it--> CLOSING --client agrees, or time is up--> CLOSED
 *     |                                                             ^
 *     +--client ends it, breaks a rule or goes----------------------+
 * </pre>
 *
 * <p>What is queued for a client that does not read is counted by each sender, so that it never
 * takes more than its limit, answers to pings included.
 */
final class WebSocketChannel extends ChannelInboundHandlerAdapter
        implements WebSocket, OpenConnection {
    private static final System.Logger LOG = System.getLogger(WebSocketChannel.class.getName());
    private static final int GOING_AWAY = 1001;
    private static final int NO_CODE = 1005;

    /** Of a client that went without a word. */
    static final int GONE = 1006;

    private static final int POLICY = 1008;
    private static final int TOO_BIG = 1009;
    private static final int REASON_BYTES = 123;

    /** Of the head of a frame, and what it costs to keep one. */
    private static final int FRAME_COST_BYTES = 64;

    private enum State {
        OPEN,
        CLOSING,
        CLOSED
    }

    private final WebSocketListener listener;
    private final WebSocketLimits limits;
    private final boolean compressed;
    private final Clock clock;
    private final ConnectionRegistry registry;
    private final AtomicInteger queuedBytes = new AtomicInteger();

    @SuppressWarnings("NullAway.Init") // set before any event, by handlerAdded
    private ChannelHandlerContext context;

    @SuppressWarnings("NullAway.Init") // likewise
    private LoopSteps steps;

    private InetAddress address = InetAddress.getLoopbackAddress();
    private volatile State state = State.OPEN;
    private int code = GONE;
    private String reason = "";
    private int atWork;
    private long openedNanos;
    private long lastNanos;
    private @Nullable Future<?> watch;

    WebSocketChannel(WebSocketUpgrade upgrade, ListenerContext context) {
        this.listener = upgrade.listener();
        this.limits = upgrade.limits();
        this.compressed = upgrade.compressed();
        this.clock = context.clock();
        this.registry = context.registry();
    }

    /** Goes on with a connection whose handshake has been written. */
    void takeOver(ChannelPipeline pipeline, InetSocketAddress client) {
        address = client.getAddress();
        var decoding =
                WebSocketDecoderConfig.newBuilder()
                        .maxFramePayloadLength(limits.frameBytes())
                        .closeOnProtocolViolation(false)
                        .allowExtensions(compressed)
                        .build();
        pipeline.addLast(new WebSocket13FrameDecoder(decoding), new WebSocket13FrameEncoder(false));
        if (compressed) {
            pipeline.addLast(
                    new WebSocketFrameAggregator(limits.messageBytes()),
                    new MessageCompression(limits.messageBytes()),
                    new Utf8FrameValidator(false));
        } else {
            pipeline.addLast(
                    new Utf8FrameValidator(false),
                    new WebSocketFrameAggregator(limits.messageBytes()));
        }
        pipeline.addLast(this);
        pipeline.remove(HttpConnection.class);
        if (!registry.admit(this, address)) {
            closeNow();
            return;
        }
        pipeline.channel().config().setAutoRead(true);
        openedNanos = clock.nanoTime();
        lastNanos = openedNanos;
        watchFor(Math.min(limits.idleMs(), limits.ageMs()));
        listener.opened(this);
        pipeline.remove(RequestDecoder.class);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        steps = new LoopSteps(added.executor());
    }

    @Override
    public void closeGracefully() {
        close(GOING_AWAY, "The server is stopping");
    }

    @Override
    public void closeNow() {
        ChannelFuture unused = context.close();
    }

    // ---- what comes

    @Override
    public void channelRead(ChannelHandlerContext ignored, Object message) {
        try {
            if (message instanceof WebSocketFrame frame && state != State.CLOSED) {
                lastNanos = clock.nanoTime();
                receive(frame);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void receive(WebSocketFrame frame) {
        switch (frame) {
            case CloseWebSocketFrame close -> closedByClient(close);
            case PingWebSocketFrame ping -> pong(ping);
            case TextWebSocketFrame text -> deliver(true, text);
            case BinaryWebSocketFrame binary -> deliver(false, binary);
            default -> {}
        }
    }

    private void deliver(boolean text, WebSocketFrame frame) {
        if (state != State.OPEN) {
            return;
        }
        atWork++;
        if (atWork >= limits.messagesAtWork()) {
            context.channel().config().setAutoRead(false);
        }
        listener.message(
                text, ByteBufUtil.getBytes(frame.content()), () -> steps.run(this::messageDone));
    }

    private void messageDone() {
        atWork--;
        if (atWork < limits.messagesAtWork()) {
            context.channel().config().setAutoRead(true);
        }
    }

    private void pong(PingWebSocketFrame ping) {
        int bytes = ping.content().readableBytes();
        if (reserve(bytes)) {
            write(new PongWebSocketFrame(Unpooled.copiedBuffer(ping.content())), bytes);
        } else {
            fail(POLICY, "Pings come faster than their answers are read");
        }
    }

    private void closedByClient(CloseWebSocketFrame close) {
        if (state == State.OPEN) {
            code = close.statusCode() < 0 ? NO_CODE : close.statusCode();
            reason = close.reasonText();
        }
        state = State.CLOSED;
        context.writeAndFlush(
                        code == NO_CODE
                                ? new CloseWebSocketFrame()
                                : new CloseWebSocketFrame(close.statusCode(), ""))
                .addListener(ChannelFutureListener.CLOSE);
    }

    // ---- what is sent

    @Override
    public Sending send(boolean text, byte[] message) {
        if (state != State.OPEN) {
            return Sending.GONE;
        }
        if (!reserve(message.length)) {
            return Sending.FULL;
        }
        steps.run(
                () ->
                        write(
                                text
                                        ? new TextWebSocketFrame(Unpooled.wrappedBuffer(message))
                                        : new BinaryWebSocketFrame(Unpooled.wrappedBuffer(message)),
                                message.length));
        return Sending.SENT;
    }

    private boolean reserve(int bytes) {
        int cost = bytes + FRAME_COST_BYTES;
        if (queuedBytes.addAndGet(cost) <= limits.queuedBytes()) {
            return true;
        }
        queuedBytes.addAndGet(-cost);
        return false;
    }

    private void write(WebSocketFrame frame, int bytes) {
        if (state != State.OPEN) {
            frame.release();
            return;
        }
        context.writeAndFlush(frame)
                .addListener(
                        written -> {
                            queuedBytes.addAndGet(-(bytes + FRAME_COST_BYTES));
                            lastNanos = clock.nanoTime();
                        });
    }

    @Override
    public void close(int closeCode, String closeReason) {
        steps.run(() -> beginClose(closeCode, closeReason));
    }

    private void beginClose(int closeCode, String closeReason) {
        if (state != State.OPEN) {
            return;
        }
        state = State.CLOSING;
        code = closeCode;
        reason = closeReason;
        ChannelFuture unused =
                context.writeAndFlush(new CloseWebSocketFrame(closeCode, cut(closeReason)));
        context.channel().config().setAutoRead(true);
        watchFor(limits.closeMs());
    }

    /** Reasons of close frames are short. */
    private static String cut(String text) {
        return text.length() <= REASON_BYTES ? text : text.substring(0, REASON_BYTES);
    }

    /** Tells the client why, and does not wait for its consent. */
    private void fail(int closeCode, String closeReason) {
        if (state == State.CLOSED) {
            return;
        }
        if (state == State.OPEN) {
            code = closeCode;
            reason = closeReason;
        }
        state = State.CLOSED;
        context.writeAndFlush(new CloseWebSocketFrame(closeCode, cut(closeReason)))
                .addListener(ChannelFutureListener.CLOSE);
        watchFor(limits.closeMs());
    }

    // ---- the end

    @Override
    public void exceptionCaught(ChannelHandlerContext ignored, Throwable cause) {
        switch (cause) {
            case CorruptedWebSocketFrameException corrupted ->
                    fail(corrupted.closeStatus().code(), String.valueOf(corrupted.getMessage()));
            case TooLongFrameException tooLong ->
                    fail(TOO_BIG, "A message is larger than " + limits.messageBytes() + " bytes");
            default -> {
                LOG.log(System.Logger.Level.DEBUG, "A WebSocket failed", cause);
                ChannelFuture unused = context.close();
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ignored) {
        state = State.CLOSED;
        if (watch != null) {
            watch.cancel(false);
        }
        registry.remove(this, address);
        listener.closed(code, reason);
    }

    private void watchFor(long ms) {
        if (watch != null) {
            watch.cancel(false);
        }
        watch =
                context.executor()
                        .schedule(this::checkTime, Math.max(1, ms), TimeUnit.MILLISECONDS);
    }

    private void checkTime() {
        watch = null;
        if (state != State.OPEN) {
            ChannelFuture unused = context.close();
            return;
        }
        long now = clock.nanoTime();
        long idleLeftMs = limits.idleMs() - TimeUnit.NANOSECONDS.toMillis(now - lastNanos);
        long ageLeftMs = limits.ageMs() - TimeUnit.NANOSECONDS.toMillis(now - openedNanos);
        if (idleLeftMs > 0 && ageLeftMs > 0) {
            watchFor(Math.min(idleLeftMs, ageLeftMs));
        } else {
            beginClose(
                    GOING_AWAY,
                    idleLeftMs > 0 ? "The connection has become too old" : "Idle for too long");
        }
    }
}
