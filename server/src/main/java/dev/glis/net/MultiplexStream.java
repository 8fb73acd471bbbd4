package dev.glis.net;

import dev.glis.base.Fault;
import dev.glis.net.RequestRules.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/**
 * One request of an HTTP/2 connection and its answer. Runs on the connection's event loop.
 *
 * <pre>
 *   HEAD --head--> BODY --last byte--> ANSWERING --last byte written--> CLOSED
 *     |              |                     |                              ^
 *     +-- head ----- | ------------------> + (its body handled while it comes)
 *     +-- refused ---+-----> ENDING -------+-- reset by either side ------+
 * </pre>
 *
 * <p>The same rules hold as in HTTP/1.1: the head becomes one of HTTP/1.1, and is judged as such. A
 * refusal is an answer, followed by a reset when the request was still being sent.
 */
final class MultiplexStream implements ExchangeCarrier {
    private enum State {
        HEAD,
        BODY,
        ANSWERING,
        ENDING,
        CLOSED
    }

    private final MultiplexConnection connection;
    private final ListenerContext listener;
    private final Http2Stream stream;
    private final BodyBuffer body;

    private State state = State.HEAD;
    private @Nullable HttpRequest head;
    private boolean headIsHead;
    private @Nullable StreamedBody streamed;
    private boolean continueDue;
    private boolean answerBegun;
    private @Nullable Exchange current;
    private boolean streamBodiless;
    private long streamLeftBytes = BodyRules.UNKNOWN;

    private boolean deadlineSet;
    private long deadlineNanos;
    private long bodyDeadlineNanos;

    MultiplexStream(MultiplexConnection connection, Http2Stream stream) {
        this.connection = connection;
        this.listener = connection.listener();
        this.body = new BodyBuffer(listener.bodies());
        this.stream = stream;
    }

    // ---- reading

    /** The head, or, behind the body, fields that nobody reads. */
    void readHeaders(Http2Headers fields, boolean last) {
        if (state == State.HEAD) {
            readHead(fields, last);
        } else if (streamed != null && last) {
            endReading(streamed);
        } else if (state == State.BODY && last) {
            dispatch();
        }
    }

    private void readHead(Http2Headers fields, boolean last) {
        state = State.BODY;
        switch (MultiplexHead.read(fields, listener.limits())) {
            case MultiplexHead.Bad(Refusal refusal) -> refuse(refusal);
            case MultiplexHead.Good(var request) -> {
                Refusal refusal = listener.rules().check(request);
                if (refusal == null) {
                    begin(request, last);
                } else {
                    refuse(refusal);
                }
            }
        }
    }

    private void begin(io.netty.handler.codec.http.HttpRequest request, boolean last) {
        String expected = request.headers().get(HttpHeaderNames.EXPECT);
        if (expected != null && !expected.equalsIgnoreCase("100-continue")) {
            refuse(RequestRules.unknownExpectation());
            return;
        }
        HttpRequest begun =
                Requests.of(request, connection.remoteAddress(), connection.isSecure(), "HTTP/2.0");
        boolean streams = !last && listener.handler().takesStream(begun);
        Refusal refusal = listener.rules().tooLarge(request, streams);
        if (refusal != null) {
            refuse(refusal);
            return;
        }
        continueDue = expected != null;
        headIsHead = request.method().equals(HttpMethod.HEAD);
        long announced = HttpUtil.getContentLength(request, BodyRules.UNKNOWN);
        if (streams) {
            dispatchStreamed(begun, announced);
        } else {
            gather(begun, announced, last);
        }
    }

    private void gather(HttpRequest begun, long announced, boolean last) {
        sayContinue();
        head = begun;
        body.begin(announced);
        if (last) {
            dispatch();
        } else {
            bodyDeadlineNanos = connection.deadlineNanos(listener.limits().bodyMs());
            deadlineInBody();
        }
    }

    private void sayContinue() {
        if (continueDue) {
            continueDue = false;
            ChannelFuture unused =
                    connection.writeHead(
                            stream, new DefaultHttp2Headers(false).status("100"), false);
        }
    }

    /** Takes a part of the body. Returns whether it is held until somebody reads it. */
    boolean readBody(ByteBuf part, boolean last) {
        if (streamed != null) {
            return readStreamed(streamed, part, last);
        }
        if (state == State.BODY) {
            gather(part, last);
        }
        return false;
    }

