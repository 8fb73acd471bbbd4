package dev.glis.net;

import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Limits;
import dev.glis.net.RequestRules.Refusal;
import dev.glis.net.ResponseWriter.Framing;
import dev.glis.net.ResponseWriter.Persistence;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection, from its first byte to its last. Runs on its event loop, which owns all
 * its state; other threads come in through {@link LoopSteps}.
 *
 * <pre>
 *   READING_HEAD --head--> READING_BODY --last byte--> ANSWERING --answer--> READING_HEAD
 *        |                      |                        ^ |
 *        +-head-> STREAMING_BODY | ------ last byte -----+ +-- last answer --+
 *        |              |       |                                            |
 *        +-- refused ---+-------+                                            |
 *                   |                                                        |
 *                   v                                                        v
 *               LINGERING ------- client closes, or time is up -------->  CLOSED
 * </pre>
 *
 * <p>A body that its handler takes as a stream is handed on as it comes: the handler is at work
 * from the head on, and reading stops while it has enough to do. Where it answers before the body
 * has ended, the connection lingers, as after a refusal. Such a body has no time in which it must
 * be there; one that its reader waits for must make progress between two looks at the deadline.
 *
 * <p>Requests of one connection are answered in turn. What a pipelining client sends meanwhile
 * waits, and reading stops until its turn comes, so that it can occupy one read buffer at most.
 * While nothing waits, reading goes on during an answer: that is how we learn that the client has
 * gone. Answers to a batch of pipelined requests leave with one flush.
 *
 * <p>A refused client may still be sending its body. Closing at once would reset the connection and
 * with it destroy the refusal on its way; so the output is closed, and the input read and dropped
 * for a short time: lingering.
 *
 * <p>One timer watches a connection. Steps only move the deadline; the timer, when it fires early,
 * goes to sleep for the rest. Work of a handler has no deadline here.
 */
