package dev.glis.wire.runtime;

import dev.glis.base.Limits;
import dev.glis.engine.Blueprint;
import dev.glis.engine.GuestPort;
import dev.glis.engine.Invocation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a guest, which may be hostile.
 *
 * <pre>
 *             head of a request                    end of its body
 *   READY ───────────────────────▶ RECEIVING ──────────────────────▶ answered: READY
 *     │                                 └── the body is too large ──▶ 413, closed
 *     └── next ──▶ WAITING ── work ──▶ READY
 * </pre>
 *
 * A request that comes while another waits for work breaks the protocol: the connection is closed.
 * So it is when a guest goes on asking and does not read the answers, which would fill our memory.
 * A guest may send its response and its next question at once; it then gets the answer to the first
 * together with that to the second, which saves both sides a packet and a wake-up.
 *
 * <p>Runs on the connection's event loop; only {@link Waiting#invoke} comes from elsewhere.
 */
final class GuestConnection extends ChannelInboundHandlerAdapter {
    private static final System.Logger LOG = System.getLogger(GuestConnection.class.getName());
    private static final String ERROR_TYPE = "Lambda-Runtime-Function-Error-Type";
    private static final String ERROR_BODY = "Lambda-Runtime-Function-Error-Body";
    private static final String RESPONSE_MODE = "Lambda-Runtime-Function-Response-Mode";
    private static final String DEFAULT_ERROR_TYPE = "Runtime.Unknown";
    private static final String BROKEN_OFF = "Runtime.TruncatedResponse";
    private static final int MOST_ERROR_TYPE = 256;
    private static final int INITIAL_LINE_BYTES = 4096;
    private static final int CHUNK_BYTES = 64 * 1024;

    private final GuestPort port;
    private final GuestMemory memory;
    private @Nullable Waiting waiting;
    private @Nullable Body body;
    private boolean closing;

    /** Whether requests are being read; what is written meanwhile goes out together. */
    private boolean reading;

    private GuestConnection(GuestPort port, GuestMemory memory) {
        this.port = port;
        this.memory = memory;
    }

    static void addTo(
            Channel channel, ChannelGroup connections, GuestPort port, GuestMemory memory) {
        if (connections.size() > Limits.GUEST_CONNECTIONS.intValue()) {
            var unused = channel.close();
            return;
        }
        var decoding =
                new HttpDecoderConfig()
                        .setMaxInitialLineLength(INITIAL_LINE_BYTES)
                        .setMaxHeaderSize(Limits.GUEST_HEADER_BYTES.intValue())
                        .setMaxChunkSize(CHUNK_BYTES);
        channel.pipeline()
                .addLast(new HttpServerCodec(decoding), new GuestConnection(port, memory));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (closing) {
                return;
            }
            reading = true;
            if (message instanceof HttpRequest request) {
                begins(context, request);
            }
            if (message instanceof HttpContent content && body != null && !closing) {
                continues(context, content, body);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        reading = false;
        if (waiting == null) {
            context.flush();
        }
    }

    // ---- Heads ----

    private void begins(ChannelHandlerContext context, HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            refuseGarbage(context, request.decoderResult().cause());
        } else if (waiting != null || !context.channel().isWritable()) {
            closing = true;
            var unused = context.close();
        } else {
            body = bodyOf(context, GuestRequest.parse(request.method(), request.uri()), request);
            continueIfAsked(context, request);
        }
    }

    private Body bodyOf(ChannelHandlerContext context, GuestRequest parsed, HttpRequest request) {
        HttpHeaders headers = request.headers();
        return switch (parsed) {
            case GuestRequest.Next next -> new Ignored(() -> askForWork(context));
            case GuestRequest.Refused refused ->
                    new Ignored(
                            () ->
                                    write(
                                            context,
                                            Answers.error(
                                                    refused.status(),
                                                    refused.errorType(),
                                                    refused.reason())));
            case GuestRequest.Response response -> responseBody(context, response, headers);
            case GuestRequest.Failure failure ->
                    new Whole(
                            memory,
                            bytes -> port.error(failure.requestId(), errorType(headers), bytes));
            case GuestRequest.InitialisationFailure failure ->
                    new Whole(memory, bytes -> port.initializationError(errorType(headers), bytes));
        };
    }