    private void gather(ByteBuf part, boolean last) {
        int more = part.readableBytes();
        if (body.size() + (long) more > listener.limits().bodyBytes()) {
            refuse(listener.rules().bodyTooLarge());
        } else if (!body.reserve(more)) {
            refuse(listener.rules().tooManyBodies());
        } else {
            body.add(part);
            if (last) {
                dispatch();
            } else {
                deadlineInBody();
            }
        }
    }

    private void dispatch() {
        HttpRequest request = head;
        head = null;
        if (request == null) {
            return;
        }
        deadlineSet = false;
        Exchange exchange = beginExchange();
        byte[] whole = body.take();
        try {
            listener.handler()
                    .handle(whole.length == 0 ? request : request.withBody(whole), exchange);
        } catch (RuntimeException e) {
            exchange.handlerFailed(e);
        }
    }

    private Exchange beginExchange() {
        state = State.ANSWERING;
        var exchange = new Exchange(this, connection.steps(), headIsHead, false, true);
        current = exchange;
        return exchange;
    }

    // ---- bodies that are handled while they come

    private void dispatchStreamed(HttpRequest request, long announced) {
        Exchange exchange = beginExchange();
        var incoming =
                new StreamedBody(
                        listener.bodies(),
                        connection.allocator(),
                        announced,
                        connection.steps(),
                        () -> bodyWanted(exchange),
                        bytes -> connection.credit(stream, bytes));
        streamed = incoming;
        deadlineIn(listener.limits().idleMs());
        try {
            listener.handler().handleStreamed(request, incoming, exchange);
        } catch (RuntimeException e) {
            exchange.handlerFailed(e);
        }
    }

    private boolean readStreamed(StreamedBody incoming, ByteBuf part, boolean last) {
        continueDue = false;
        boolean held = incoming.offer(part);
        if (last) {
            endReading(incoming);
        }
        return held;
    }

