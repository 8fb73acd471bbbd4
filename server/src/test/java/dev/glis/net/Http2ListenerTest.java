package dev.glis.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.base.Clock;
import dev.glis.base.Limits;
import dev.glis.base.testing.Await;
import dev.glis.net.testing.TestCertificate;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The listener and HTTP/2 on real sockets: ordinary use by the JDK's client, hostile by frames. */
final class Http2ListenerTest {
    private static final EventLoops LOOPS = new EventLoops(2);
    private static final HttpLimits QUICK =
            new HttpLimits(8 * 1024, 50, 2 * 1024, 1024 * 1024, 500, 2_000, 1_000, 20, 2_000);
    private static final HttpLimits PATIENT =
            new HttpLimits(8 * 1024, 50, 2 * 1024, 1024 * 1024, 60_000, 60_000, 60_000, 20, 5_000);

    private final List<HttpListener> listeners = new ArrayList<>();
    private final BodyBudget bodies = new BodyBudget(1_000_000);

    /** How many requests came through to the handler. */
    private final AtomicInteger handled = new AtomicInteger();

    @TempDir private Path folder;

    @AfterEach
    void closeListeners() {
        listeners.forEach(HttpListener::close);
    }

    @AfterAll
    static void closeLoops() {
        LOOPS.close();
    }

    // ---- ordinary use

    @Test
    void speaksOverTlsWithClientsThatOfferIt() throws Exception {
        // Given
        var certificate = TestCertificate.make(folder);
        int port = listen(certificate.files(), HttpLimits.standard(), this::echo).port();
        byte[] large = new byte[3_000_000];
        try (var client = HttpClient.newBuilder().sslContext(certificate.context()).build()) {
            var requests = new ArrayList<CompletableFuture<java.net.http.HttpResponse<byte[]>>>();
            // When
            for (int i = 0; i < 20; i++) {
                requests.add(
                        client.sendAsync(
                                java.net.http.HttpRequest.newBuilder(
                                                URI.create("https://localhost:" + port + "/" + i))
                                        .POST(
                                                BodyPublishers.ofByteArray(
                                                        i == 0 ? large : new byte[i]))
                                        .build(),
                                BodyHandlers.ofByteArray()));
            }
            // Then
            for (int i = 0; i < 20; i++) {
                var answer = requests.get(i).get(20, TimeUnit.SECONDS);
                assertEquals(HttpClient.Version.HTTP_2, answer.version());
                assertEquals("/" + i, answer.headers().firstValue("X-Path").orElseThrow());
                assertEquals("HTTP/2.0", answer.headers().firstValue("X-Protocol").orElseThrow());
                assertEquals(i == 0 ? large.length : i, answer.body().length);
            }
        }
    }

    @Test
    void clientsThatOnlySpeakTheOldProtocolGetIt() throws Exception {
        // Given
        var certificate = TestCertificate.make(folder);
        int port = listen(certificate.files(), HttpLimits.standard(), this::echo).port();
        try (var client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .sslContext(certificate.context())
                        .build()) {
            // When
            var answer =
                    client.send(
                            java.net.http.HttpRequest.newBuilder(
                                            URI.create("https://localhost:" + port + "/"))
                                    .build(),
                            BodyHandlers.discarding());
            // Then
            assertEquals(HttpClient.Version.HTTP_1_1, answer.version());
            assertEquals(200, answer.statusCode());
            assertEquals("HTTP/1.1", answer.headers().firstValue("X-Protocol").orElseThrow());
        }
    }

    @Test
    void speaksWithoutTlsWithClientsThatKnow() throws Exception {
        // Given
        try (var client = new FrameClient(listen(this::echo))) {
            // When
            client.send(
                    FrameClient.HEADERS,
                    FrameClient.END_HEADERS,
                    1,
                    FrameClient.head("POST", "/a?b=c", "cookie", "x=1", "cookie", "y=2"));
            client.get(3, "/second");
            client.send(FrameClient.DATA, 0, 1, ascii("hel"));
            client.send(FrameClient.DATA, FrameClient.END_STREAM, 1, ascii("lo"));
            var second = client.answer(3);
            var first = client.answer(1);
            // Then
            assertEquals("/second", second.headers().get("x-path"));
            assertEquals(200, first.status());
            assertEquals("hello", first.text());
            assertEquals("x", first.headers().get("x-host"));
            assertEquals("x=1; y=2", first.headers().get("x-cookie"));
            assertEquals("5", first.headers().get("content-length"));
            assertNotNull(first.headers().get("date"));
        }
    }