    private Body responseBody(
            ChannelHandlerContext context, GuestRequest.Response response, HttpHeaders headers) {
        String contentType = headers.get(HttpHeaderNames.CONTENT_TYPE, "application/json");
        if ("streaming".equalsIgnoreCase(headers.get(RESPONSE_MODE))) {
            return new Streamed(context, memory, port.stream(response.requestId(), contentType));
        }
        return new Whole(
                memory,
                bytes -> port.response(response.requestId(), bytes, contentType),
                () -> port.tooLarge(response.requestId()),
                () ->
                        port.error(
                                response.requestId(),
                                CollectedBody.NO_MEMORY,
                                CollectedBody.noMemory()));
    }

    private static void continueIfAsked(ChannelHandlerContext context, HttpRequest request) {
        if (HttpUtil.is100ContinueExpected(request)) {
            var unused =
                    context.writeAndFlush(
                            new DefaultFullHttpResponse(
                                    HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
        }
    }

    private static String errorType(HttpHeaders headers) {
        String type = headers.get(ERROR_TYPE, DEFAULT_ERROR_TYPE);
        return type.length() > MOST_ERROR_TYPE ? type.substring(0, MOST_ERROR_TYPE) : type;
    }

    private void refuseGarbage(ChannelHandlerContext context, Throwable cause) {
        boolean tooLong = cause instanceof TooLongFrameException;
        FullHttpResponse answer =
                Answers.error(
                        tooLong
                                ? HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
                                : HttpResponseStatus.BAD_REQUEST,
                        "InvalidRequest",
                        tooLong ? "The request's headers are too large" : "Not an HTTP request");
        writeAndClose(context, answer);
    }

    // ---- Bodies ----

    private void continues(ChannelHandlerContext context, HttpContent content, Body receiving) {
        if (content.decoderResult().isFailure()) {
            receiving.broken();
            body = null;
            refuseGarbage(context, content.decoderResult().cause());
            return;
        }
        if (content.content().isReadable()) {
            receiving.add(content.content());
        }
        if (receiving.refused()) {
            body = null;
            writeAndClose(context, receiving.end(LastHttpContent.EMPTY_LAST_CONTENT));
        } else if (content instanceof LastHttpContent last) {
            body = null;
            FullHttpResponse answer = receiving.end(last);
            if (answer != null) {
                write(context, answer);
            }
        }
    }

    /** What to do with a request's body. */
    private abstract static class Body {
        abstract void add(ByteBuf part);

        /** The answer; null when it was or will be written otherwise. */
        abstract @Nullable FullHttpResponse end(LastHttpContent last);

        /** Whether it is over already, because it is too large. */
        boolean refused() {
            return false;
        }

        /** The connection broke before the end. */
        void broken() {}
    }

    /** A body that means nothing. */
    private static final class Ignored extends Body {
        private final Runnable atEnd;

        Ignored(Runnable atEnd) {
            this.atEnd = atEnd;
        }

        @Override
        void add(ByteBuf part) {}

        @Override
        @Nullable FullHttpResponse end(LastHttpContent last) {
            atEnd.run();
            return null;
        }
    }

    /** Takes a whole body. */
    private interface Taker {
        GuestPort.Answer take(byte[] bytes);
    }

    /** Says what happens when a body is too large, or finds no memory. */
    private interface Refusal {
        GuestPort.Answer answer();
    }

    /** A body that is collected up to its limit. */
    private static final class Whole extends Body {
        private final CollectedBody bytes;
        private final Taker taker;
        private final Refusal tooLarge;
        private final Refusal starved;

        Whole(GuestMemory memory, Taker taker) {
            this(memory, taker, () -> GuestPort.Answer.TOO_LARGE, () -> GuestPort.Answer.TOO_LARGE);
        }

        Whole(GuestMemory memory, Taker taker, Refusal tooLarge, Refusal starved) {
            this.bytes = new CollectedBody(memory);
            this.taker = taker;
            this.tooLarge = tooLarge;
            this.starved = starved;
        }

        @Override
        void add(ByteBuf part) {
            bytes.add(ByteBufUtil.getBytes(part));
        }

        @Override
        boolean refused() {
            return bytes.isTooLarge() || bytes.isStarved();
        }

        @Override
        FullHttpResponse end(LastHttpContent last) {
            try (bytes) {
                if (bytes.isStarved()) {
                    GuestPort.Answer ignored = starved.answer();
                    return Answers.to(GuestPort.Answer.TOO_LARGE);
                }
                return Answers.to(
                        bytes.isTooLarge() ? tooLarge.answer() : taker.take(bytes.whole()));
            }
        }

        @Override
        void broken() {
            bytes.close();
        }
    }

    /** A body that is passed on as it comes. */
    private static final class Streamed extends Body {
        private final ChannelHandlerContext context;
        private final GuestPort.StreamedResponse response;
        private final CollectedBody kept;

        Streamed(
                ChannelHandlerContext context,
                GuestMemory memory,
                GuestPort.StreamedResponse response) {
            this.context = context;
            this.kept = new CollectedBody(memory);
            this.response = response;
        }

        @Override
        void add(ByteBuf part) {
            boolean keeps = response.isCollected() && !kept.isTooLarge();
            if (keeps && !kept.reserve(part.readableBytes())) {
                return;
            }
            context.channel().config().setAutoRead(false);
            response.part(
                    ByteBufUtil.getBytes(part), () -> context.channel().config().setAutoRead(true));
        }

        @Override
        boolean refused() {
            return kept.isStarved();
        }

        @Override
        FullHttpResponse end(LastHttpContent last) {
            kept.close();
            if (refused()) {
                GuestPort.Answer ignored =
                        response.end(CollectedBody.NO_MEMORY, CollectedBody.noMemory());
                return Answers.to(GuestPort.Answer.TOO_LARGE);
            }
            HttpHeaders trailers = last.trailingHeaders();
            String type = trailers.contains(ERROR_TYPE) ? errorType(trailers) : null;
            return Answers.to(response.end(type, errorBody(trailers.get(ERROR_BODY))));
        }

        @Override
        void broken() {
            kept.close();
            response.end(BROKEN_OFF, null);
        }

        private static byte @Nullable [] errorBody(@Nullable String base64) {
            if (base64 == null) {
                return null;
            }
            try {
                return Base64.getDecoder().decode(base64);
            } catch (IllegalArgumentException e) {
                return base64.getBytes(StandardCharsets.UTF_8);
            }
        }
    }

    // ---- Waiting for work ----

    private void askForWork(ChannelHandlerContext context) {
        var asked = new Waiting(context);
        waiting = asked;
        GuestPort.Answer answer = port.next(asked);
        if (answer != GuestPort.Answer.ACCEPTED) {
            waiting = null;
            write(context, Answers.to(answer));
        }
    }

    /** A guest that waits for work on this connection. */
    private final class Waiting implements GuestPort.Receiver {
        private final ChannelHandlerContext context;

        Waiting(ChannelHandlerContext context) {
            this.context = context;
        }

        @Override
        public void invoke(Invocation invocation, Blueprint blueprint, long deadlineEpochMs) {
            if (context.executor().inEventLoop()) {
                deliver(invocation, deadlineEpochMs);
            } else {
                context.executor().execute(() -> deliver(invocation, deadlineEpochMs));
            }
        }

        private void deliver(Invocation invocation, long deadlineEpochMs) {
            waiting = null;
            var unused =
                    context.write(Answers.work(invocation, deadlineEpochMs))
                            .addListener(written -> wrote(invocation, written.isSuccess()));
            if (!reading) {
                context.flush();
            }
        }

        private void wrote(Invocation invocation, boolean success) {
            if (!success) {
                port.undelivered(invocation.requestId());
                var unused = context.close();
            }
        }
    }

    // ---- Ends ----

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        Waiting asked = waiting;
        if (asked != null) {
            waiting = null;
            port.withdraw(asked);
        }
        Body receiving = body;
        if (receiving != null) {
            body = null;
            receiving.broken();
        }
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.log(
                isTheGuestsDoing(cause) ? System.Logger.Level.DEBUG : System.Logger.Level.ERROR,
                "A guest's connection failed",
                cause);
        var unused = context.close();
    }

    /** Then the operator's log says nothing of it, because a guest could fill it so. */
    private static boolean isTheGuestsDoing(Throwable cause) {
        return cause instanceof IOException || cause instanceof DecoderException;
    }

    /** Flushed when all that has been read is worked on. */
    private static void write(ChannelHandlerContext context, FullHttpResponse answer) {
        var unused = context.write(answer);
    }

    private void writeAndClose(ChannelHandlerContext context, @Nullable FullHttpResponse answer) {
        closing = true;
        if (answer == null) {
            var unused = context.close();
        } else {
            answer.headers().set(HttpHeaderNames.CONNECTION, "close");
            var unused = context.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
        }
    }
}
