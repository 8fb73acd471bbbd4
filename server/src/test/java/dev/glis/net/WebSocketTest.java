package dev.glis.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.base.Clock;
import dev.glis.base.testing.Await;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WebSockets on real sockets: the JDK's client, and raw frames for what it would not send. */
@SuppressWarnings("StringConcatToTextBlock") // wire bytes: every \r\n is meant
final class WebSocketTest {
    private static final EventLoops LOOPS = new EventLoops(2);
    private static final WebSocketLimits USUAL =
            new WebSocketLimits(1_024, 4_096, 2, 64 * 1024, 60_000, 60_000, 2_000);
    private static final String HANDSHAKE =
            "GET /chat HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
                    + "Sec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    private static final byte[] MASK = {1, 2, 3, 4};

    private final List<HttpListener> listeners = new ArrayList<>();
    private final Recorder server = new Recorder();

    /** Remembers what a server is told, and answers each message with the same. */
    private static final class Recorder implements WebSocketListener {
        private final ConcurrentLinkedQueue<String> texts = new ConcurrentLinkedQueue<>();
        private final ConcurrentLinkedQueue<Runnable> unfinished = new ConcurrentLinkedQueue<>();
        private final CompletableFuture<WebSocket> opened = new CompletableFuture<>();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private volatile boolean hesitates;

        @Override
        public void opened(WebSocket socket) {
            opened.complete(socket);
        }

        @Override
        public void message(boolean text, byte[] message, Runnable done) {
            texts.add(text ? new String(message, UTF_8) : "binary");
            WebSocket.Sending unused = socket().send(text, message);
            if (hesitates) {
                unfinished.add(done);
            } else {
                done.run();
            }
        }

        @Override
        public void closed(int code, String reason) {
            closed.complete(code);
        }

        WebSocket socket() {
            return opened.orTimeout(20, TimeUnit.SECONDS).join();
        }

        int closeCode() {
            return closed.orTimeout(20, TimeUnit.SECONDS).join();
        }
    }

    /** A client of the JDK's that remembers what it is sent. */
    private static final class Client implements java.net.http.WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();
        private final CompletableFuture<String> message = new CompletableFuture<>();
        private final CompletableFuture<byte[]> bytes = new CompletableFuture<>();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();

        @Override
        public @Nullable CompletionStage<?> onText(
                java.net.http.WebSocket socket, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                message.complete(text.toString());
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(
                java.net.http.WebSocket socket, ByteBuffer part, boolean last) {
            byte[] content = new byte[part.remaining()];
            part.get(content);
            bytes.complete(content);
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(
                java.net.http.WebSocket socket, int code, String reason) {
            closed.complete(code);
            return null;
        }
    }

    @AfterEach
    void closeListeners() {
        listeners.forEach(HttpListener::close);
    }

    @AfterAll
    static void closeLoops() {
        LOOPS.close();
    }

    @Test
    void messagesGoBothWays() throws Exception {
        var client = new Client();
        try (HttpClient http = HttpClient.newHttpClient()) {
            var socket = connect(http, listen(USUAL), client);
            assertEquals("chat", socket.getSubprotocol());
            socket.sendText("gr", false).join();
            socket.sendText("\u00fc\u00df", true).join();
            assertEquals(
                    "gr\u00fc\u00df", client.message.get(20, TimeUnit.SECONDS), "in fragments");
            socket.sendBinary(ByteBuffer.wrap(new byte[] {0, -1}), true).join();
            assertArrayEquals(new byte[] {0, -1}, client.bytes.get(20, TimeUnit.SECONDS));
            socket.sendClose(4001, "enough").join();
            assertEquals(4001, server.closeCode());
            assertEquals(4001, client.closed.get(20, TimeUnit.SECONDS), "the server agrees");
            assertEquals(WebSocket.Sending.GONE, server.socket().send(true, new byte[0]));
        }
    }

    @Test
    void theServerEndsAConnection() throws Exception {
        var client = new Client();
        try (HttpClient http = HttpClient.newHttpClient()) {
            connect(http, listen(USUAL), client);
            server.socket().close(1000, "done");
            assertEquals(1000, client.closed.get(20, TimeUnit.SECONDS));
            assertEquals(1000, server.closeCode());
        }
    }

    @Test
    void aStoppingListenerEndsConnections() throws Exception {
        var client = new Client();
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpListener listener = listen(USUAL);
            connect(http, listener, client);
            server.socket();
            listener.close();
            assertEquals(1001, client.closed.get(20, TimeUnit.SECONDS));
            assertEquals(1001, server.closeCode());
            assertEquals(0, listener.connections());
        }
    }