    @Test
    void answersInTheOrderInWhichTheyAreReady() throws Exception {
        // Given
        var slow = new CompletableFuture<HttpResponder>();
        int port =
                listen(
                        (request, responder) -> {
                            if (request.rawPath().equals("/slow")) {
                                slow.complete(responder);
                            } else {
                                responder.send(HttpResponse.empty(204));
                            }
                        });
        try (var client = new FrameClient(port)) {
            // When
            client.get(1, "/slow").get(3, "/quick");
            // Then
            assertEquals(204, client.answer(3).status());
            slow.get(5, TimeUnit.SECONDS).send(HttpResponse.empty(200));
            assertEquals(200, client.answer(1).status());
        }
    }

    @Test
    void tellsTheLengthAfterHeadAndSendsNoBody() throws Exception {
        // Given
        int port =
                listen(
                        (request, responder) ->
                                responder.send(HttpResponse.of(200, "text/plain", ascii("hello"))));
        try (var client = new FrameClient(port)) {
            // When
            client.send(
                    FrameClient.HEADERS,
                    FrameClient.END_HEADERS | FrameClient.END_STREAM,
                    1,
                    FrameClient.head("HEAD", "/"));
            var answer = client.answer(1);
            // Then
            assertEquals("5", answer.headers().get("content-length"));
            assertEquals("", answer.text());
        }
    }

    @Test
    void streamsPartsAsTheyCome() throws Exception {
        // Given
        var between = new CountDownLatch(1);
        int port =
                listen(
                        (request, responder) ->
                                Thread.startVirtualThread(() -> twoParts(responder, between)));
        try (var client = new FrameClient(port)) {
            // When
            client.get(1, "/");
            var first = client.next(FrameClient.DATA);
            between.countDown();
            var rest = client.answer(1);
            // Then
            assertEquals("first", text(first));
            assertEquals("second", rest.text());
            assertEquals(FrameClient.NO_ERROR, rest.error());
        }
    }

    @Test
    void saysGoodbyeWhenItCloses() throws Exception {
        // Given
        var responder = new CompletableFuture<HttpResponder>();
        var listener = listen(null, PATIENT, (request, given) -> responder.complete(given));
        try (var client = new FrameClient(listener.port())) {
            client.get(1, "/");
            var atWork = responder.get(5, TimeUnit.SECONDS);
            // When
            var closed = CompletableFuture.runAsync(listener::close);
            var goodbye = client.next(FrameClient.GOAWAY);
            atWork.send(HttpResponse.empty(200));
            // Then
            assertNotNull(goodbye);
            assertEquals(FrameClient.NO_ERROR, goodbye.error());
            assertEquals(200, client.answer(1).status());
            assertNull(client.next(FrameClient.PING), "the connection is closed");
            closed.get(5, TimeUnit.SECONDS);
            assertEquals(0, listener.connections());
        }
    }

    // ---- the same rules as in HTTP/1.1

    @ParameterizedTest
    @CsvSource({
        "GET, relative, 400",
        "GET, http://x/, 400",
        "GET, *, 400",
        "GET, /a b, 400",
        "GET, /a#b, 400",
        "get, /, 400"
    })
    void refusesMethodsAndTargets(String method, String path, int status) throws Exception {
        assertRefused(status, FrameClient.head(method, path));
    }

    @Test
    void refusesLongTargets() throws Exception {
        assertRefused(414, FrameClient.head("GET", "/" + "a".repeat(3_000)));
    }

    @ParameterizedTest
    @CsvSource({
        "host, other, 400",
        "content-type, application/grpc+proto, 415",
        "expect, magic, 417",
        "content-length, 2000000, 413"
    })
    void refusesFields(String name, String value, int status) throws Exception {
        assertRefused(status, FrameClient.head("POST", "/", name, value));
    }

    @Test
    void refusesTooManyFields() throws Exception {
        // Given
        String[] many = new String[120];
        for (int i = 0; i < many.length; i++) {
            many[i] = "a";
        }
        // When, then
        assertRefused(431, FrameClient.head("GET", "/", many));
    }

    @Test
    void refusesLargeFields() throws Exception {
        assertRefused(431, FrameClient.head("GET", "/", "x-large", "a".repeat(9_000)));
    }