    private void endReading(StreamedBody incoming) {
        incoming.end();
        if (!answerBegun) {
            deadlineSet = false;
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
        if (exchange == current && !answerBegun) {
            sayContinue();
        }
    }

    // ---- answering

    @Override
    public void answer(Exchange exchange, HttpResponse response) {
        if (exchange != current) {
            return;
        }
        answerBegun = true;
        boolean pends = connection.mayPend(response.body().length);
        writeWhole(pends ? response : tooSlow(), exchange.isHead());
        finish(exchange);
    }

    private static HttpResponse tooSlow() {
        return PlainAnswers.of(
                503, "The client reads earlier answers on this connection too slowly");
    }

    private void writeWhole(HttpResponse response, boolean isHead) {
        int status = response.status();
        byte[] content = response.body();
        boolean bodiless = isHead || BodyRules.hasNoBody(status) || content.length == 0;
        Http2Headers answerHead = answerHead(status, response.headers());
        if (!BodyRules.hasNoBody(status)) {
            answerHead.set(
                    HttpHeaderNames.CONTENT_LENGTH,
                    Long.toString(BodyRules.length(response, isHead)));
        }
        state = State.ENDING;
        deadlineIn(listener.limits().idleMs());
        boolean sending = streamed != null && stream.state().remoteSideOpen();
        ChannelFuture written = connection.writeHead(stream, answerHead, bodiless);
        if (!bodiless) {
            connection.pend(content.length);
            written = connection.writeBody(stream, content, true);
            written.addListener(done -> connection.pend(-content.length));
        }
        if (sending) {
            written.addListener(done -> stopSending());
        }
    }

    @Override
    public void beginStream(Exchange exchange, ExchangeStream answer, int status, Headers headers) {
        if (exchange != current) {
            return;
        }
        answerBegun = true;
        streamBodiless = exchange.isHead() || BodyRules.hasNoBody(status);
        streamLeftBytes =
                BodyRules.hasNoBody(status) ? BodyRules.UNKNOWN : BodyRules.statedLength(headers);
        Http2Headers answerHead = answerHead(status, headers);
        if (streamLeftBytes != BodyRules.UNKNOWN) {
            answerHead.set(HttpHeaderNames.CONTENT_LENGTH, Long.toString(streamLeftBytes));
        }
        ChannelFuture unused = connection.writeHead(stream, answerHead, false);
    }

    @Override
    public void writePart(Exchange exchange, ExchangeStream answer, byte[] part) {
        if (exchange != current || streamBodiless) {
            answer.settled(part.length);
            return;
        }
        if (streamLeftBytes != BodyRules.UNKNOWN) {
            streamLeftBytes -= part.length;
            if (streamLeftBytes < 0) {
                answer.settled(part.length);
                abort(exchange);
                return;
            }
        }
        deadlineIn(listener.limits().idleMs());
        connection
                .writeBody(stream, part, false)
                .addListener(done -> partSettled(exchange, answer, part.length));
    }

    private void partSettled(Exchange exchange, ExchangeStream answer, int bytes) {
        answer.settled(bytes);
        if (exchange != current) {
            return;
        }
        if (answer.hasPending()) {
            deadlineIn(listener.limits().idleMs());
        } else {
            deadlineSet = false;
        }
    }

    @Override
    public void endStream(Exchange exchange) {
        if (exchange != current) {
            return;
        }
        if (streamLeftBytes > 0 && !streamBodiless) {
            abort(exchange);
            return;
        }
        state = State.ENDING;
        deadlineIn(listener.limits().idleMs());
        ChannelFuture written = connection.writeEnd(stream);
        if (streamed != null) {
            written.addListener(done -> stopSending());
        }
        finish(exchange);
    }

    /** WebSocket takes a whole connection, which is not this stream's to give. */
    @Override
    public void upgrade(Exchange exchange, WebSocketUpgrade upgrade) {
        upgrade.listener().closed(WebSocketChannel.GONE, "");
        answer(exchange, PlainAnswers.of(501, "WebSocket needs HTTP/1.1"));
    }

    @Override
    public void abort(Exchange exchange) {
        if (exchange == current) {
            connection.reset(stream, Http2Error.INTERNAL_ERROR);
        }
    }

    private void finish(Exchange exchange) {
        current = null;
        body.giveBack();
        endStreamed(null);
        exchange.complete();
    }

    /** Answers in the listener's own name, and stops a client that is still sending. */
    private void refuse(Refusal refusal) {
        head = null;
        body.discard();
        body.giveBack();
        HttpResponse response = PlainAnswers.of(refusal.status(), refusal.reason());
        state = State.ENDING;
        deadlineIn(listener.limits().idleMs());
        ChannelFuture unused = connection.writeHead(stream, lengthOf(response), false);
        connection.writeBody(stream, response.body(), true).addListener(done -> stopSending());
    }

    private void stopSending() {
        if (state != State.CLOSED && stream.state().remoteSideOpen()) {
            connection.reset(stream, Http2Error.NO_ERROR);
        }
    }

    private Http2Headers lengthOf(HttpResponse response) {
        return answerHead(response.status(), response.headers())
                .set(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(response.body().length));
    }

    private Http2Headers answerHead(int status, Headers headers) {
        return MultiplexHead.answer(
                status, headers, listener.date().value(listener.clock().nanoTime()));
    }

    // ---- the end

    /** The stream is over, well or not. */
    void closed() {
        state = State.CLOSED;
        deadlineSet = false;
        head = null;
        body.discard();
        body.giveBack();
        endStreamed(StreamedBody.clientGone());
        Exchange open = current;
        current = null;
        if (open != null) {
            open.clientGone();
        }
    }

    private void deadlineInBody() {
        deadlineIn(listener.limits().idleMs());
        if (bodyDeadlineNanos - deadlineNanos < 0) {
            deadlineNanos = bodyDeadlineNanos;
        }
    }

    private void deadlineIn(long ms) {
        deadlineSet = true;
        deadlineNanos = connection.deadlineNanos(ms);
    }

    void lookAtDeadline(long now) {
        if (!deadlineSet || deadlineNanos - now > 0) {
            return;
        }
        if (state == State.BODY) {
            refuse(RequestRules.bodyTooSlow());
        } else if (streamed != null && !answerBegun) {
            checkProgress(streamed);
        } else {
            connection.reset(stream, Http2Error.CANCEL);
        }
    }

    /** What is left to do for a client whose body is too slow is its handler's. */
    private void checkProgress(StreamedBody incoming) {
        if (incoming.isTooSlow()) {
            deadlineSet = false;
            incoming.fail(StreamedBody.tooSlow());
        } else {
            deadlineIn(listener.limits().idleMs());
        }
    }
}
