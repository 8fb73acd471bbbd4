package dev.glis.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.net.UpstreamAnswer.Failure;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests of other servers, good ones and bad ones, on real sockets. */
@SuppressWarnings("StringConcatToTextBlock") // wire bytes: every \r\n is meant
final class UpstreamsTest {
    private static final String HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    private static final long PATIENCE_MS = 30_000;

    /** One, so that the second request finds the connection of the first. */
    private final EventLoops loops = new EventLoops(1);

    private final Upstreams upstreams = new Upstreams(loops);

    @AfterEach
    void close() {
        upstreams.close();
        loops.close();
    }

    @Test
    void usesAConnectionAgain() throws Exception {
        try (var server = new RawServer(UpstreamsTest::sayHello)) {
            assertEquals("200 hello", ask(server, "GET"));
            assertEquals("200 hello", ask(server, "POST"));
            assertEquals(1, server.connections());
        }
    }

    private static void sayHello(RawServer.Connection connection) throws java.io.IOException {
        while (!connection.request().isEmpty()) {
            connection.send(HELLO);
        }
    }

    @Test
    void asksOnceMoreWhenAnIdleConnectionTurnsOutToBeClosed() throws Exception {
        try (var server = new RawServer(UpstreamsTest::answerOnceThenClose)) {
            assertEquals("200 hello", ask(server, "GET"));
            assertEquals("200 hello", ask(server, "GET"), "on a second connection");
            assertEquals(2, server.connections());
        }
    }

    @Test
    void doesNotRepeatWhatMayHaveBeenDone() throws Exception {
        try (var server = new RawServer(UpstreamsTest::answerOnceThenClose)) {
            assertEquals("200 hello", ask(server, "GET"));
            assertEquals("BROKEN", ask(server, "POST"));
            assertEquals(1, server.connections());
        }
    }

    /** Reads a second request, and closes instead of answering. */
    private static void answerOnceThenClose(RawServer.Connection connection)
            throws java.io.IOException {
        connection.request();
        connection.send(HELLO);
        connection.request();
    }

    @Test
    void aConnectionThatTheServerEndsIsNotKept() throws Exception {
        String closing = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nuntil the end";
        try (var server =
                new RawServer(
                        connection -> {
                            connection.request();
                            connection.send(closing);
                        })) {
            assertEquals("200 until the end", ask(server, "GET"));
            assertEquals("200 until the end", ask(server, "GET"));
            assertEquals(2, server.connections());
        }
    }

    @Test
    void takesChunksAndPassesInterimAnswersOver() throws Exception {
        assertEquals(
                "201 hello",
                askOf(
                        "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 201 Created\r\n"
                                + "Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"));
        assertEquals("204 ", askOf("HTTP/1.1 204 No Content\r\n\r\n"));
    }

    @Test
    void tellsWhatWentWrong() throws Exception {
        assertEquals("BROKEN", askOf("rubbish that is no HTTP\r\n\r\n"));
        assertEquals("BROKEN", askOf(""), "closed without an answer");
        assertEquals("200 half BROKEN", askOf("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"));
        assertEquals(
                "200 half BROKEN",
                askOf("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"));
        assertEquals(
                "BROKEN",
                askOf("HTTP/1.1 200 OK\r\nX: " + "a".repeat(100_000) + "\r\n\r\n"),
                "header fields beyond their limit");
    }

    private String askOf(String answer) throws Exception {
        try (var server =
                new RawServer(
                        connection -> {
                            connection.request();
                            connection.send(answer);
                        })) {
            return ask(server, "GET");
        }
    }

    @Test
    void aServerThatIsNotThereIsUnreachable() throws Exception {
        InetSocketAddress address;
        try (var server = new RawServer(connection -> {})) {
            address = server.address();
        }
        assertEquals("UNREACHABLE", ask(address, "GET", PATIENCE_MS));
    }

    @Test
    void givesUpOnAServerThatDoesNotAnswer() throws Exception {
        try (var server = new RawServer(RawServer.Connection::awaitEnd)) {
            assertEquals("TIMEOUT", ask(server.address(), "GET", 100));
        }
        try (var server =
                new RawServer(
                        connection -> {
                            connection.request();
                            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
                            connection.awaitEnd();
                        })) {
            assertEquals("200 half TIMEOUT", ask(server.address(), "GET", 100));
        }
    }

    @Test
    void endsTheConnectionOfAnAnswerThatNobodyWants() throws Exception {
        var ended = new CountDownLatch(1);
        try (var server =
                new RawServer(
                        connection -> {
                            connection.request();
                            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
                            connection.awaitEnd();
                            ended.countDown();
                        })) {
            var answer = new Gathered();
            upstreams.send(request(server.address(), "GET", PATIENCE_MS), answer);
            answer.begun.get(10, TimeUnit.SECONDS).cancel();
            assertTrue(ended.await(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void readsNoMoreThanIsWelcome() throws Exception {
        String large = "x".repeat(4 << 20);
        try (var server =
                new RawServer(
                        connection -> {
                            connection.request();
                            connection.send(
                                    "HTTP/1.1 200 OK\r\nContent-Length: "
                                            + large.length()
                                            + "\r\n\r\n"
                                            + large);
                            connection.awaitEnd();
                        })) {
            var answer = new Gathered();
            answer.welcome = false;
            upstreams.send(request(server.address(), "GET", 100), answer);
            UpstreamAnswer.Flow flow = answer.begun.get(10, TimeUnit.SECONDS);
            answer.paused.get(10, TimeUnit.SECONDS);
            int first = answer.bytes();
            assertTrue(first < large.length(), "came at once: " + first);
            answer.welcome = true;
            flow.resume();
            assertEquals("200 " + large, answer.text.get(10, TimeUnit.SECONDS));
        }
    }

    private String ask(RawServer server, String method) throws Exception {
        return ask(server.address(), method, PATIENCE_MS);
    }

    /** Status, a blank and the body, and why it is not whole; or only that. */
    private String ask(InetSocketAddress address, String method, long timeoutMs) throws Exception {
        var answer = new Gathered();
        upstreams.send(request(address, method, timeoutMs), answer);
        return answer.text.get(30, TimeUnit.SECONDS);
    }

    private static UpstreamRequest request(
            InetSocketAddress address, String method, long timeoutMs) {
        var headers = Headers.of("Host", "upstream");
        return new UpstreamRequest(
                address, "upstream", false, method, "/", headers, new byte[0], timeoutMs);
    }

    private static final class Gathered implements UpstreamAnswer {
        private final CompletableFuture<Flow> begun = new CompletableFuture<>();
        private final CompletableFuture<Boolean> paused = new CompletableFuture<>();
        private final CompletableFuture<String> text = new CompletableFuture<>();
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private volatile boolean welcome = true;
        private @Nullable String status;

        @Override
        public void head(int code, Headers headers, long length, Flow flow) {
            status = Integer.toString(code);
            begun.complete(flow);
        }

        @Override
        public boolean part(byte[] bytes) {
            body.writeBytes(bytes);
            if (!welcome) {
                paused.complete(true);
            }
            return welcome;
        }

        int bytes() {
            return body.size();
        }

        @Override
        public void end() {
            text.complete(whole());
        }

        @Override
        public void failed(Failure failure) {
            text.complete(status == null ? failure.name() : whole() + " " + failure);
        }

        private String whole() {
            return status + " " + body.toString(StandardCharsets.US_ASCII);
        }
    }
}
