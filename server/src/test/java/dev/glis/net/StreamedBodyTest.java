package dev.glis.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Limits;
import dev.glis.base.testing.Await;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that are handled while they come, on real sockets, in both versions of HTTP. */
@SuppressWarnings("StringConcatToTextBlock") // wire bytes: every \r\n is meant
final class StreamedBodyTest {
    private static final EventLoops LOOPS = new EventLoops(2);
    private static final HttpLimits PATIENT =
            new HttpLimits(8 * 1024, 50, 2 * 1024, 1024 * 1024, 60_000, 60_000, 60_000, 20, 2_000);
    private static final HttpLimits QUICK =
            new HttpLimits(8 * 1024, 50, 2 * 1024, 1024 * 1024, 60_000, 60_000, 300, 20, 2_000);
    private static final long LARGE_BYTES = 64L * 1024 * 1024;

    private final List<HttpListener> listeners = new ArrayList<>();
    private final BodyBudget bodies = new BodyBudget(16L * 1024 * 1024);

    @AfterEach
    void closeListeners() {
        listeners.forEach(HttpListener::close);
        Await.until("all memory is given back", () -> bodies.used() == 0);
    }

    @AfterAll
    static void closeLoops() {
        LOOPS.close();
    }

    // ---- ordinary use

    @Test
    void bodiesLargerThanMemoryMayBeComeThroughAndTheConnectionGoesOn() throws Exception {
        // Given
        int port = listen(PATIENT, StreamedBodyTest::digest);
        try (var client = new RawClient(port)) {
            // When
            client.send(head(LARGE_BYTES));
            sendPattern(client, LARGE_BYTES);
            // Then
            assertEquals(digestOfPattern(LARGE_BYTES), client.answer().body());
            client.send(head(3) + "abc" + head(2) + "de");
            assertEquals("3 " + sum("abc"), client.answer().body());
            assertEquals("2 " + sum("de"), client.answer().body());
        }
    }

