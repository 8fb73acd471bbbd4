package dev.glis.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.testing.Await;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The listener on real sockets: ordinary use, hostile use, and the end of both. */
@SuppressWarnings("StringConcatToTextBlock") // wire bytes: every \r\n is meant
final class HttpListenerTest {
    private static final EventLoops LOOPS = new EventLoops(2);
    private static final HttpLimits LIMITS =
            new HttpLimits(8 * 1024, 50, 2 * 1024, 1024 * 1024, 500, 2_000, 1_000, 20, 2_000);

    /** For clients that are slow on purpose, on machines that are slow by load. */
    private static final HttpLimits PATIENT =
            new HttpLimits(8 * 1024, 50, 2 * 1024, 1024 * 1024, 60_000, 60_000, 60_000, 20, 2_000);

    private final List<HttpListener> listeners = new ArrayList<>();

    @AfterEach
    void closeListeners() {
        listeners.forEach(HttpListener::close);
    }

    @AfterAll
    static void closeLoops() {
        LOOPS.close();
    }

    @Test
    void answersSeveralRequestsOnOneConnection() throws Exception {
        try (var client = new RawClient(listen(HttpListenerTest::echo))) {
            client.send("POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
            RawClient.Answer first = client.answer();
            client.send("GET /second HTTP/1.1\r\nHost: x\r\n\r\n");
            RawClient.Answer second = client.answer();

            assertEquals(200, first.status());
            assertEquals("POST /a ?b=c hello", first.body());
            assertEquals("GET /second ? ", second.body());
            assertNotNull(first.headers().get("Date"));
            assertNull(first.headers().get("Connection"));
        }
    }

    @Test
    void answersPipelinedRequestsInTheirOrder() throws Exception {
        int port =
                listen(
                        (request, responder) ->
                                Thread.startVirtualThread(() -> echo(request, responder)));
        try (var client = new RawClient(port)) {
            var requests = new StringBuilder();
            for (int i = 0; i < 200; i++) {
                requests.append("GET /").append(i).append(" HTTP/1.1\r\nHost: x\r\n\r\n");
            }

            client.send(requests.toString());

            for (int i = 0; i < 200; i++) {
                assertEquals("GET /" + i + " ? ", client.answer().body());
            }
        }
    }

    @Test
    void readsChunkedBodiesAndTrailers() throws Exception {
        try (var client = new RawClient(listen(HttpListenerTest::echo))) {
            client.send(
                    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + "5\r\nhello\r\n6;name=value\r\n world\r\n0\r\nTrailer: t\r\n\r\n");

            assertEquals("POST / ? hello world", client.answer().body());
        }
    }

    @Test
    void continuesWhenAsked() throws Exception {
        try (var client = new RawClient(listen(HttpListenerTest::echo))) {
            client.send(
                    "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
                            + "Expect: 100-continue\r\n\r\n");
            assertEquals(100, client.answer().status());
            client.send("ok");

            assertEquals("PUT / ? ok", client.answer().body());
        }
    }

    @Test
    void refusesLargeBodiesWhileOthersTakeTheMemory() throws Exception {
        // Given
        var bodies = new BodyBudget(1_000_000);
        int port = listen(bodies);
        String large = large(700_000);
        try (var first = new RawClient(port);
                var second = new RawClient(port);
                var third = new RawClient(port)) {
            first.send(large.substring(0, large.length() - 1));
            Await.until("the first body is there", () -> bodies.used() == 699_999);
            // When
            second.send(large);
            // Then
            RawClient.Answer refusal = second.answer();
            assertEquals(503, refusal.status());
            assertEquals("1", refusal.headers().get("Retry-After"));
            third.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
            assertEquals(200, third.answer().status());
            first.send("x");
            assertEquals(200, first.answer().status());
        }
        Await.until("all is given back", () -> bodies.used() == 0);
    }

    @Test
    void bodiesOfClientsThatGoAwayTakeNoMemory() throws Exception {
        // Given
        var bodies = new BodyBudget(1_000_000);
        int port = listen(bodies);
        try (var client = new RawClient(port)) {
            client.send(large(700_000).substring(0, 300_000));
            Await.until("a part is there", () -> bodies.used() > 200_000);
            // When
            client.socket().close();
        }
        // Then
        Await.until("all is given back", () -> bodies.used() == 0);
        assertEquals(0, bodies.used());
    }

    private static String large(int bytes) {
        return "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: "
                + bytes
                + "\r\n\r\n"
                + "x".repeat(bytes);
    }

    private int listen(BodyBudget bodies) {
        var listener =
                new HttpListener(
                        LOOPS,
                        new ListenAddress("127.0.0.1", 0, "--port"),
                        null,
                        PATIENT,
                        bodies,
                        (request, responder) ->
                                responder.send(HttpResponse.of(200, "text/plain", new byte[0])),
                        Clock.system());
        listener.start();
        listeners.add(listener);
        return listener.port();
    }

    @Test
    void refusesTooLargeBodiesBeforeTheyAreSent() throws Exception {
        try (var client = new RawClient(listen(HttpListenerTest::echo))) {
            client.send(
                    "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n"
                            + "Expect: 100-continue\r\n\r\n");

            RawClient.Answer answer = client.answer();

            assertEquals(413, answer.status());
            assertEquals("close", answer.headers().get("Connection"));
        }
    }

    @Test
    void refusesTooLargeBodiesOfUnknownLength() throws Exception {
        try (var client = new RawClient(listen(HttpListenerTest::echo))) {
            client.send("PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
            String chunk = "40000\r\n" + "x".repeat(0x40000) + "\r\n";
            client.send(chunk).send(chunk).send(chunk).send(chunk).send("1\r\nx\r\n");

            assertEquals(413, client.answer().status());
        }
    }

    @Test
    void aRefusedClientThatKeepsSendingStillReadsTheRefusal() throws Exception {
        try (var client = new RawClient(listen(HttpListenerTest::echo))) {
            client.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n");
            client.send("x".repeat(1_000_000));

            assertEquals(413, client.answer().status());
            assertTrue(client.isEnded());
        }
    }

    @Test
    void answersHeadWithTheLengthOnly() throws Exception {
        try (var client = new RawClient(listen(HttpListenerTest::echo))) {
            client.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\nGET /n HTTP/1.1\r\nHost: x\r\n\r\n");

            RawClient.Answer head = client.answerWithoutBody();
            RawClient.Answer next = client.answer();

            assertEquals("9", head.headers().get("Content-Length"));
            assertEquals("GET /n ? ", next.body());
        }
    }

    @Test
    void keepsOldClientsOnlyWhenTheyAsk() throws Exception {
        int port = listen(HttpListenerTest::echo);
        try (var asks = new RawClient(port);
                var doesNot = new RawClient(port)) {
            asks.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
            doesNot.send("GET / HTTP/1.0\r\n\r\n");

            assertEquals("keep-alive", asks.answer().headers().get("Connection"));
            assertEquals("close", doesNot.answer().headers().get("Connection"));
            assertTrue(doesNot.isEnded());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
                "GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n",
                "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
                "CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n",
                "get / HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
                        + "Content-Length: 1\r\n\r\n1\r\nx\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 2\r\n\r\nxx",
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\nx",
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\nx",
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0x1\r\n\r\nx",
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\nx",
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length : 1\r\n\r\nx",
                "GET / HTTP/1.1\r\nHost: x\r\nX: a\u0000b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: x\r\nX: a\rb\r\n\r\n",
                "GET / HTTP/1.1\nHost: x\n\n",
                "GET / HTTP/1.1\r\nHost: x\r\n: empty\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n",
                "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n",
                "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nx\r\n",
                "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\nx\r\n",
                "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1 1\r\nx\r\n",
                "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxyz\r\n",
                "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "ffffffffffffffff\r\nx\r\n",
            })
    void refusesWhatIsNotWellFormed(String request) throws Exception {
        var handled = new AtomicInteger();
        int port =
                listen(
                        (good, responder) -> {
                            handled.incrementAndGet();
                            echo(good, responder);
                        });
        try (var client = new RawClient(port)) {
            client.send(request);

            RawClient.Answer answer = client.answer();

            assertEquals(400, answer.status(), answer.body());
            assertEquals("close", answer.headers().get("Connection"));
            assertEquals(0, handled.get());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gzip",
                "identity",
                "gzip, chunked",
                "chunked, identity",
                "xchunked",
                "\u000bchunked"
            })
    void refusesOtherTransferEncodings(String encoding) throws Exception {
        try (var client = new RawClient(listen(HttpListenerTest::echo))) {
            client.send(
                    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
                            + encoding
                            + "\r\n\r\n0\r\n\r\n");

            int status = client.answer().status();

            assertTrue(status == 501 || status == 400, "status " + status);
        }
    }

    @Test
    void refusesLargeHeads() throws Exception {
        int port = listen(HttpListenerTest::echo);
        String fields = "X: 1\r\n".repeat(60);

        assertEquals(414, statusOf(port, "GET /" + "x".repeat(3_000) + " HTTP/1.1\r\n\r\n"));
        assertEquals(
                431,
                statusOf(
                        port, "GET / HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(9_000) + "\r\n\r\n"));
        assertEquals(431, statusOf(port, "GET / HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n"));
        assertEquals(505, statusOf(port, "GET / HTTP/2.0\r\nHost: x\r\n\r\n"));
        assertEquals(417, statusOf(port, "GET / HTTP/1.1\r\nHost: x\r\nExpect: the-best\r\n\r\n"));
    }

    @Test
    void closesConnectionsThatSendNoWholeHead() throws Exception {
        try (var client = new RawClient(listen(HttpListenerTest::echo))) {
            client.send("GET / HTT");

            assertTrue(client.isEnded());
        }
    }

    @Test
    void answersSlowBodiesWithATimeout() throws Exception {
        try (var client = new RawClient(listen(HttpListenerTest::echo))) {
            client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf");

            assertEquals(408, client.answer().status());
        }
    }

    @Test
    void limitsConnectionsOfOneAddress() throws Exception {
        int port = listen(HttpListenerTest::echo);
        var clients = new ArrayList<RawClient>();
        try {
            for (int i = 0; i < 20; i++) {
                clients.add(new RawClient(port).send("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
                assertEquals(200, clients.getLast().answer().status());
            }
            try (var oneTooMany = new RawClient(port)) {
                assertTrue(oneTooMany.isEnded());
            }
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void answersForHandlersThatFail() throws Exception {
        int port =
                listen(
                        (request, responder) -> {
                            throw new IllegalArgumentException("on purpose");
                        });
        try (var client = new RawClient(port)) {
            client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");

            RawClient.Answer answer = client.answer();

            assertEquals(500, answer.status());
            assertFalse(answer.body().contains("on purpose"));
        }
    }

    @Test
    void doesNotLetHandlersForgeHeaders() throws Exception {
        int port =
                listen(
                        (request, responder) ->
                                responder.send(
                                        new HttpResponse(
                                                200,
                                                Headers.of("X", "a\r\nSet-Cookie: b"),
                                                new byte[0])));
        try (var client = new RawClient(port)) {
            client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");

            RawClient.Answer answer = client.answer();

            assertEquals(500, answer.status());
            assertNull(answer.headers().get("Set-Cookie"));
        }
    }

    @Test
    void streamsPartsAsTheyCome() throws Exception {
        var go = new CountDownLatch(1);
        int port =
                listen(
                        (request, responder) ->
                                Thread.startVirtualThread(() -> streamTwoParts(responder, go)));
        try (var client = new RawClient(port)) {
            client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n");
            for (String line = client.line(); !line.isEmpty(); line = client.line()) {
                assertFalse(line.startsWith("Content-Length"));
            }
            assertEquals("5", client.line());
            assertEquals("first", client.line());
            go.countDown();
            assertEquals("6", client.line());
            assertEquals("second", client.line());
            assertEquals("0", client.line());
            assertEquals("", client.line());

            assertEquals("firstsecond", client.answer().body());
        }
    }

    @Test
    void tellsWritersToWaitForSlowReaders() throws Exception {
        var written = new AtomicLong();
        var total = 64L * 1024 * 1024;
        var stopped = new CountDownLatch(1);
        int port =
                listen(
                        PATIENT,
                        (request, responder) -> {
                            var stream = responder.stream(200, new Headers());
                            pump(stream, written, total, stopped);
                        });
        try (var client = new RawClient(port)) {
            client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            assertTrue(stopped.await(5, TimeUnit.SECONDS));
            long whenStopped = written.get();

            String body = client.answer().body();

            assertTrue(whenStopped < 16L * 1024 * 1024, "written ahead: " + whenStopped);
            assertEquals(total, body.length());
        }
    }

    @Test
    void tellsWhenTheClientHasGone() throws Exception {
        var gone = new CompletableFuture<String>();
        var handled = new CountDownLatch(1);
        int port =
                listen(
                        (request, responder) -> {
                            responder.onDisconnect(() -> gone.complete("gone"));
                            handled.countDown();
                        });
        var client = new RawClient(port);
        client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        assertTrue(handled.await(5, TimeUnit.SECONDS));

        client.close();

        assertEquals("gone", gone.get(5, TimeUnit.SECONDS));
    }

    @Test
    void showsTheClientThatAStreamBroke() throws Exception {
        int port =
                listen(
                        (request, responder) -> {
                            var stream = responder.stream(200, new Headers());
                            stream.write("part".getBytes(StandardCharsets.UTF_8));
                            stream.abort();
                        });
        try (var client = new RawClient(port)) {
            client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");

            assertThrows(java.io.IOException.class, client::answer);
        }
    }

    @Test
    void finishesRequestsAtWorkBeforeItCloses() throws Exception {
        var handled = new CompletableFuture<HttpResponder>();
        var listener = listener((request, responder) -> handled.complete(responder));
        try (var busy = new RawClient(listener.port());
                var idle = new RawClient(listener.port())) {
            busy.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            HttpResponder responder = handled.get(5, TimeUnit.SECONDS);

            var closed = CompletableFuture.runAsync(listener::close);

            assertTrue(idle.isEnded());
            responder.send(HttpResponse.empty(200));
            RawClient.Answer answer = busy.answer();
            assertEquals(200, answer.status());
            assertTrue(busy.isEnded());
            closed.get(5, TimeUnit.SECONDS);
            assertEquals(0, listener.connections());
        }
    }

    @Test
    void namesThePortInUseAndTheFlagThatChangesIt() throws Exception {
        int port = listen(HttpListenerTest::echo);
        var second =
                new HttpListener(
                        LOOPS,
                        new ListenAddress("127.0.0.1", port, "--port"),
                        LIMITS,
                        HttpListenerTest::echo,
                        Clock.system());

        Fault fault = assertThrows(Fault.class, second::start);

        assertEquals("port-in-use", fault.code());
        assertTrue(fault.text().contains(String.valueOf(port)), fault.text());
        assertTrue(fault.text().contains("--port"), fault.text());
    }

    private int listen(HttpHandler handler) {
        return listener(handler).port();
    }

    private int listen(HttpLimits limits, HttpHandler handler) {
        return listener(limits, handler).port();
    }

    private HttpListener listener(HttpHandler handler) {
        return listener(LIMITS, handler);
    }

    private HttpListener listener(HttpLimits limits, HttpHandler handler) {
        var listener =
                new HttpListener(
                        LOOPS,
                        new ListenAddress("127.0.0.1", 0, "--port"),
                        limits,
                        handler,
                        Clock.system());
        listener.start();
        listeners.add(listener);
        return listener;
    }

    private static int statusOf(int port, String request) throws Exception {
        try (var client = new RawClient(port)) {
            return client.send(request).answer().status();
        }
    }

    private static void echo(HttpRequest request, HttpResponder responder) {
        String text =
                request.method()
                        + " "
                        + request.rawPath()
                        + " ?"
                        + request.rawQuery()
                        + " "
                        + new String(request.body(), StandardCharsets.UTF_8);
        responder.send(HttpResponse.of(200, "text/plain", text.getBytes(StandardCharsets.UTF_8)));
    }

    private static void streamTwoParts(HttpResponder responder, CountDownLatch between) {
        var stream = responder.stream(200, Headers.of("Content-Type", "text/plain"));
        stream.write("first".getBytes(StandardCharsets.UTF_8));
        try {
            between.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        stream.write("second".getBytes(StandardCharsets.UTF_8));
        stream.end();
    }

    private static void pump(
            HttpResponder.BodyStream stream, AtomicLong written, long total, CountDownLatch full) {
        byte[] part = "x".repeat(64 * 1024).getBytes(StandardCharsets.US_ASCII);
        boolean writable = true;
        while (writable && written.get() < total) {
            written.addAndGet(part.length);
            writable = stream.write(part);
        }
        if (written.get() >= total) {
            stream.end();
            return;
        }
        full.countDown();
        stream.whenWritable(() -> pump(stream, written, total, full));
    }
}