    @Test
    void theHandshakeIsThatOfTheStandard() throws Exception {
        try (var client = new RawClient(listen(USUAL).port())) {
            RawClient.Answer answer = client.send(HANDSHAKE).answer();
            assertEquals(101, answer.status());
            assertEquals(
                    "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", answer.headers().get("Sec-WebSocket-Accept"));
            assertEquals("websocket", answer.headers().get("Upgrade"));
            assertEquals("Upgrade", answer.headers().get("Connection"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Upgrade: websocket>Upgrade: other",
                "Version: 13>Version: 8",
                "keep-alive, Upgrade>keep-alive"
            })
    void whatIsNoHandshakeIsAskedToUpgrade(String change) throws Exception {
        String[] parts = change.split(">", 2);
        try (var client = new RawClient(listen(USUAL).port())) {
            RawClient.Answer answer = client.send(HANDSHAKE.replace(parts[0], parts[1])).answer();
            assertEquals(426, answer.status());
            assertEquals("13", answer.headers().get("Sec-WebSocket-Version"));
            client.send(HANDSHAKE);
            assertEquals(101, client.answer().status(), "the connection goes on");
        }
    }

    @Test
    void aWrongKeyIsRefused() throws Exception {
        try (var client = new RawClient(listen(USUAL).port())) {
            assertEquals(400, client.send(HANDSHAKE.replace("dGhl", "")).answer().status());
        }
    }

    @Test
    void framesThatBreakTheRulesEndTheConnection() throws Exception {
        assertEquals(1002, codeAfter(new byte[] {(byte) 0x81, 1, 'x'}), "not masked");
        assertEquals(1002, codeAfter(frame(0x83, new byte[0])), "no such kind");
        assertEquals(1002, codeAfter(frame(0x80, new byte[0])), "goes on with nothing");
        assertEquals(1002, codeAfter(frame(0xC1, new byte[0])), "an extension's bit");
        assertEquals(1007, codeAfter(frame(0x81, new byte[] {(byte) 0xC3, 0x28})), "no UTF-8");
        assertEquals(1009, codeAfter(frame(0x81, new byte[1_025])), "a frame too large");
        var parts = new ByteArrayOutputStream();
        parts.write(frame(0x01, new byte[1_000]));
        for (int i = 0; i < 4; i++) {
            parts.write(frame(0x00, new byte[1_000]));
        }
        assertEquals(1009, codeAfter(parts.toByteArray()), "a message too large");
    }

    private int codeAfter(byte[] frames) throws Exception {
        return codeAfter(HANDSHAKE, frames);
    }

    private int codeAfter(String handshake, byte[] frames) throws Exception {
        try (var client = new RawClient(listen(USUAL).port())) {
            client.send(handshake).answer();
            client.socket().getOutputStream().write(frames);
            assertEquals(0x88, client.read(), "a close frame");
            assertTrue(client.read() >= 2, "with a code");
            return client.read() << 8 | client.read();
        }
    }

    private static byte[] frame(int first, byte[] payload) {
        var frame = new ByteArrayOutputStream();
        frame.write(first);
        if (payload.length < 126) {
            frame.write(0x80 | payload.length);
        } else {
            frame.write(0x80 | 126);
            frame.write(payload.length >> 8);
            frame.write(payload.length);
        }
        frame.writeBytes(MASK);
        for (int i = 0; i < payload.length; i++) {
            frame.write(payload[i] ^ MASK[i % MASK.length]);
        }
        return frame.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate",
                "x-other, permessage-deflate; client_max_window_bits",
                "permessage-deflate; server_max_window_bits=9, permessage-deflate;"
                        + " server_no_context_takeover; client_max_window_bits=\"10\""
            })
    void compressionIsAgreedOn(String offer) throws Exception {
        try (var client = new RawClient(listen(USUAL).port())) {
            assertEquals(
                    "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
                    client.send(offering(offer))
                            .answer()
                            .headers()
                            .get("Sec-WebSocket-Extensions"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x-webkit-deflate-frame",
                "permessage-deflate; server_max_window_bits=9",
                "permessage-deflate; client_max_window_bits=7",
                "permessage-deflate; client_no_context_takeover=1",
                "permessage-deflate; unknown",
                "permessage-deflate; client_max_window_bits; client_max_window_bits"
            })
    void anOfferThatCannotBeTakenIsNot(String offer) throws Exception {
        try (var client = new RawClient(listen(USUAL).port())) {
            RawClient.Answer answer = client.send(offering(offer)).answer();
            assertEquals(101, answer.status());
            assertNull(answer.headers().get("Sec-WebSocket-Extensions"));
        }
    }

    private static String offering(String extensions) {
        return HANDSHAKE.replace(
                "Host: x\r\n", "Host: x\r\nSec-WebSocket-Extensions: " + extensions + "\r\n");
    }

    /** The examples of RFC 7692, 7.2.3. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "f248cdc9c90700",
                "000500faff48656c6c6f00",
                "f348cdc9c9070000",
                "f248050000 00ffffcac9c90700"
            })
    void compressedMessagesAreThoseOfTheStandard(String hex) throws Exception {
        byte[] compressed = HexFormat.of().parseHex(hex.replace(" ", ""));
        try (var client = new RawClient(listen(USUAL).port())) {
            client.send(offering("permessage-deflate")).answer();
            client.socket().getOutputStream().write(frame(0xC1, compressed));
            client.socket().getOutputStream().write(frame(0x41, Arrays.copyOf(compressed, 3)));
            byte[] rest = Arrays.copyOfRange(compressed, 3, compressed.length);
            client.socket().getOutputStream().write(frame(0x80, rest));
            Await.until("both messages", () -> server.texts.size() == 2);
        }
        assertEquals(List.of("Hello", "Hello"), List.copyOf(server.texts));
    }

    @Test
    void largeAnswersAreCompressedEachByItself() throws Exception {
        String text = "word ".repeat(200);
        try (var client = new RawClient(listen(USUAL).port())) {
            client.send(offering("permessage-deflate")).answer();
            for (int i = 0; i < 2; i++) {
                client.socket().getOutputStream().write(frame(0x81, text.getBytes(UTF_8)));
                assertEquals(0xC1, client.read(), "a compressed text");
                byte[] compressed = client.readNBytes(client.read());
                var inflater = new Inflater(true);
                inflater.setInput(compressed);
                byte[] inflated = new byte[text.length()];
                assertEquals(text.length(), inflater.inflate(inflated));
                assertEquals(text, new String(inflated, UTF_8));
                inflater.end();
            }
            client.socket().getOutputStream().write(frame(0x81, new byte[] {'a'}));
            assertEquals(0x81, client.read(), "a small one is not worth it");
        }
    }

    @Test
    void compressedFramesThatBreakTheRulesEndTheConnection() throws Exception {
        String handshake = offering("permessage-deflate");
        assertEquals(1009, codeAfter(handshake, frame(0xC1, deflated(new byte[4_097]))), "a bomb");
        assertEquals(1009, codeAfter(handshake, frame(0xC2, deflated(new byte[500_000]))));
        assertEquals(1007, codeAfter(handshake, frame(0xC1, new byte[] {7, 7, 7})), "no zlib");
        assertEquals(1007, codeAfter(handshake, frame(0xC1, deflated(new byte[] {-1}))), "no text");
        assertEquals(1002, codeAfter(handshake, frame(0xA1, new byte[0])), "another bit");
        assertEquals(1002, codeAfter(handshake, frame(0xC9, new byte[0])), "a compressed ping");
        assertEquals(1009, codeAfter(handshake, frame(0x81, new byte[1_025])), "a frame too large");
    }

    private static byte[] deflated(byte[] plain) {
        var deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        deflater.setInput(plain);
        byte[] compressed = new byte[plain.length + 100];
        int bytes = deflater.deflate(compressed, 0, compressed.length, Deflater.SYNC_FLUSH);
        deflater.end();
        return Arrays.copyOf(compressed, bytes - 4);
    }

    @Test
    void pingsAreAnswered() throws Exception {
        try (var client = new RawClient(listen(USUAL).port())) {
            client.send(HANDSHAKE).answer();
            client.socket().getOutputStream().write(frame(0x89, new byte[] {7}));
            assertEquals(0x8A, client.read());
            assertEquals(1, client.read());
            assertEquals(7, client.read());
        }
    }

    @Test
    void aClientThatVanishesIsMissed() throws Exception {
        try (var client = new RawClient(listen(USUAL).port())) {
            client.send(HANDSHAKE).answer();
            server.socket();
        }
        assertEquals(1006, server.closeCode());
    }

    @Test
    void idleAndOldConnectionsEnd() throws Exception {
        var client = new Client();
        try (HttpClient http = HttpClient.newHttpClient()) {
            connect(
                    http,
                    listen(new WebSocketLimits(1_024, 4_096, 2, 65_536, 50, 60_000, 2_000)),
                    client);
            assertEquals(1001, client.closed.get(20, TimeUnit.SECONDS), "idle");
        }
        var other = new WebSocketTest();
        var old = new Client();
        try (HttpClient http = HttpClient.newHttpClient()) {
            connect(
                    http,
                    other.listen(new WebSocketLimits(1_024, 4_096, 2, 65_536, 60_000, 50, 2_000)),
                    old);
            assertEquals(1001, old.closed.get(20, TimeUnit.SECONDS), "old");
        } finally {
            other.closeListeners();
        }
    }

    @Test
    void onlySoManyMessagesAreAtWork() throws Exception {
        server.hesitates = true;
        try (var client = new RawClient(listen(USUAL).port())) {
            client.send(HANDSHAKE).answer();
            for (int i = 0; i < 2; i++) {
                client.socket().getOutputStream().write(frame(0x81, new byte[] {'a'}));
                int before = i;
                Await.until("a message", () -> server.texts.size() == before + 1);
            }
            client.socket().getOutputStream().write(frame(0x81, new byte[] {'b'}));
            server.socket().send(true, "still sends".getBytes(UTF_8));
            client.readNBytes(3 + 3 + 2 + 11);
            assertEquals(2, server.texts.size(), "the third is not read");
            Objects.requireNonNull(server.unfinished.poll()).run();
            Await.until("the third", () -> server.texts.size() == 3);
        }
    }

    @Test
    void aSlowReaderFillsNoMemory() throws Exception {
        try (var client = new RawClient(listen(USUAL).port())) {
            client.send(HANDSHAKE).answer();
            WebSocket socket = server.socket();
            byte[] message = new byte[16 * 1024];
            int sent = 0;
            while (socket.send(false, message) == WebSocket.Sending.SENT) {
                sent++;
                assertTrue(sent < 100_000, "there is an end");
            }
            assertEquals(WebSocket.Sending.FULL, socket.send(false, message));
            client.readNBytes(1_000);
        }
    }

    private java.net.http.WebSocket connect(HttpClient http, HttpListener listener, Client client) {
        return http.newWebSocketBuilder()
                .subprotocols("chat")
                .buildAsync(URI.create("ws://127.0.0.1:" + listener.port() + "/chat"), client)
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    private HttpListener listen(WebSocketLimits limits) {
        var listener =
                new HttpListener(
                        LOOPS,
                        new ListenAddress("127.0.0.1", 0, "--port"),
                        HttpLimits.standard(),
                        (request, responder) -> answer(limits, request, responder),
                        Clock.system());
        listener.start();
        listeners.add(listener);
        return listener;
    }

    private void answer(WebSocketLimits limits, HttpRequest request, HttpResponder responder) {
        HttpResponse refusal = WebSocketHandshake.refusal(request);
        if (refusal != null) {
            responder.send(refusal);
            return;
        }
        var headers = new Headers();
        String asked = request.headers().get("Sec-WebSocket-Protocol");
        if (asked != null) {
            headers.set("Sec-WebSocket-Protocol", asked);
        }
        responder.upgrade(WebSocketUpgrade.of(request, headers, limits, server));
    }
}