    /** Forms that another HTTP/1.1 server behind could take for something else. */
    @ParameterizedTest
    @CsvSource({
        "transfer-encoding, chunked",
        "connection, close",
        "keep-alive, 5",
        "upgrade, h2c",
        "proxy-connection, close",
        "te, gzip",
        "X-Upper, a",
        "'bad name', a",
        ":path, /twice",
        ":status, 200",
        ":unknown, a",
        "'x: y', a",
        "content-length, 5x",
        "content-length, -5",
        "x-value, ' blank'"
    })
    void malformedHeadsReachNoHandler(String name, String value) throws Exception {
        assertMalformed(FrameClient.head("GET", "/", name, value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nx-forged: b", "a\nb", "a\u0000b"})
    void valuesWithControlCharactersReachNoHandler(String value) throws Exception {
        assertMalformed(FrameClient.head("GET", "/", "x-value", value));
    }

    @Test
    void pseudoFieldsBehindOthersOrMissingReachNoHandler() throws Exception {
        assertMalformed(
                FrameClient.fields(":method", "GET", "a", "b", ":scheme", "http", ":path", "/"));
        assertMalformed(FrameClient.fields(":method", "GET", ":path", "/", ":authority", "x"));
        assertMalformed(FrameClient.fields(":scheme", "http", ":path", "/", ":authority", "x"));
        assertMalformed(FrameClient.fields(":method", "GET", ":scheme", "http", ":authority", "x"));
        assertMalformed(FrameClient.fields(":method", "GET", ":scheme", "http", ":path", "/"));
        assertMalformed(
                FrameClient.fields(
                        ":method", "GET", ":scheme", "ftp", ":path", "/", ":authority", "x"));
        assertMalformed(FrameClient.fields(":method", "CONNECT", ":authority", "x"));
    }

    @Test
    void aBodyOfAnotherLengthThanStatedReachesNoHandler() throws Exception {
        // Given
        try (var client = new FrameClient(listen(this::echo))) {
            // When
            client.send(
                    FrameClient.HEADERS,
                    FrameClient.END_HEADERS,
                    1,
                    FrameClient.head("POST", "/", "content-length", "3"));
            client.send(FrameClient.DATA, FrameClient.END_STREAM, 1, ascii("smuggled"));
            // Then
            assertEquals(FrameClient.PROTOCOL_ERROR, client.answer(1).error());
            assertEquals(0, handled.get());
        }
    }

    @Test
    void refusesBodiesThatGrowTooLargeAndStopsThem() throws Exception {
        // Given
        try (var client = new FrameClient(listen(this::echo))) {
            client.send(
                    FrameClient.HEADERS, FrameClient.END_HEADERS, 1, FrameClient.head("POST", "/"));
            // When
            for (int i = 0; i < 70; i++) {
                client.send(FrameClient.DATA, 0, 1, new byte[16_000]);
            }
            // Then
            var answer = client.answer(1);
            assertTrue(answer.status() == 413 || answer.status() == 503, answer.toString());
            var reset = client.next(FrameClient.RST_STREAM);
            assertNotNull(reset);
            assertEquals(FrameClient.NO_ERROR, reset.error());
            assertEquals(204, client.get(3, "/empty").answer(3).status());
        }
        Await.until("all memory is given back", () -> bodies.used() == 0);
    }

    // ---- attacks

    @Test
    void rapidResetsEndTheConnection() throws Exception {
        // Given
        int port = listen((request, responder) -> handled.incrementAndGet());
        try (var client = new FrameClient(port)) {
            var frames = new ByteArrayOutputStream();
            for (int i = 0; i < 1_000; i++) {
                int stream = 2 * i + 1;
                frames.writeBytes(whole(stream, FrameClient.head("GET", "/")));
                frames.writeBytes(
                        FrameClient.frame(
                                FrameClient.RST_STREAM,
                                0,
                                stream,
                                FrameClient.number(FrameClient.CANCEL)));
            }
            // When
            client.flood(frames.toByteArray());
            // Then
            assertCalmed(client);
            assertTrue(handled.get() <= Limits.HTTP2_RESETS.value() + 1, handled.toString());
        }
    }

    /** Errors of the client make the server reset its streams: as many as resets of its own. */
    @Test
    void streamsThatTheServerMustResetEndTheConnection() throws Exception {
        // Given
        int port = listen((request, responder) -> handled.incrementAndGet());
        try (var client = new FrameClient(port)) {
            var frames = new ByteArrayOutputStream();
            for (int i = 0; i < 1_000; i++) {
                int stream = 2 * i + 1;
                frames.writeBytes(whole(stream, FrameClient.head("GET", "/")));
                frames.writeBytes(
                        FrameClient.frame(
                                FrameClient.WINDOW_UPDATE, 0, stream, FrameClient.number(0)));
            }
            // When
            client.flood(frames.toByteArray());
            // Then
            assertCalmed(client);
            assertTrue(handled.get() <= 2 * Limits.HTTP2_RESETS.value(), handled.toString());
        }
    }

    @Test
    void endlessHeadsEndTheConnection() throws Exception {
        // Given
        try (var client = new FrameClient(listen(this::echo))) {
            var frames = new ByteArrayOutputStream();
            frames.writeBytes(
                    FrameClient.frame(FrameClient.HEADERS, 0, 1, FrameClient.head("GET", "/")));
            for (int i = 0; i < 1_000; i++) {
                frames.writeBytes(FrameClient.frame(FrameClient.CONTINUATION, 0, 1, new byte[0]));
            }
            // When
            client.flood(frames.toByteArray());
            // Then
            assertCalmed(client);
        }
    }

    @Test
    void headsWithoutEndInLargePiecesEndTheConnection() throws Exception {
        // Given
        try (var client = new FrameClient(listen(this::echo))) {
            var frames = new ByteArrayOutputStream();
            frames.writeBytes(
                    FrameClient.frame(FrameClient.HEADERS, 0, 1, FrameClient.head("GET", "/")));
            byte[] more = FrameClient.fields("x-large", "a".repeat(9_000));
            for (int i = 0; i < 200; i++) {
                frames.writeBytes(FrameClient.frame(FrameClient.CONTINUATION, 0, 1, more));
            }
            // When
            client.flood(frames.toByteArray());
            // Then
            var goodbye = client.next(FrameClient.GOAWAY);
            assertNotNull(goodbye);
            assertTrue(goodbye.error() != FrameClient.NO_ERROR);
            assertEquals(0, handled.get());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {FrameClient.PING, FrameClient.SETTINGS, FrameClient.PRIORITY, 0x77})
    void floodsOfControlFramesEndTheConnection(int type) throws Exception {
        // Given
        byte[] payload =
                switch (type) {
                    case FrameClient.PING -> new byte[8];
                    case FrameClient.PRIORITY -> new byte[] {0, 0, 0, 0, 1};
                    default -> new byte[0];
                };
        byte[] frame = FrameClient.frame(type, 0, type == FrameClient.PRIORITY ? 3 : 0, payload);
        try (var client = new FrameClient(listen(this::echo))) {
            var frames = new ByteArrayOutputStream();
            for (int i = 0; i < 2_000; i++) {
                frames.writeBytes(frame);
            }
            // When
            client.flood(frames.toByteArray());
            // Then
            assertCalmed(client);
        }
    }

    @Test
    void floodsOfEmptyDataEndTheConnection() throws Exception {
        // Given
        try (var client = new FrameClient(listen(this::echo))) {
            var frames = new ByteArrayOutputStream();
            frames.writeBytes(
                    FrameClient.frame(
                            FrameClient.HEADERS,
                            FrameClient.END_HEADERS,
                            1,
                            FrameClient.head("POST", "/")));
            for (int i = 0; i < 1_000; i++) {
                frames.writeBytes(FrameClient.frame(FrameClient.DATA, 0, 1, new byte[0]));
            }
            // When
            client.flood(frames.toByteArray());
            // Then
            assertCalmed(client);
            assertEquals(0, handled.get());
        }
    }

    @Test
    void moreStreamsThanAllowedAreRefused() throws Exception {
        // Given
        int port = listen((request, responder) -> handled.incrementAndGet());
        int most = Limits.HTTP2_STREAMS.intValue();
        try (var client = new FrameClient(port)) {
            assertNotNull(client.next(FrameClient.SETTINGS));
            client.send(FrameClient.SETTINGS, 1, 0, new byte[0]);
            // When
            for (int i = 0; i <= most; i++) {
                client.get(2 * i + 1, "/");
            }
            // Then
            assertEquals(FrameClient.REFUSED_STREAM, client.answer(2 * most + 1).error());
            assertEquals(most, handled.get());
        }
    }

    /** A client that never opens its window holds neither the others nor much memory. */
    @Test
    void answersThatNobodyReadsAreBounded() throws Exception {
        // Given
        byte[] content = new byte[12 * 1024 * 1024];
        int port =
                listen(
                        (request, responder) -> {
                            handled.incrementAndGet();
                            responder.send(HttpResponse.of(200, "text/plain", content));
                        });
        byte[] noWindow = {0, 4, 0, 0, 0, 0};
        try (var client = new FrameClient(port, noWindow)) {
            // When
            client.get(1, "/").get(3, "/").get(5, "/");
            // Then
            assertEquals(503, statusOf(client, 5));
            client.send(FrameClient.RST_STREAM, 0, 1, FrameClient.number(FrameClient.CANCEL));
            client.get(7, "/");
            assertEquals(200, statusOf(client, 7));
        }
    }

    @Test
    void theWriterOfAStreamWaitsForASlowReader() throws Exception {
        // Given
        var written = new AtomicLong();
        var full = new CountDownLatch(1);
        long total = 20L * 1024 * 1024;
        int port =
                listen(
                        (request, responder) ->
                                pump(responder.stream(200, new Headers()), written, total, full));
        try (var client = new FrameClient(port)) {
            // When
            client.get(1, "/");
            // Then
            assertTrue(full.await(10, TimeUnit.SECONDS));
            assertTrue(written.get() < 2L * 1024 * 1024, written.toString());
            client.send(FrameClient.WINDOW_UPDATE, 0, 0, FrameClient.number(Integer.MAX_VALUE / 2));
            client.send(FrameClient.WINDOW_UPDATE, 0, 1, FrameClient.number(Integer.MAX_VALUE / 2));
            assertEquals(total, client.answer(1).body().length);
        }
    }

    @Test
    void streamsThatStandStillAreReset() throws Exception {
        // Given
        int port =
                listen(
                                null,
                                QUICK,
                                (request, responder) ->
                                        responder.send(
                                                HttpResponse.of(200, "text/plain", ascii("hello"))))
                        .port();
        byte[] noWindow = {0, 4, 0, 0, 0, 0};
        try (var client = new FrameClient(port, noWindow)) {
            // When
            client.get(1, "/");
            // Then
            assertEquals(FrameClient.CANCEL, client.answer(1).error());
        }
    }

    @Test
    void slowBodiesAreRefused() throws Exception {
        // Given
        try (var client = new FrameClient(listen(null, QUICK, this::echo).port())) {
            // When
            client.send(
                    FrameClient.HEADERS, FrameClient.END_HEADERS, 1, FrameClient.head("POST", "/"));
            // Then
            assertEquals(408, client.answer(1).status());
            assertEquals(0, handled.get());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void connectionsWithoutRequestsEnd(boolean afterOne) throws Exception {
        // Given
        try (var client = new FrameClient(listen(null, QUICK, this::echo).port())) {
            // When
            if (afterOne) {
                assertEquals(204, client.get(1, "/empty").answer(1).status());
            }
            // Then
            var goodbye = client.next(FrameClient.GOAWAY);
            assertNotNull(goodbye);
            assertEquals(FrameClient.NO_ERROR, goodbye.error());
            assertNull(client.next());
        }
    }

    @Test
    void anUnfinishedPrefaceEndsWithTheFirstBytesTime() throws Exception {
        // Given
        try (var client = new RawClient(listen(null, QUICK, this::echo).port())) {
            // When
            client.send("PRI * HTTP/2.0\r\n");
            // Then
            assertTrue(client.isEnded());
        }
    }

    @Test
    void countsConnectionsOfAnAddressWithThoseOfTheOldProtocol() throws Exception {
        // Given
        var limits = new HttpLimits(8_192, 50, 2_048, 1_024, 60_000, 60_000, 60_000, 2, 1_000);
        var listener = listen(null, limits, this::echo);
        try (var first = new FrameClient(listener.port());
                var second = new RawClient(listener.port())) {
            assertEquals(204, first.get(1, "/empty").answer(1).status());
            second.send("GET /empty HTTP/1.1\r\nHost: x\r\n\r\n");
            assertEquals(204, second.answer().status());
            // When
            try (var third = new FrameClient(listener.port())) {
                // Then
                assertNull(third.next(FrameClient.PING));
            }
        }
        Await.until("all have left", () -> listener.connections() == 0);
    }

    @Test
    void tellsTheHandlerWhenTheClientResets() throws Exception {
        // Given
        var gone = new CountDownLatch(1);
        var begun = new CountDownLatch(1);
        int port =
                listen(
                        (request, responder) -> {
                            responder.onDisconnect(gone::countDown);
                            begun.countDown();
                        });
        try (var client = new FrameClient(port)) {
            client.get(1, "/");
            assertTrue(begun.await(5, TimeUnit.SECONDS));
            // When
            client.send(FrameClient.RST_STREAM, 0, 1, FrameClient.number(FrameClient.CANCEL));
            // Then
            assertTrue(gone.await(5, TimeUnit.SECONDS));
        }
    }

    // ---- helpers

    private void assertRefused(int status, byte[] head) throws Exception {
        try (var client = new FrameClient(listen(this::echo))) {
            client.send(FrameClient.HEADERS, FrameClient.END_HEADERS, 1, head);
            assertEquals(status, client.answer(1).status());
            assertEquals(0, handled.get());
            assertEquals(204, client.get(3, "/empty").answer(3).status());
        }
    }

    /** A malformed head is answered with 400 or resets its stream, as HTTP/2 allows. */
    private void assertMalformed(byte[] head) throws Exception {
        try (var client = new FrameClient(listen(this::echo))) {
            client.send(
                    FrameClient.HEADERS, FrameClient.END_HEADERS | FrameClient.END_STREAM, 1, head);
            var answer = client.answer(1);
            assertTrue(
                    answer.status() == 400 || answer.error() == FrameClient.PROTOCOL_ERROR,
                    answer.toString());
            assertEquals(0, handled.get());
        }
    }

    private static void assertCalmed(FrameClient client) throws Exception {
        var goodbye = client.next(FrameClient.GOAWAY);
        assertNotNull(goodbye);
        assertEquals(FrameClient.ENHANCE_YOUR_CALM, goodbye.error());
        assertNull(client.next(FrameClient.GOAWAY), "the connection is closed");
    }

    private static int statusOf(FrameClient client, int stream) throws Exception {
        while (true) {
            var frame = client.next(FrameClient.HEADERS);
            assertNotNull(frame);
            int status = client.status(frame);
            if (frame.stream() == stream) {
                return status;
            }
        }
    }

    private static byte[] whole(int stream, byte[] head) {
        return FrameClient.frame(
                FrameClient.HEADERS,
                FrameClient.END_HEADERS | FrameClient.END_STREAM,
                stream,
                head);
    }

    private int listen(HttpHandler handler) {
        return listen(null, PATIENT, handler).port();
    }

    private HttpListener listen(@Nullable TlsFiles tls, HttpLimits limits, HttpHandler handler) {
        var listener =
                new HttpListener(
                        LOOPS,
                        new ListenAddress("127.0.0.1", 0, "--port"),
                        tls,
                        limits,
                        tls == null ? bodies : BodyBudget.standard(),
                        handler,
                        Clock.system());
        listener.start();
        listeners.add(listener);
        return listener;
    }

    private void echo(HttpRequest request, HttpResponder responder) {
        if (request.rawPath().equals("/empty")) {
            responder.send(HttpResponse.empty(204));
            return;
        }
        handled.incrementAndGet();
        responder.send(
                new HttpResponse(
                        200,
                        Headers.of(
                                "X-Protocol",
                                request.protocol(),
                                "X-Path",
                                request.rawPath(),
                                "X-Host",
                                request.hostName(),
                                "X-Cookie",
                                request.headers().get("Cookie", "")),
                        request.body()));
    }

    private static void twoParts(HttpResponder responder, CountDownLatch between) {
        var stream = responder.stream(200, Headers.of("Content-Type", "text/plain"));
        stream.write(ascii("first"));
        try {
            between.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        stream.write(ascii("second"));
        stream.end();
    }

    private static void pump(
            HttpResponder.BodyStream stream, AtomicLong written, long total, CountDownLatch full) {
        byte[] part = new byte[64 * 1024];
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

    private static String text(FrameClient.@Nullable Frame frame) {
        assertNotNull(frame);
        return new String(frame.payload(), StandardCharsets.UTF_8);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
