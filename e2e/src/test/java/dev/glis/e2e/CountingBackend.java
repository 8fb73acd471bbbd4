package dev.glis.e2e;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An HTTP server that answers each request with how many it has had for that path. Parameters of
 * the query say what else: {@code field=NAME:VALUE} a header field, {@code status=N}. A path below
 * {@code /held/} is answered when {@link #release} is called.
 */
final class CountingBackend implements AutoCloseable {
    private final LocalHttpServer server = new LocalHttpServer();
    private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();
    private final CountDownLatch released = new CountDownLatch(1);

    CountingBackend() {
        server.serve("/", this::answer);
    }

    String hostAndPort() {
        return server.hostAndPort();
    }

    /** How many requests came for a path. */
    int count(String path) {
        AtomicInteger count = counts.get(path);
        return count == null ? 0 : count.get();
    }

    void release() {
        released.countDown();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        int count = counts.computeIfAbsent(path, key -> new AtomicInteger()).incrementAndGet();
        if (path.startsWith("/held/")) {
            awaitRelease();
        }
        int status = 200;
        String query = exchange.getRequestURI().getRawQuery();
        for (String pair : query == null ? new String[0] : query.split("&")) {
            String value =
                    URLDecoder.decode(
                            pair.substring(pair.indexOf('=') + 1), StandardCharsets.UTF_8);
            if (pair.startsWith("field=")) {
                String[] field = value.split(":", 2);
                exchange.getResponseHeaders().add(field[0], field[1]);
            } else if (pair.startsWith("status=")) {
                status = Integer.parseInt(value);
            }
        }
        byte[] body = Integer.toString(count).getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private void awaitRelease() {
        try {
            released.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        release();
        server.close();
    }
}
