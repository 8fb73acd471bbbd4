package dev.glis.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hostile clients at the gateway's port, through real sockets, with good ones beside them. */
@SuppressWarnings("StringConcatToTextBlock") // wire bytes: every \r\n is meant
final class GatewayAttacksIT {
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final String PATH = "/_apis/shop/$default";
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int GOAWAY = 7;
    private static final int ENHANCE_YOUR_CALM = 11;

    /** As the static table of HTTP/2's header compression has it. */
    private static final byte STATUS_400 = (byte) 0x8c;

    private static final int MOST_RESETS = 200;
    private static final long ROUND_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);

    private static HttpBackend backend;
    private static GlisServer server;

    @BeforeAll
    static void start() throws Exception {
        backend = new HttpBackend();
        server = GlisServer.fresh("--private-backends", backend.hostAndPort());
        var glis = new Command(server);
        String base = "http://" + backend.hostAndPort();
        glis.run("api", "create", "shop").succeeded();
        glis.run("api", "route", "shop", "$default", "--http", base + "/shop").succeeded();
        glis.run("api", "route", "shop", "GET /reset", "--http", base + "/reset").succeeded();
        glis.run("api", "route", "shop", "GET /large", "--http", base + "/large/32").succeeded();
        glis.run("api", "route", "shop", "GET /good", "--mock", "200", "--body", "ok").succeeded();
        glis.run(
                        "api",
                        "route",
                        "shop",
                        "GET /mapped",
                        "--http",
                        base + "/mapped",
                        "--map",
                        "{\"overwrite:header.X-Name\": \"$request.querystring.name\"}")
                .succeeded();
        glis.run("api", "deploy", "shop").succeeded();
    }

    @AfterAll
    static void stop() {
        server.close();
        backend.close();
    }

    @BeforeEach
    void forget() {
        backend.seen().clear();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET " + PATH + "/a HTTP/1.1\nHost: h\n\n",
                "GET " + PATH + "/a HTTP/1.1\r\nHost: h\r\nX: y\u0000z\r\n\r\n",
                "GET " + PATH + "/a HTTP/1.1\r\nHost: h\r\n: y\r\n\r\n",
                "GET " + PATH + "/a HTTP/1.1\r\n Host: h\r\n\r\n",
                "GET http://h" + PATH + "/a HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET " + PATH + "/a\u0000 HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET " + PATH + "/a HTTP/1.1\r\nHost: h/../i\r\n\r\n",
                "CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n",
                "POST " + PATH + "/a HTTP/1.1\r\nHost: h\r\nContent-Length: +3\r\n\r\nabc",
                "POST " + PATH + "/a HTTP/1.1\r\nHost: h\r\nContent-Length: 3, 3\r\n\r\nabc",
                "POST "
                        + PATH
                        + "/a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "-1\r\nabc\r\n0\r\n\r\n",
                "POST "
                        + PATH
                        + "/a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "3\nabc\n0\n\n",
                "POST "
                        + PATH
                        + "/a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n"
                        + "Transfer-Encoding: identity\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
                "POST "
                        + PATH
                        + "/a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\n\r\n"
                        + "3\r\nabc\r\n0\r\n\r\n",
                "POST "
                        + PATH
                        + "/a HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "3\r\nabc\r\n0\r\n\r\n",
            })
    void whatParsersCouldReadDifferentlyIsRefused(String request) throws Exception {
        // When
        int status = statusOf(request);
        // Then
        assertTrue(status == 400 || status == 501, "answered " + status);
        assertNothingReachedTheBackend();
    }

    @Test
    void tooLargeHeadsAreRefused() throws Exception {
        assertEquals(
                431,
                statusOf("GET " + PATH + "/a HTTP/1.1\r\nHost: h\r\nX: " + "x".repeat(70_000)));
        assertEquals(414, statusOf("GET " + PATH + "/" + "x".repeat(20_000) + " HTTP/1.1\r\n"));
        assertNothingReachedTheBackend();
    }

    /** The backend gets a length, so an extension of a chunk cannot mean anything to it. */
    @Test
    void extensionsOfChunksEndHere() throws Exception {
        try (var socket = connect()) {
            // When
            send(
                    socket,
                    "POST "
                            + PATH
                            + "/a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n"
                            + "Connection: close\r\n\r\n3;x=\"y\"\r\nabc\r\n0\r\n\r\n");
            var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            // Then
            assertTrue(answer.startsWith("HTTP/1.1 201"), answer);
            assertTrue(answer.contains("content-length: 3\n"), answer);
            assertFalse(answer.contains("transfer-encoding: chunked\n"), answer);
            assertTrue(answer.endsWith("\nabc"), answer);
        }
    }

    /** As the standard allows, the line end becomes a blank before anybody else sees it. */
    @Test
    void aFoldedFieldStaysOne() throws Exception {
        try (var socket = connect()) {
            // When
            send(
                    socket,
                    "GET "
                            + PATH
                            + "/a HTTP/1.1\r\nHost: h\r\nX: y\r\n folded: z\r\n"
                            + "Connection: close\r\n\r\n");
            var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            // Then
            assertTrue(answer.contains("\nx: y folded: z\n"), answer);
            assertFalse(answer.contains("\nfolded:"), answer);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a%0d%0aX-Forged:%20yes", "a%0aX-Forged:%20yes", "a%00b"})
    void mappedValuesForgeNoFields(String name) throws Exception {
        // When
        int status =
                statusOf("GET " + PATH + "/mapped?name=" + name + " HTTP/1.1\r\nHost: h\r\n\r\n");
        // Then
        assertEquals(400, status);
        assertNothingReachedTheBackend();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "transfer-encoding=chunked",
                "connection=x",
                "host=other",
                ":path=/twice",
                "x=a\r\nx-forged: b"
            })
    void headsOfHttp2ThatMeanSomethingElseBehindAreRefused(String field) throws Exception {
        // Given
        int equals = field.indexOf('=');
        try (var socket = connect()) {
            var frames = begun();
            frames.writeBytes(
                    headers(1, "/a", field.substring(0, equals), field.substring(equals + 1)));
            // When
            socket.getOutputStream().write(frames.toByteArray());
            Frame answer =
                    nextOf(
                            new DataInputStream(socket.getInputStream()),
                            HEADERS,
                            RST_STREAM,
                            GOAWAY);
            // Then
            assertTrue(
                    answer.type != HEADERS || answer.payload[0] == STATUS_400,
                    "answered, and not with 400");
            assertNothingReachedTheBackend();
        }
    }

    @Test
    void rapidResetsEndAndReachTheBackendInNumbersThatAreStated() throws Exception {
        // Given
        try (var socket = connect()) {
            // When
            flood(socket, rapidResets("/reset"));
            // Then
            Frame goodbye = nextOf(new DataInputStream(socket.getInputStream()), GOAWAY);
            assertEquals(ENHANCE_YOUR_CALM, ByteBuffer.wrap(goodbye.payload).getInt(4));
            long came = backend.seen().stream().filter("GET /reset"::equals).count();
            assertTrue(came <= MOST_RESETS + 1, came + " came");
        }
    }

    /** Slow heads, slow bodies and slow readers, all the time. */
    @Test
    void goodTrafficKeepsItsSpeed() throws Exception {
        long alone = 0;
        long attacked = 0;
        answersInOneRound();
        for (int round = 0; round < 3; round++) {
            alone = Math.max(alone, answersInOneRound());
            AutoCloseable attack = attack();
            try {
                attacked = Math.max(attacked, answersInOneRound());
            } finally {
                attack.close();
            }
        }
        System.out.printf("good answers: %d alone, %d under attack%n", alone, attacked);
        assertTrue(attacked * 4 >= alone, alone + " answers alone, " + attacked + " under attack");
    }

    /** Requests that were reset may still be on their way there. */
    private static void assertNothingReachedTheBackend() {
        var seen = backend.seen().stream().filter(target -> !target.endsWith("/reset")).toList();
        assertEquals(List.of(), seen);
    }

    // ---- the attack

    private static AutoCloseable attack() throws IOException {
        var over = new CountDownLatch(1);
        var threads = Executors.newVirtualThreadPerTaskExecutor();
        var slow = new ArrayList<Socket>();
        for (int i = 0; i < 200; i++) {
            slow.add(send(connect(), "GET " + PATH + "/a HTTP/1.1\r\nHost: h\r\nX: "));
            slow.add(
                    send(
                            connect(),
                            "POST "
                                    + PATH
                                    + "/a HTTP/1.1\r\nHost: h\r\nContent-Length: 9999\r\n\r\n"));
        }
        for (int i = 0; i < 20; i++) {
            slow.add(send(connect(), "GET " + PATH + "/large HTTP/1.1\r\nHost: h\r\n\r\n"));
        }
        threads.execute(() -> dribble(slow.subList(0, 400), over));
        return () -> {
            over.countDown();
            threads.close();
            for (Socket socket : slow) {
                socket.close();
            }
        };
    }

    private static void dribble(List<Socket> sockets, CountDownLatch over) {
        try {
            while (!over.await(100, TimeUnit.MILLISECONDS)) {
                for (Socket socket : sockets) {
                    send(socket, "x");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new AssertionError("A slow client was cut off before its time", e);
        }
    }

    private static long answersInOneRound() throws Exception {
        URI good = URI.create(server.gateway() + PATH + "/good");
        try (var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            HttpRequest request = HttpRequest.newBuilder(good).build();
            long answers = 0;
            for (long end = System.nanoTime() + ROUND_NANOS;
                    System.nanoTime() - end < 0;
                    answers++) {
                assertEquals(200, client.send(request, BodyHandlers.discarding()).statusCode());
            }
            return answers;
        }
    }

    // ---- bytes

    private static Socket connect() throws IOException {
        var socket = new Socket(server.gateway().getHost(), server.gateway().getPort());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static Socket send(Socket socket, String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }

    private static int statusOf(String request) throws IOException {
        try (var socket = send(connect(), request)) {
            var answer =
                    new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            return Integer.parseInt(answer.substring(9));
        }
    }

    /** Whether all could be sent before the server closed. What it said is still to be read. */
    private static boolean flood(Socket socket, byte[] frames) throws IOException {
        try {
            socket.getOutputStream().write(frames);
            return true;
        } catch (SocketException e) {
            return false;
        }
    }

    private record Frame(int type, byte[] payload) {}

    /** The next frame of one of these types. */
    private static Frame nextOf(DataInputStream in, int... types) throws IOException {
        while (true) {
            int length = in.readUnsignedShort() << 8 | in.readUnsignedByte();
            int type = in.readUnsignedByte();
            in.skipNBytes(5);
            byte[] payload = in.readNBytes(length);
            if (payload.length < length) {
                throw new EOFException();
            }
            for (int wanted : types) {
                if (type == wanted) {
                    return new Frame(type, payload);
                }
            }
        }
    }

    private static ByteArrayOutputStream begun() {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(PREFACE.getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(frame(SETTINGS, 0, 0, new byte[0]));
        return bytes;
    }

    private static byte[] rapidResets(String path) {
        var bytes = begun();
        for (int stream = 1; stream < 2_000; stream += 2) {
            bytes.writeBytes(headers(stream, path));
            bytes.writeBytes(frame(RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8}));
        }
        return bytes.toByteArray();
    }

    /** A whole request: GET, http, the path, the authority h, then names and values. */
    private static byte[] headers(int stream, String path, String... more) {
        var block = new ByteArrayOutputStream();
        block.writeBytes(new byte[] {(byte) 0x82, (byte) 0x86, 4});
        text(block, PATH + path);
        block.write(1);
        text(block, "h");
        for (int i = 0; i < more.length; i += 2) {
            block.write(0);
            text(block, more[i]);
            text(block, more[i + 1]);
        }
        return frame(HEADERS, 5, stream, block.toByteArray());
    }

    private static void text(ByteArrayOutputStream block, String text) {
        block.write(text.length());
        block.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .putShort((short) 0)
                .put((byte) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }
}
