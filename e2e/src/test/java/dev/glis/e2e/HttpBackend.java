package dev.glis.e2e;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/**
 * An HTTP server behind an API. It tells of each request what came, as text; {@code /large/N} sends
 * N MiB, {@code /text/N} as text, {@code /never} does not answer before the server closes.
 */
final class HttpBackend implements AutoCloseable {
    private static final int MEBIBYTE = 1 << 20;

    private final LocalHttpServer server = new LocalHttpServer();
    private final Queue<String> seen = new ConcurrentLinkedQueue<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    HttpBackend() {
        server.serve("/", this::answer);
    }

    String hostAndPort() {
        return server.hostAndPort();
    }

    /** The targets of all requests so far. */
    Queue<String> seen() {
        return seen;
    }

    private void answer(HttpExchange exchange) throws IOException {
        String target = exchange.getRequestURI().toString();
        seen.add(exchange.getRequestMethod() + " " + target);
        if (target.startsWith("/large/")) {
            sendLarge(exchange, Integer.parseInt(target.substring("/large/".length())));
        } else if (target.startsWith("/text/")) {
            exchange.getResponseHeaders().add("Content-Type", "text/plain");
            sendLarge(exchange, Integer.parseInt(target.substring("/text/".length())));
        } else if (target.startsWith("/never")) {
            awaitClosing();
        } else {
            send(exchange, told(exchange, target));
        }
        exchange.close();
    }

    private static String told(HttpExchange exchange, String target) throws IOException {
        var text = new StringBuilder(exchange.getRequestMethod() + " " + target + "\n");
        exchange.getRequestHeaders()
                .forEach(
                        (name, values) ->
                                values.forEach(
                                        value ->
                                                text.append(name.toLowerCase(java.util.Locale.ROOT))
                                                        .append(": ")
                                                        .append(value)
                                                        .append('\n')));
        byte[] body = exchange.getRequestBody().readAllBytes();
        return text.append(new String(body, StandardCharsets.UTF_8)).toString();
    }

    private static void send(HttpExchange exchange, String text) throws IOException {
        exchange.getResponseHeaders().add("X-Backend", "yes");
        exchange.getResponseHeaders().add("Access-Control-Allow-Origin", "*");
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(201, body.length);
        exchange.getResponseBody().write(body);
    }

    private static void sendLarge(HttpExchange exchange, int mebibytes) throws IOException {
        exchange.sendResponseHeaders(200, (long) mebibytes * MEBIBYTE);
        try (OutputStream body = exchange.getResponseBody()) {
            var part = new byte[MEBIBYTE];
            for (int i = 0; i < mebibytes; i++) {
                body.write(part);
            }
        }
    }

    private void awaitClosing() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.close();
    }
}