    @Test
    void readsChunkedBodiesOfManySmallPieces() throws Exception {
        // Given
        int port = listen(PATIENT, StreamedBodyTest::digest);
        var wire = new StringBuilder(chunkedHead());
        var expected = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            wire.append("1\r\n").append((char) ('a' + i % 26)).append("\r\n");
            expected.append((char) ('a' + i % 26));
        }
        try (var client = new RawClient(port)) {
            // When
            client.send(wire + "0\r\nTrailer: t\r\n\r\n");
            // Then
            assertEquals("20000 " + sum(expected.toString()), client.answer().body());
        }
    }

    @Test
    void requestsWithoutBodyAreHandledWhole() throws Exception {
        try (var client = new RawClient(listen(PATIENT, StreamedBodyTest::digest))) {
            client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");

            assertEquals("whole", client.answer().body());
        }
    }

    @Test
    void theClientWaitsWhileNobodyReads() throws Exception {
        // Given
        var mayRead = new CountDownLatch(1);
        int port =
                listen(
                        PATIENT,
                        (body, responder) -> {
                            mayRead.await();
                            digest(body, responder);
                        });
        var sent = new AtomicLong();
        try (var client = new RawClient(port)) {
            client.send(head(LARGE_BYTES));
            // When
            Thread sender = Thread.startVirtualThread(() -> sendCounted(client, sent));
            // Then
            Await.until("the window is full", () -> bodies.used() >= window());
            assertTrue(bodies.used() < window() + 1024 * 1024, "held " + bodies.used());
            mayRead.countDown();
            assertEquals(digestOfPattern(LARGE_BYTES), client.answer().body());
            assertTrue(sender.join(java.time.Duration.ofSeconds(10)));
        }
    }

    // ---- waiting for leave

    @Test
    void theClientIsToldToGoOnOnlyOnceSomebodyReads() throws Exception {
        // Given
        var mayRead = new CountDownLatch(1);
        int port =
                listen(
                        PATIENT,
                        (body, responder) -> {
                            mayRead.await();
                            digest(body, responder);
                        });
        try (var client = new RawClient(port)) {
            client.send(expectingHead(3));
            client.socket().setSoTimeout(100);
            org.junit.jupiter.api.Assertions.assertThrows(
                    SocketTimeoutException.class, client::read);
            client.socket().setSoTimeout(10_000);
            // When
            mayRead.countDown();
            // Then
            assertEquals(100, client.answer().status());
            client.send("abc");
            assertEquals("3 " + sum("abc"), client.answer().body());
        }
    }

    @Test
    void aRefusalComesInThePlaceOfLeave() throws Exception {
        // Given
        int port = listen(PATIENT, (body, responder) -> responder.send(HttpResponse.empty(403)));
        try (var client = new RawClient(port)) {
            // When
            client.send(expectingHead(LARGE_BYTES));
            // Then
            RawClient.Answer answer = client.answer();
            assertEquals(403, answer.status());
            assertEquals("close", answer.headers().get("Connection"));
            assertTrue(client.isEnded());
        }
    }

    // ---- early ends

    @Test
    void aClientThatStillSendsReadsTheEarlyAnswer() throws Exception {
        // Given
        int port = listen(PATIENT, (body, responder) -> responder.send(HttpResponse.empty(404)));
        try (var client = new RawClient(port)) {
            // When
            client.send(head(3L * 1024 * 1024));
            sendPattern(client, 3L * 1024 * 1024);
            // Then
            assertEquals(404, client.answer().status());
            assertTrue(client.isEnded());
        }
    }

    @Test
    void anEarlyAnswerToABodyThatIsThereKeepsTheConnection() throws Exception {
        // Given
        var mayAnswer = new CountDownLatch(1);
        int port =
                listen(
                        PATIENT,
                        (body, responder) -> {
                            mayAnswer.await();
                            responder.send(HttpResponse.empty(404));
                        });
        try (var client = new RawClient(port)) {
            client.send(head(3) + "abc");
            Await.until("the body is there", () -> bodies.used() == 3);
            // When
            mayAnswer.countDown();
            // Then
            RawClient.Answer answer = client.answer();
            assertEquals(404, answer.status());
            assertNull(answer.headers().get("Connection"));
            client.send(head(3) + "abc");
            assertEquals(404, client.answer().status());
        }
    }

    @Test
    void theReaderLearnsThatTheClientHasGone() throws Exception {
        // Given
        var failure = new CompletableFuture<Throwable>();
        int port = listen(PATIENT, (body, responder) -> readToFailure(body, failure));
        try (var client = new RawClient(port)) {
            client.send(head(1_000) + "only this");
            Await.until("some was read", () -> bodies.used() == 0);
        }
        // When the client has gone, then
        assertEquals("incomplete-body", codeOf(failure));
    }

    @Test
    void theReaderLearnsThatTheRequestIsAnswered() throws Exception {
        // Given
        var failure = new CompletableFuture<Throwable>();
        int port =
                listen(
                        PATIENT,
                        (body, responder) -> {
                            responder.send(HttpResponse.empty(200));
                            readToFailure(body, failure);
                        });
        try (var client = new RawClient(port)) {
            // When
            client.send(head(1_000) + "only this");
            // Then
            assertEquals(200, client.answer().status());
            assertTrue(failure.get(10, TimeUnit.SECONDS) instanceof Exception);
        }
    }

    // ---- hostile use

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zz\r\nabc\r\n",
                "3\r\nabcd\r\n0\r\n\r\n",
                "-1\r\n\r\n",
                "3\nabc\r\n0\r\n\r\n",
                "fffffffffffffffff\r\nabc"
            })
    void malformedChunksFailTheBodyAndWhatFollowsIsNoRequest(String chunks) throws Exception {
        // Given
        int port =
                listen(
                        PATIENT,
                        (body, responder) -> {
                            var failure = new CompletableFuture<Throwable>();
                            readToFailure(body, failure);
                            responder.send(
                                    HttpResponse.of(400, "text/plain", ascii(codeOf(failure))));
                        });
        try (var client = new RawClient(port)) {
            // When
            client.send(chunkedHead() + chunks + "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n");
            // Then
            RawClient.Answer answer = client.answer();
            assertEquals(400, answer.status());
            assertEquals("incomplete-body", answer.body());
            assertTrue(client.isEnded());
        }
    }

    @Test
    void twoLengthsReachNoHandler() throws Exception {
        try (var client = new RawClient(listen(PATIENT, StreamedBodyTest::digest))) {
            client.send(
                    "PUT /stream HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n");

            assertEquals(400, client.answer().status());
        }
    }

    @Test
    void lengthsBeyondTheLimitAreRefusedAtTheHead() throws Exception {
        try (var client = new RawClient(listen(PATIENT, StreamedBodyTest::digest))) {
            client.send(head(Limits.HTTP_STREAMED_BODY_BYTES.value() + 1));

            assertEquals(413, client.answer().status());
        }
    }

    @Test
    void clientsThatTheReaderWaitsForMustMakeProgress() throws Exception {
        // Given
        int port = listen(QUICK, StreamedBodyTest::digestOrCode);
        try (var client = new RawClient(port)) {
            // When
            client.send(head(1_000) + "only this");
            // Then
            assertEquals("request-timeout", client.answer().body());
            assertTrue(client.isEnded());
        }
    }

    @Test
    void aSlowReaderIsNotTheClientsFault() throws Exception {
        // Given
        var mayRead = new CountDownLatch(1);
        int port =
                listen(
                        QUICK,
                        (body, responder) -> {
                            mayRead.await();
                            digestOrCode(body, responder);
                        });
        try (var client = new RawClient(port);
                var other = new RawClient(port)) {
            client.send(head(1_000) + "a".repeat(1_000));
            other.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n").answer();
            // When another client, that came later, was idle for longer than it may
            assertTrue(other.isEnded());
            mayRead.countDown();
            // Then
            assertEquals("1000 " + sum("a".repeat(1_000)), client.answer().body());
        }
    }

    @Test
    void bodiesBeyondTheMemoryOfAllFail() throws Exception {
        // Given
        int port = listen(PATIENT, StreamedBodyTest::digestOrCode);
        int taken = 16 * 1024 * 1024 - 100;
        assertTrue(bodies.take(taken, 0));
        try (var client = new RawClient(port)) {
            // When
            client.send(head(100_000) + "a".repeat(100_000));
            // Then
            assertEquals("unavailable", client.answer().body());
        } finally {
            bodies.giveBack(taken);
        }
    }

    // ---- HTTP/2

    @Test
    void windowsGrowAsTheBodyIsRead() throws Exception {
        // Given
        var mayRead = new CountDownLatch(1);
        int port =
                listen(
                        PATIENT,
                        (body, responder) -> {
                            mayRead.await();
                            digest(body, responder);
                        });
        try (var client = new FrameClient(port)) {
            client.send(FrameClient.SETTINGS, 1, 0, new byte[0]);
            client.send(
                    FrameClient.HEADERS,
                    FrameClient.END_HEADERS,
                    1,
                    FrameClient.head("PUT", "/stream"));
            long window = Limits.HTTP2_WINDOW_BYTES.value();
            byte[] part = "b".repeat(16 * 1024).getBytes(StandardCharsets.US_ASCII);
            for (long sent = 0; sent < window; sent += part.length) {
                client.send(FrameClient.DATA, 0, 1, part);
            }
            Await.until("the window is full", () -> bodies.used() == window);
            // When
            mayRead.countDown();
            // Then
            FrameClient.Frame credit = client.next(FrameClient.WINDOW_UPDATE);
            while (credit != null && credit.stream() != 1) {
                credit = client.next(FrameClient.WINDOW_UPDATE);
            }
            assertTrue(credit != null, "there was no credit");
            client.send(FrameClient.DATA, FrameClient.END_STREAM, 1, part);
            String all = "b".repeat((int) window + part.length);
            assertEquals(all.length() + " " + sum(all), client.answer(1).text());
        }
    }

    @Test
    void theReaderLearnsThatTheStreamWasReset() throws Exception {
        // Given
        var failure = new CompletableFuture<Throwable>();
        int port = listen(PATIENT, (body, responder) -> readToFailure(body, failure));
        try (var client = new FrameClient(port)) {
            client.send(
                    FrameClient.HEADERS,
                    FrameClient.END_HEADERS,
                    1,
                    FrameClient.head("PUT", "/stream"));
            client.send(FrameClient.DATA, 0, 1, ascii("only this"));
            // When
            client.send(FrameClient.RST_STREAM, 0, 1, FrameClient.number(FrameClient.CANCEL));
            // Then
            assertEquals("incomplete-body", codeOf(failure));
        }
    }

    @Test
    void anEarlyAnswerStopsTheClient() throws Exception {
        // Given
        int port = listen(PATIENT, (body, responder) -> responder.send(HttpResponse.empty(403)));
        try (var client = new FrameClient(port)) {
            // When
            client.send(
                    FrameClient.HEADERS,
                    FrameClient.END_HEADERS,
                    1,
                    FrameClient.head("PUT", "/stream"));
            // Then
            assertEquals(403, client.answer(1).status());
            FrameClient.Frame reset = client.next(FrameClient.RST_STREAM);
            assertTrue(reset != null && reset.error() == FrameClient.NO_ERROR);
            client.get(3, "/whole");
            assertEquals("whole", client.answer(3).text());
        }
    }

    @Test
    void slowStreamsFail() throws Exception {
        // Given
        int port = listen(QUICK, StreamedBodyTest::digestOrCode);
        try (var client = new FrameClient(port)) {
            // When
            client.send(
                    FrameClient.HEADERS,
                    FrameClient.END_HEADERS,
                    1,
                    FrameClient.head("PUT", "/stream"));
            // Then
            assertEquals("request-timeout", client.answer(1).text());
        }
    }

    // ---- what the tests use

    /** What is done with a body, on a virtual thread. */
    private interface Work {
        void with(InputStream body, HttpResponder responder) throws Exception;
    }

    private int listen(HttpLimits limits, Work work) {
        var listener =
                new HttpListener(
                        LOOPS,
                        new ListenAddress("127.0.0.1", 0, "--port"),
                        null,
                        limits,
                        bodies,
                        new Streams(work),
                        Clock.system());
        listener.start();
        listeners.add(listener);
        return listener.port();
    }

    private record Streams(Work work) implements HttpHandler {
        @Override
        public void handle(HttpRequest request, HttpResponder responder) {
            responder.send(HttpResponse.of(200, "text/plain", ascii("whole")));
        }

        @Override
        public boolean takesStream(HttpRequest head) {
            assertEquals(0, head.body().length);
            return head.rawPath().equals("/stream");
        }

        @Override
        public void handleStreamed(HttpRequest head, RequestBody body, HttpResponder responder) {
            Thread.startVirtualThread(
                    () -> {
                        try {
                            work.with(body.stream(), responder);
                        } catch (Exception e) {
                            throw new AssertionError(e);
                        }
                    });
        }
    }

    private static void digest(InputStream body, HttpResponder responder) throws IOException {
        long bytes = 0;
        long sum = 0;
        var part = new byte[50_000];
        for (int count = body.read(part); count >= 0; count = body.read(part)) {
            for (int i = 0; i < count; i++) {
                sum = sum * 31 + part[i];
            }
            bytes += count;
        }
        responder.send(HttpResponse.of(200, "text/plain", ascii(bytes + " " + sum)));
    }

    private static void digestOrCode(InputStream body, HttpResponder responder) throws IOException {
        try {
            digest(body, responder);
        } catch (Fault fault) {
            responder.send(HttpResponse.of(400, "text/plain", ascii(fault.code())));
        }
    }

    private static void readToFailure(InputStream body, CompletableFuture<Throwable> failure) {
        try {
            body.readAllBytes();
            failure.complete(new AssertionError("The body ended well"));
        } catch (IOException | RuntimeException e) {
            failure.complete(e);
        }
    }

    private static String codeOf(CompletableFuture<Throwable> failure) throws Exception {
        return failure.get(10, TimeUnit.SECONDS) instanceof Fault fault ? fault.code() : "none";
    }

    private static String head(long bytes) {
        return "PUT /stream HTTP/1.1\r\nHost: x\r\nContent-Length: " + bytes + "\r\n\r\n";
    }

    private static String expectingHead(long bytes) {
        return "PUT /stream HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: "
                + bytes
                + "\r\n\r\n";
    }

    private static String chunkedHead() {
        return "PUT /stream HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    }

    private static void sendCounted(RawClient client, AtomicLong sent) {
        try {
            sendPattern(client, LARGE_BYTES);
            sent.set(LARGE_BYTES);
        } catch (IOException e) {
            sent.set(-1);
        }
    }

    private static void sendPattern(RawClient client, long bytes) throws IOException {
        OutputStream out = client.socket().getOutputStream();
        byte[] part = pattern();
        for (long at = 0; at < bytes; at += part.length) {
            out.write(part);
        }
    }

    private static String digestOfPattern(long bytes) {
        long sum = 0;
        byte[] part = pattern();
        for (long at = 0; at < bytes; at += part.length) {
            for (byte each : part) {
                sum = sum * 31 + each;
            }
        }
        return bytes + " " + sum;
    }

    private static byte[] pattern() {
        var part = new byte[64 * 1024];
        for (int i = 0; i < part.length; i++) {
            part[i] = (byte) (i * 7 + i / 256);
        }
        return part;
    }

    private static long sum(String text) {
        long sum = 0;
        for (byte each : ascii(text)) {
            sum = sum * 31 + each;
        }
        return sum;
    }

    private static long window() {
        return Limits.HTTP_BODY_WINDOW_BYTES.value();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
