package dev.glis.net;

import dev.glis.base.Limits;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** A connection to another server: idle, or with one request. Lives on one event loop. */
final class UpstreamConnection extends ChannelInboundHandlerAdapter {
    /** A request whose answer is awaited. */
    private static final class Pending {
        private final UpstreamRequest request;
        private final UpstreamAnswer answer;
        private final boolean reused;
        private boolean begun;
        private boolean keep;

        Pending(UpstreamRequest request, UpstreamAnswer answer, boolean reused) {
            this.request = request;
            this.answer = answer;
            this.reused = reused;
        }
    }

    private final Upstreams.Loop loop;
    private final UpstreamRequest.Server server;
    private volatile @Nullable ChannelHandlerContext context;
    private @Nullable Pending pending;
    private @Nullable ScheduledFuture<?> timer;
    private boolean paused;

    UpstreamConnection(Upstreams.Loop loop, UpstreamRequest.Server server) {
        this.loop = loop;
        this.server = server;
    }

    UpstreamRequest.Server server() {
        return server;
    }

    /**
     * Sends a request; the connection has none.
     *
     * @param reused whether the connection has been idle, so that it may be found closed
     */
    void send(UpstreamRequest request, UpstreamAnswer answer, boolean reused) {
        ChannelHandlerContext open = context;
        if (open == null) {
            answer.failed(UpstreamAnswer.Failure.BROKEN);
            return;
        }
        pending = new Pending(request, answer, reused);
        restartTimer(request.timeoutMs());
        open.writeAndFlush(encoded(request))
                .addListener(
                        written -> {
                            if (!written.isSuccess()) {
                                fail(failureOf(written.cause()));
                            }
                        });
    }

    private static DefaultFullHttpRequest encoded(UpstreamRequest request) {
        var encoded =
                new DefaultFullHttpRequest(
                        HttpVersion.HTTP_1_1,
                        HttpMethod.valueOf(request.method()),
                        request.target(),
                        Unpooled.wrappedBuffer(request.body()));
        Headers headers = request.headers();
        for (int i = 0; i < headers.size(); i++) {
            encoded.headers().add(headers.name(i), headers.value(i));
        }
        boolean usuallyEmpty = request.method().equals("GET") || request.method().equals("HEAD");
        if (request.body().length > 0 || !usuallyEmpty) {
            encoded.headers().set(HttpHeaderNames.CONTENT_LENGTH, request.body().length);
        }
        return encoded;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void channelRead(ChannelHandlerContext ignored, Object message) {
        try {
            Pending current = pending;
            if (current == null || !(message instanceof HttpObject part)) {
                close();
            } else if (part.decoderResult().isFailure()) {
                fail(UpstreamAnswer.Failure.BROKEN);
            } else {
                restartTimer(current.request.timeoutMs());
                read(current, part);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void read(Pending current, HttpObject part) {
        if (part instanceof HttpResponse response && !isInterim(response)) {
            current.begun = true;
            current.keep = HttpUtil.isKeepAlive(response);
            current.answer.head(
                    response.status().code(),
                    headers(response),
                    HttpUtil.getContentLength(response, -1L),
                    flow(current));
        }
        if (part instanceof HttpContent content && current.begun) {
            if (content.content().isReadable()) {
                byte[] bytes = ByteBufUtil.getBytes(content.content());
                paused = !current.answer.part(bytes);
                setReading(!paused);
            }
            if (content instanceof LastHttpContent) {
                end(current);
            }
        }
    }

    private static boolean isInterim(HttpResponse response) {
        return response.status().code() < 200;
    }

    private static Headers headers(HttpResponse response) {
        var headers = new Headers();
        var fields = response.headers().iteratorCharSequence();
        while (fields.hasNext()) {
            var field = fields.next();
            headers.add(field.getKey().toString(), field.getValue().toString());
        }
        return headers;
    }

    private void end(Pending current) {
        pending = null;
        ChannelHandlerContext open = context;
        if (current.keep && open != null && open.channel().isActive()) {
            goOn();
            restartTimer(Limits.UPSTREAM_IDLE_MS.value());
            loop.release(this);
        } else {
            close();
        }
        current.answer.end();
    }

    private UpstreamAnswer.Flow flow(Pending current) {
        return new UpstreamAnswer.Flow() {
            @Override
            public void resume() {
                onLoop(current, UpstreamConnection.this::goOn);
            }

            @Override
            public void cancel() {
                onLoop(current, UpstreamConnection.this::giveUp);
            }
        };
    }

    /** Unless the connection has gone on to another request. */
    private void onLoop(Pending current, Runnable action) {
        ChannelHandlerContext open = context;
        if (open != null) {
            open.executor()
                    .execute(
                            () -> {
                                if (pending == current) {
                                    action.run();
                                }
                            });
        }
    }

    private void goOn() {
        paused = false;
        setReading(true);
    }

    private void giveUp() {
        pending = null;
        close();
    }

    private void setReading(boolean reading) {
        ChannelHandlerContext open = context;
        if (open != null && open.channel().config().isAutoRead() != reading) {
            open.channel().config().setAutoRead(reading);
        }
    }

    private void restartTimer(long afterMs) {
        stopTimer();
        ChannelHandlerContext open = context;
        if (open != null) {
            timer = open.executor().schedule(this::timedOut, afterMs, TimeUnit.MILLISECONDS);
        }
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    /** Nothing came for too long; while the client is the one who is slow, that is no failure. */
    private void timedOut() {
        Pending current = pending;
        if (current != null && paused) {
            restartTimer(current.request.timeoutMs());
        } else {
            fail(UpstreamAnswer.Failure.TIMEOUT);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ignored) {
        loop.closed(server);
        context = null;
        fail(UpstreamAnswer.Failure.BROKEN);
        loop.forget(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ignored, Throwable cause) {
        fail(failureOf(cause));
    }

    private static UpstreamAnswer.Failure failureOf(Throwable cause) {
        Throwable reason = cause.getCause() == null ? cause : cause.getCause();
        return cause instanceof SSLException || reason instanceof SSLException
                ? UpstreamAnswer.Failure.NOT_TRUSTED
                : UpstreamAnswer.Failure.BROKEN;
    }

    /** Ends the connection, and the request that it has. */
    private void fail(UpstreamAnswer.Failure failure) {
        Pending current = pending;
        pending = null;
        stopTimer();
        loop.forget(this);
        close();
        if (current == null) {
            return;
        }
        boolean again =
                failure == UpstreamAnswer.Failure.BROKEN
                        && current.reused
                        && !current.begun
                        && current.request.isIdempotent();
        if (again) {
            loop.sendAnew(current.request, current.answer);
        } else {
            current.answer.failed(failure);
        }
    }

    void close() {
        stopTimer();
        ChannelHandlerContext open = context;
        if (open != null) {
            ChannelFuture ignored = open.close();
        }
    }
}