final class HttpConnection extends ChannelInboundHandlerAdapter
        implements OpenConnection, ExchangeCarrier {
    private static final System.Logger LOG = System.getLogger(HttpConnection.class.getName());
    private static final byte[] CONTINUE =
            "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LINE_END = "\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int COPIED_BYTES = 16 * 1024;

    private enum State {
        READING_HEAD,
        READING_BODY,
        STREAMING_BODY,
        ANSWERING,
        LINGERING,
        CLOSED
    }

    private final ListenerContext listener;
    private final HttpLimits limits;
    private final RequestRules rules;
    private final Clock clock;
    private final boolean secure;
    private final BodyBuffer body;
    private final ArrayDeque<HttpObject> waiting = new ArrayDeque<>(2);

    @SuppressWarnings("NullAway.Init") // set before any event, by handlerAdded
    private ChannelHandlerContext context;

    @SuppressWarnings("NullAway.Init") // likewise
    private LoopSteps steps;

    private InetSocketAddress remoteAddress = new InetSocketAddress(0);
    private State state = State.READING_HEAD;
    private @Nullable HttpRequest head;
    private @Nullable Exchange next;
    private @Nullable Exchange current;

    private @Nullable StreamedBody streamed;
    private boolean continueDue;

    private @Nullable ExchangeStream currentStream;
    private boolean currentStreamChunked;

    /** What is missing of the length that was stated, or {@link BodyRules#UNKNOWN}. */
    private long currentStreamLeftBytes;

    private boolean currentStreamBodiless;
    private Persistence currentStreamPersistence = Persistence.ENDS;
    private boolean closing;
    private boolean batching;
    private boolean unflushed;
    private boolean flushQueued;
    private boolean takingWaiting;

    private boolean deadlineSet;
    private long deadlineNanos;
    private long bodyDeadlineNanos;
    private @Nullable Future<?> watch;
    private long watchNanos;

    HttpConnection(ListenerContext listener, boolean secure) {
        this.listener = listener;
        this.body = new BodyBuffer(listener.bodies());
        this.limits = listener.limits();
        this.rules = listener.rules();
        this.clock = listener.clock();
        this.secure = secure;
    }

    // ---- events from Netty

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        steps = new LoopSteps(added.executor());
    }

    /** Another protocol goes on with this connection; or it has been closed. */
    @Override
    public void handlerRemoved(ChannelHandlerContext ignored) {
        if (state != State.CLOSED) {
            leave();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ignored) {
        remoteAddress = (InetSocketAddress) context.channel().remoteAddress();
        if (!listener.registry().admit(this, remoteAddress.getAddress())) {
            state = State.CLOSED;
            closeNow();
            return;
        }
        deadlineIn(limits.firstByteMs());
    }

    @Override
    public void channelRead(ChannelHandlerContext ignored, Object message) {
        batching = true;
        if (message instanceof HttpObject part) {
            receive(part);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ignored) {
        endBatch();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ignored) {
        if (context.channel().isWritable()) {
            takeWaiting();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ignored) {
        if (state != State.CLOSED) {
            leave();
        }
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
        body.discard();
        body.giveBack();
        endStreamed(StreamedBody.clientGone());
        Exchange open = current;
        current = null;
        if (open != null) {
            open.clientGone();
        }
    }

    private void leave() {
        listener.registry().remove(this, remoteAddress.getAddress());
        state = State.CLOSED;
        deadlineSet = false;
        if (watch != null) {
            watch.cancel(false);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ignored, Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.log(System.Logger.Level.DEBUG, "A connection failed", cause);
        }
        closeNow();
    }

    // ---- reading

    private void receive(HttpObject part) {
        switch (state) {
            case READING_HEAD, READING_BODY -> {
                if (waiting.isEmpty() && context.channel().isWritable()) {
                    accept(part);
                } else {
                    keepWaiting(part);
                }
            }
            case STREAMING_BODY -> accept(part);
            case ANSWERING -> keepWaiting(part);
            case LINGERING, CLOSED -> ReferenceCountUtil.release(part);
        }
    }

    private void keepWaiting(HttpObject part) {
        waiting.add(part);
        context.channel().config().setAutoRead(false);
    }

    private void takeWaiting() {
        if (takingWaiting) {
            return;
        }
        takingWaiting = true;
        boolean outermost = !batching;
        batching = true;
        while (takesWaiting() && !waiting.isEmpty()) {
            accept(waiting.remove());
        }
        takingWaiting = false;
        if (outermost) {
            endBatch();
        }
        readOn();
    }

    private boolean takesWaiting() {
        return state == State.STREAMING_BODY || (isReading() && context.channel().isWritable());
    }

    /** Reads from the client again, if there is room for what it sends. */
    private void readOn() {
        boolean room = streamed == null || streamed.hasRoom();
        if (room && waiting.isEmpty() && !context.channel().config().isAutoRead()) {
            context.channel().config().setAutoRead(true);
        }
    }

    private boolean isReading() {
        return state == State.READING_HEAD || state == State.READING_BODY;
    }

    private void accept(HttpObject part) {
        try {
            if (part instanceof io.netty.handler.codec.http.HttpRequest request) {
                acceptHead(request);
            } else if (part instanceof HttpContent content && state == State.READING_BODY) {
                acceptBody(content);
            } else if (part instanceof HttpContent content && streamed != null) {
                acceptStreamed(content, streamed);
            }
        } finally {
            ReferenceCountUtil.release(part);
        }
    }

    private void acceptHead(io.netty.handler.codec.http.HttpRequest request) {
        Refusal refusal = rules.check(request);
        if (refusal != null) {
            refuse(refusal);
            return;
        }
        String expected = request.headers().get(HttpHeaderNames.EXPECT);
        if (expected != null && !expected.equalsIgnoreCase("100-continue")) {
            refuse(RequestRules.unknownExpectation());
            return;
        }
        HttpRequest begun =
                Requests.of(request, remoteAddress, secure, request.protocolVersion().text());
        boolean streams = Requests.hasBody(request) && listener.handler().takesStream(begun);
        refusal = rules.tooLarge(request, streams);
        if (refusal != null) {
            refuse(refusal);
            return;
        }
        continueDue = expected != null && request.protocolVersion().equals(HttpVersion.HTTP_1_1);
        var exchange =
                new Exchange(
                        this,
                        steps,
                        request.method().equals(HttpMethod.HEAD),
                        request.protocolVersion().equals(HttpVersion.HTTP_1_0),
                        HttpUtil.isKeepAlive(request));
        long announced = HttpUtil.getContentLength(request, BodyRules.UNKNOWN);
        if (streams) {
            dispatchStreamed(begun, exchange, announced);
        } else {
            readBody(begun, exchange, announced);
        }
    }

    private void readBody(HttpRequest begun, Exchange exchange, long announced) {
        sayContinue();
        head = begun;
        next = exchange;
        body.begin(announced);
        state = State.READING_BODY;
        bodyDeadlineNanos = clock.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limits.bodyMs());
        deadlineInBody();
    }

    private void sayContinue() {
        if (continueDue) {
            continueDue = false;
            write(Unpooled.wrappedBuffer(CONTINUE));
            flush();
        }
    }

    private void acceptBody(HttpContent content) {
        Refusal refusal = rules.unreadable(content);
        if (refusal == null
                && body.size() + (long) content.content().readableBytes() > limits.bodyBytes()) {
            refusal = rules.bodyTooLarge();
        }
        if (refusal == null && !body.reserve(content.content().readableBytes())) {
            refusal = rules.tooManyBodies();
        }
        if (refusal != null) {
            refuse(refusal);
            return;
        }
        body.add(content.content());
        if (content instanceof LastHttpContent) {
            dispatch();
        } else {
            deadlineInBody();
        }
    }

    private void dispatch() {
        HttpRequest request = head;
        Exchange exchange = next;
        head = null;
        next = null;
        if (request == null || exchange == null) {
            return;
        }
        deadlineSet = false;
        state = State.ANSWERING;
        current = exchange;
        byte[] whole = body.take();
        try {
            listener.handler()
                    .handle(whole.length == 0 ? request : request.withBody(whole), exchange);
        } catch (RuntimeException e) {
            exchange.handlerFailed(e);
        }
    }

    // ---- bodies that are handled while they come

    private void dispatchStreamed(HttpRequest request, Exchange exchange, long announced) {
        var incoming =
                new StreamedBody(
                        listener.bodies(),
                        context.alloc(),
                        announced,
                        steps,
                        () -> bodyWanted(exchange),
                        drained -> readOn());
        streamed = incoming;
        state = State.STREAMING_BODY;
        current = exchange;
        deadlineIn(limits.idleMs());
        try {
            listener.handler().handleStreamed(request, incoming, exchange);
        } catch (RuntimeException e) {
            exchange.handlerFailed(e);
        }
    }

    private void acceptStreamed(HttpContent content, StreamedBody incoming) {
        continueDue = false;
        if (rules.unreadable(content) != null) {
            incoming.fail(StreamedBody.malformed());
            return;
        }
        boolean wanted = incoming.offer(content.content());
        if (content instanceof LastHttpContent) {
            incoming.end();
            if (state == State.STREAMING_BODY) {
                state = State.ANSWERING;
                deadlineSet = currentStream != null && deadlineSet;
            }
        } else if (wanted && !incoming.hasRoom()) {
            context.channel().config().setAutoRead(false);
        }
    }

    private void endStreamed(@Nullable Fault why) {
        StreamedBody incoming = streamed;
        streamed = null;
        continueDue = false;
        if (incoming != null) {
            incoming.discard(why);
        }
    }

    private void bodyWanted(Exchange exchange) {
        if (exchange == current && currentStream == null) {
            sayContinue();
        }
    }

    // ---- answering

    @Override
    public void answer(Exchange exchange, HttpResponse response) {
        if (exchange != current) {
            return;
        }
        boolean bodiless = exchange.isHead() || BodyRules.hasNoBody(response.status());
        Persistence persistence = persistence(exchange, true);
        writeResponse(response, framing(exchange, response), persistence, bodiless);
        finish(exchange, persistence);
    }

    @Override
    public void beginStream(Exchange exchange, ExchangeStream stream, int status, Headers headers) {
        if (exchange != current) {
            return;
        }
        currentStream = stream;
        currentStreamBodiless = exchange.isHead() || BodyRules.hasNoBody(status);
        currentStreamLeftBytes =
                BodyRules.hasNoBody(status) ? BodyRules.UNKNOWN : BodyRules.statedLength(headers);
        boolean measured = currentStreamLeftBytes != BodyRules.UNKNOWN;
        currentStreamChunked =
                !measured && !exchange.isOldProtocol() && !BodyRules.hasNoBody(status);
        Framing framing =
                measured
                        ? new Framing.Length(currentStreamLeftBytes)
                        : currentStreamChunked ? new Framing.Chunks() : new Framing.Nothing();
        currentStreamPersistence = persistence(exchange, measured || !exchange.isOldProtocol());
        ByteBuf out = context.alloc().ioBuffer(ResponseWriter.estimate(headers));
        ResponseWriter.writeHead(
                out,
                status,
                headers,
                framing,
                currentStreamPersistence,
                listener.date().line(clock.nanoTime()));
        write(out);
        flushSoon();
    }

    @Override
    public void writePart(Exchange exchange, ExchangeStream stream, byte[] part) {
        if (exchange != current || currentStreamBodiless) {
            stream.settled(part.length);
            return;
        }
        if (currentStreamLeftBytes != BodyRules.UNKNOWN) {
            currentStreamLeftBytes -= part.length;
            if (currentStreamLeftBytes < 0) {
                closeNow();
                return;
            }
        }
        unflushed = true;
        deadlineIn(limits.idleMs());
        context.write(currentStreamChunked ? chunk(part) : Unpooled.wrappedBuffer(part))
                .addListener(done -> partSettled(exchange, stream, part.length));
        flushSoon();
    }

    @Override
    public void endStream(Exchange exchange) {
        if (exchange != current) {
            return;
        }
        boolean measured = currentStreamLeftBytes != BodyRules.UNKNOWN;
        if (measured && !currentStreamBodiless && currentStreamLeftBytes > 0) {
            closeNow();
            return;
        }
        if (currentStreamChunked && !currentStreamBodiless) {
            write(Unpooled.wrappedBuffer(LAST_CHUNK));
        }
        currentStream = null;
        finish(
                exchange,
                currentStreamPersistence == Persistence.ENDS
                        ? Persistence.ENDS
                        : persistence(exchange, true));
        flushSoon();
    }

    /** A client that has sent more before it was answered has not understood WebSocket. */
    @Override
    public void upgrade(Exchange exchange, WebSocketUpgrade upgrade) {
        if (exchange != current || !waiting.isEmpty() || closing || streamed != null) {
            upgrade.listener().closed(WebSocketChannel.GONE, "");
            abort(exchange);
            return;
        }
        current = null;
        body.giveBack();
        exchange.complete();
        ByteBuf out = context.alloc().ioBuffer(ResponseWriter.estimate(upgrade.headers()));
        ResponseWriter.writeUpgrade(out, upgrade, listener.date().line(clock.nanoTime()));
        write(out);
        flush();
        new WebSocketChannel(upgrade, listener).takeOver(context.pipeline(), remoteAddress);
    }

    @Override
    public void abort(Exchange exchange) {
        if (exchange == current) {
            closeNow();
        }
    }

    private void partSettled(Exchange exchange, ExchangeStream stream, int bytes) {
        stream.settled(bytes);
        if (exchange != current || stream != currentStream) {
            return;
        }
        if (stream.hasPending()) {
            deadlineIn(limits.idleMs());
        } else {
            deadlineSet = false;
        }
    }

    private ByteBuf chunk(byte[] part) {
        ByteBuf out =
                context.alloc().ioBuffer(16 + (part.length <= COPIED_BYTES ? part.length : 0));
        ByteBufUtil.writeAscii(out, Integer.toHexString(part.length));
        out.writeBytes(LINE_END);
        if (part.length <= COPIED_BYTES) {
            return out.writeBytes(part).writeBytes(LINE_END);
        }
        return Unpooled.wrappedBuffer(
                out, Unpooled.wrappedBuffer(part), Unpooled.wrappedBuffer(LINE_END));
    }

    private void writeResponse(
            HttpResponse response, Framing framing, Persistence persistence, boolean bodiless) {
        byte[] content = response.body();
        boolean copied = !bodiless && content.length <= COPIED_BYTES;
        int size = ResponseWriter.estimate(response.headers()) + (copied ? content.length : 0);
        ByteBuf out = context.alloc().ioBuffer(size);
        ResponseWriter.writeHead(
                out,
                response.status(),
                response.headers(),
                framing,
                persistence,
                listener.date().line(clock.nanoTime()));
        if (copied) {
            out.writeBytes(content);
        }
        write(out);
        if (!copied && !bodiless) {
            write(Unpooled.wrappedBuffer(content));
        }
    }

    private static Framing framing(Exchange exchange, HttpResponse response) {
        return BodyRules.hasNoBody(response.status())
                ? new Framing.Nothing()
                : new Framing.Length(BodyRules.length(response, exchange.isHead()));
    }

    private Persistence persistence(Exchange exchange, boolean possible) {
        boolean sending = state == State.STREAMING_BODY;
        if (!possible || sending || closing || !exchange.isPersistent()) {
            return Persistence.ENDS;
        }
        return exchange.isOldProtocol() ? Persistence.KEPT : Persistence.USUAL;
    }

    private void finish(Exchange exchange, Persistence persistence) {
        current = null;
        body.giveBack();
        exchange.complete();
        boolean sending = state == State.STREAMING_BODY;
        endStreamed(null);
        if (persistence == Persistence.ENDS) {
            if (sending) {
                linger(limits.idleMs());
            } else {
                closeOnceWritten();
            }
            return;
        }
        state = State.READING_HEAD;
        deadlineIn(limits.idleMs());
        if (!batching) {
            flush();
        }
        takeWaiting();
    }

    private void closeOnceWritten() {
        state = State.LINGERING;
        deadlineIn(limits.idleMs());
        context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        unflushed = false;
    }

    /** Answers in the listener's own name and lingers, because more may be on its way to us. */
    private void refuse(Refusal refusal) {
        head = null;
        next = null;
        body.discard();
        body.giveBack();
        HttpResponse response = PlainAnswers.of(refusal.status(), refusal.reason());
        writeResponse(
                response, new Framing.Length(response.body().length), Persistence.ENDS, false);
        linger(Limits.HTTP_LINGER_MS.value());
    }

    /** Closes the output once it is written, and drops what the client still sends. */
    private void linger(long writtenWithinMs) {
        state = State.LINGERING;
        deadlineIn(writtenWithinMs);
        unflushed = false;
        readOn();
        context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> closeOutput());
    }

    private void closeOutput() {
        if (state == State.CLOSED) {
            return;
        }
        deadlineIn(Limits.HTTP_LINGER_MS.value());
        if (context.pipeline().get(SslHandler.class) == null
                && context.channel() instanceof SocketChannel socket) {
            ChannelFuture unused = socket.shutdownOutput();
        } else {
            closeNow();
        }
    }

    // ---- writing and flushing

    private void write(ByteBuf bytes) {
        unflushed = true;
        ChannelFuture unused = context.write(bytes, context.voidPromise());
    }

    private void endBatch() {
        batching = false;
        if (unflushed) {
            flush();
        }
    }

    private void flush() {
        unflushed = false;
        context.flush();
    }

    private void flushSoon() {
        if (!flushQueued) {
            flushQueued = true;
            steps.enqueue(this::flushQueuedWrites);
        }
    }

    private void flushQueuedWrites() {
        flushQueued = false;
        if (unflushed) {
            flush();
        }
    }

    // ---- closing and deadlines

    @Override
    public void closeGracefully() {
        steps.run(this::closeOnceAnswered);
    }

    private void closeOnceAnswered() {
        closing = true;
        if (isReading()) {
            closeNow();
        }
    }

    @Override
    public void closeNow() {
        ChannelFuture unused = context.close();
    }

    private void deadlineInBody() {
        deadlineIn(limits.idleMs());
        if (bodyDeadlineNanos - deadlineNanos < 0) {
            deadlineNanos = bodyDeadlineNanos;
        }
    }

    private void deadlineIn(long ms) {
        deadlineSet = true;
        long now = clock.nanoTime();
        deadlineNanos = now + TimeUnit.MILLISECONDS.toNanos(ms);
        if (watch == null || deadlineNanos - watchNanos < 0) {
            watchUntilDeadline(now);
        }
    }

    private void watchUntilDeadline(long now) {
        if (watch != null) {
            watch.cancel(false);
        }
        watchNanos = deadlineNanos;
        watch =
                context.executor()
                        .schedule(this::checkDeadline, deadlineNanos - now, TimeUnit.NANOSECONDS);
    }

    private void checkDeadline() {
        watch = null;
        if (!deadlineSet) {
            return;
        }
        long now = clock.nanoTime();
        if (deadlineNanos - now > 0) {
            watchUntilDeadline(now);
        } else if (state == State.READING_BODY) {
            refuse(RequestRules.bodyTooSlow());
        } else if (state == State.STREAMING_BODY && currentStream == null && streamed != null) {
            checkProgress(streamed);
        } else {
            closeNow();
        }
    }

    /** What is left to do for a client whose body is too slow is its handler's. */
    private void checkProgress(StreamedBody incoming) {
        if (incoming.isTooSlow()) {
            deadlineSet = false;
            incoming.fail(StreamedBody.tooSlow());
        } else {
            deadlineIn(limits.idleMs());
        }
    }
}
