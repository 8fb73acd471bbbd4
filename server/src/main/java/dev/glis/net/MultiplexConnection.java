package dev.glis.net;

import dev.glis.base.Limits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection that speaks HTTP/2: many requests at once, each a {@link
 * MultiplexStream}. Runs on its event loop, which owns all its state.
 *
 * <p>Netty reads and writes the frames, keeps the windows, and ends connections that break the
 * protocol. It also counts what is cheap to send and dear to receive: streams reset by the client
 * or by us for its errors, empty DATA and small CONTINUATION frames, the size of header fields.
 * Here are counted the frames that ask for an answer or for nothing. Too much of any of them ends
 * the connection with ENHANCE_YOUR_CALM.
 *
 * <p>What a client sends of bodies that are gathered is taken from its window as it comes: what
 * bounds bodies are the limits of one and the {@link BodyBudget} of all. Of those that are handled
 * while they come, the window grows as they are read. What it does not read of our answers is
 * bounded by {@link Limits#HTTP2_PENDING_BYTES} for whole answers, and for streamed ones by each
 * stream's back-pressure.
 *
 * <p>A beat looks several times within each deadline for streams that stand still and for a
 * connection without any: a deadline costs a request nothing, and is late by a quarter at most.
 */
final class MultiplexConnection extends Http2ConnectionHandler implements OpenConnection {
    private static final System.Logger LOG = System.getLogger(MultiplexConnection.class.getName());
    private static final int BEATS_PER_DEADLINE = 4;
    private static final long NO_TIME_LIMIT = -1;

    private final ListenerContext listener;
    private final boolean secure;
    private final Http2Connection.PropertyKey streamKey;

    @SuppressWarnings("NullAway.Init") // set before any event, by handlerAdded
    private ChannelHandlerContext context;

    @SuppressWarnings("NullAway.Init") // likewise
    private LoopSteps steps;

    private InetSocketAddress remoteAddress = new InetSocketAddress(0);
    private boolean admitted;
    private boolean batching;
    private boolean flushQueued;
    private long pendingBytes;

    private int controlFrames;
    private long controlFramesUntilNanos;
    private long quietUntilNanos;
    private @Nullable Future<?> beat;

    /** Goes on with a connection that HTTP/1.1 has begun, before it has read anything. */
    static void takeOver(ChannelPipeline pipeline, ListenerContext listener, boolean secure) {
        pipeline.remove(RequestDecoder.class);
        pipeline.remove(HttpConnection.class);
        pipeline.addLast(new Builder(listener, secure).build());
    }

    private MultiplexConnection(
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings,
            ListenerContext listener,
            boolean secure) {
        super(decoder, encoder, settings);
        this.listener = listener;
        this.secure = secure;
        this.streamKey = connection().newKey();
        decoder.frameListener(new Frames());
        connection().addListener(new Streams());
    }

    ListenerContext listener() {
        return listener;
    }

    LoopSteps steps() {
        return steps;
    }

    boolean isSecure() {
        return secure;
    }

    InetSocketAddress remoteAddress() {
        return remoteAddress;
    }

    // ---- the connection's life

    @Override
    public void handlerAdded(ChannelHandlerContext added) throws Exception {
        super.handlerAdded(added);
        context = added;
        steps = new LoopSteps(added.executor());
        remoteAddress = (InetSocketAddress) added.channel().remoteAddress();
        admitted = listener.registry().admit(this, remoteAddress.getAddress());
        if (!admitted) {
            closeNow();
            return;
        }
        widenWindow();
        quietUntilNanos = deadlineNanos(listener.limits().firstByteMs());
        beatLater();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ended) throws Exception {
        if (beat != null) {
            beat.cancel(false);
        }
        if (admitted) {
            admitted = false;
            listener.registry().remove(this, remoteAddress.getAddress());
        }
        super.channelInactive(ended);
    }

    @Override
    public void channelRead(ChannelHandlerContext reading, Object message) throws Exception {
        batching = true;
        super.channelRead(reading, message);
    }

    /** Flushes, too. */
    @Override
    public void channelReadComplete(ChannelHandlerContext reading) throws Exception {
        batching = false;
        super.channelReadComplete(reading);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext failing, Throwable cause) throws Exception {
        if (Http2CodecUtil.getEmbeddedHttp2Exception(cause) != null) {
            super.exceptionCaught(failing, cause);
            return;
        }
        if (!(cause instanceof IOException)) {
            LOG.log(System.Logger.Level.DEBUG, "A connection failed", cause);
        }
        closeNow();
    }

    /** Says goodbye, and closes behind the last answer. */
    @Override
    public void closeGracefully() {
        steps.run(() -> closeAfterAnswers(context.newPromise()));
    }

    private void closeAfterAnswers(ChannelPromise closed) {
        try {
            close(context, closed);
        } catch (Exception e) {
            closeNow();
        }
    }

    @Override
    public void closeNow() {
        ChannelFuture unused = context.close();
    }

    private void widenWindow() throws Http2Exception {
        int more =
                Limits.HTTP2_WINDOW_BYTES.intValue()
                        - connection()
                                .local()
                                .flowController()
                                .windowSize(connection().connectionStream());
        connection()
                .local()
                .flowController()
                .incrementWindowSize(connection().connectionStream(), more);
    }

    // ---- deadlines

    long deadlineNanos(long ms) {
        return listener.clock().nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
    }

    private void beatLater() {
        HttpLimits limits = listener.limits();
        long shortest = Math.min(limits.firstByteMs(), Math.min(limits.bodyMs(), limits.idleMs()));
        beat =
                context.executor()
                        .schedule(
                                this::lookAtDeadlines,
                                Math.max(1, shortest / BEATS_PER_DEADLINE),
                                TimeUnit.MILLISECONDS);
    }

    private void lookAtDeadlines() {
        long now = listener.clock().nanoTime();
        if (connection().numActiveStreams() == 0) {
            if (quietUntilNanos - now <= 0) {
                sayGoodbyeAndClose();
                return;
            }
        } else {
            try {
                connection()
                        .forEachActiveStream(
                                stream -> {
                                    requestOf(stream).lookAtDeadline(now);
                                    return true;
                                });
            } catch (Http2Exception e) {
                closeNow();
                return;
            }
            flushSoon();
        }
        beatLater();
    }

    /** Does not wait until that is written: a client that reads nothing is why we may be here. */
    private void sayGoodbyeAndClose() {
        ChannelFuture unused =
                goAway(
                        context,
                        connection().remote().lastStreamCreated(),
                        Http2Error.NO_ERROR.code(),
                        Unpooled.EMPTY_BUFFER,
                        context.newPromise());
        context.flush();
        closeNow();
    }

    // ---- what streams use

    ChannelFuture writeHead(Http2Stream stream, Http2Headers head, boolean last) {
        flushSoon();
        return encoder().writeHeaders(context, stream.id(), head, 0, last, context.newPromise());
    }

    ChannelFuture writeBody(Http2Stream stream, byte[] part, boolean last) {
        flushSoon();
        return encoder()
                .writeData(
                        context,
                        stream.id(),
                        Unpooled.wrappedBuffer(part),
                        0,
                        last,
                        context.newPromise());
    }

    ChannelFuture writeEnd(Http2Stream stream) {
        flushSoon();
        return encoder()
                .writeData(
                        context, stream.id(), Unpooled.EMPTY_BUFFER, 0, true, context.newPromise());
    }

    /** Lets the client send so many bytes more. */
    void credit(Http2Stream stream, int bytes) {
        try {
            if (connection().local().flowController().consumeBytes(stream, bytes)) {
                flushSoon();
            }
        } catch (Http2Exception e) {
            closeNow();
        }
    }

    ByteBufAllocator allocator() {
        return context.alloc();
    }

    void reset(Http2Stream stream, Http2Error why) {
        flushSoon();
        ChannelFuture unused = resetStream(context, stream.id(), why.code(), context.newPromise());
    }

    /** Whether one more answer of this size may wait for the client to read. */
    boolean mayPend(int bytes) {
        return pendingBytes == 0 || pendingBytes + bytes <= Limits.HTTP2_PENDING_BYTES.value();
    }

    void pend(int bytes) {
        pendingBytes += bytes;
    }

    private void flushSoon() {
        if (!batching && !flushQueued) {
            flushQueued = true;
            steps.enqueue(this::flushQueuedWrites);
        }
    }

    private void flushQueuedWrites() {
        flushQueued = false;
        flush(context);
    }

    private MultiplexStream requestOf(Http2Stream stream) {
        MultiplexStream known = stream.getProperty(streamKey);
        if (known != null) {
            return known;
        }
        var begun = new MultiplexStream(this, stream);
        stream.setProperty(streamKey, begun);
        return begun;
    }

    /** Counts a frame that costs its sender nothing. */
    private void countControlFrame() throws Http2Exception {
        long now = listener.clock().nanoTime();
        if (controlFramesUntilNanos - now <= 0 || controlFrames == 0) {
            controlFrames = 0;
            controlFramesUntilNanos =
                    now + TimeUnit.SECONDS.toNanos(Limits.HTTP2_RATE_SECONDS.value());
        }
        if (++controlFrames > Limits.HTTP2_CONTROL_FRAMES.value()) {
            throw Http2Exception.connectionError(
                    Http2Error.ENHANCE_YOUR_CALM,
                    "More than %d PING, SETTINGS, PRIORITY and unknown frames in %d seconds",
                    Limits.HTTP2_CONTROL_FRAMES.value(),
                    Limits.HTTP2_RATE_SECONDS.value());
        }
    }

    /** What Netty has read. */
    private final class Frames extends Http2FrameAdapter {
        @Override
        public void onHeadersRead(
                ChannelHandlerContext reading,
                int id,
                Http2Headers fields,
                int dependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean last) {
            onHeadersRead(reading, id, fields, padding, last);
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext reading,
                int id,
                Http2Headers fields,
                int padding,
                boolean last) {
            Http2Stream stream = connection().stream(id);
            if (stream != null) {
                requestOf(stream).readHeaders(fields, last);
            }
        }

        /** Returns by how much the client's windows grow again at once. */
        @Override
        public int onDataRead(
                ChannelHandlerContext reading, int id, ByteBuf part, int padding, boolean last) {
            int bytes = part.readableBytes();
            Http2Stream stream = connection().stream(id);
            boolean held = stream != null && requestOf(stream).readBody(part, last);
            return padding + (held ? 0 : bytes);
        }

        @Override
        public void onPingRead(ChannelHandlerContext reading, long data) throws Http2Exception {
            countControlFrame();
        }

        @Override
        public void onPingAckRead(ChannelHandlerContext reading, long data) throws Http2Exception {
            countControlFrame();
        }

        @Override
        public void onSettingsRead(ChannelHandlerContext reading, Http2Settings settings)
                throws Http2Exception {
            countControlFrame();
        }

        @Override
        public void onSettingsAckRead(ChannelHandlerContext reading) throws Http2Exception {
            countControlFrame();
        }

        @Override
        public void onPriorityRead(
                ChannelHandlerContext reading,
                int id,
                int dependency,
                short weight,
                boolean exclusive)
                throws Http2Exception {
            countControlFrame();
        }

        @Override
        public void onUnknownFrame(
                ChannelHandlerContext reading,
                byte type,
                int id,
                Http2Flags flags,
                ByteBuf payload) {
            try {
                countControlFrame();
            } catch (Http2Exception e) {
                onError(reading, false, e);
            }
        }
    }

    /** What becomes of streams. */
    private final class Streams extends Http2ConnectionAdapter {
        @Override
        public void onStreamClosed(Http2Stream stream) {
            MultiplexStream request = stream.getProperty(streamKey);
            if (request != null) {
                request.closed();
            }
            quietUntilNanos = deadlineNanos(listener.limits().idleMs());
        }
    }

    private static final class Builder
            extends AbstractHttp2ConnectionHandlerBuilder<MultiplexConnection, Builder> {
        private final ListenerContext listener;
        private final boolean secure;

        Builder(ListenerContext listener, boolean secure) {
            this.listener = listener;
            this.secure = secure;
            int rateSeconds = Limits.HTTP2_RATE_SECONDS.intValue();
            server(true);
            initialSettings(
                    Http2Settings.defaultSettings()
                            .maxConcurrentStreams(Limits.HTTP2_STREAMS.value())
                            .maxHeaderListSize(listener.limits().headerBytes())
                            .initialWindowSize(Limits.HTTP2_WINDOW_BYTES.intValue()));
            validateHeaders(true);
            validateRequiredPseudoHeaders(true);
            encoderIgnoreMaxHeaderListSize(true);
            gracefulShutdownTimeoutMillis(NO_TIME_LIMIT); // the listener has its own
            decoderEnforceMaxRstFramesPerWindow(Limits.HTTP2_RESETS.intValue(), rateSeconds);
            encoderEnforceMaxRstFramesPerWindow(Limits.HTTP2_RESETS.intValue(), rateSeconds);
            decoderEnforceMaxConsecutiveEmptyDataFrames(Limits.HTTP2_EMPTY_FRAMES.intValue());
            decoderEnforceMaxSmallContinuationFrames(Limits.HTTP2_SMALL_CONTINUATIONS.intValue());
        }

        @Override
        protected MultiplexConnection build() {
            return super.build();
        }

        @Override
        protected MultiplexConnection build(
                Http2ConnectionDecoder decoder,
                Http2ConnectionEncoder encoder,
                Http2Settings settings) {
            return new MultiplexConnection(decoder, encoder, settings, listener, secure);
        }
    }
}
