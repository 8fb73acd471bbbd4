package dev.glis.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Answers what a test has written down, and remembers what it was asked. */
final class ScriptedServer implements AutoCloseable {
    /** What was asked. */
    record Request(String line, String query, Map<String, String> headers, String body) {}

    private record Answer(int status, Map<String, String> headers, String body) {}

    private final HttpServer server;
    private final Map<String, Answer> answers = new HashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    ScriptedServer() {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::handle);
        server.start();
    }

    /** Answers a request of this method and path with this status and JSON. */
    ScriptedServer on(String methodAndPath, int status, String body) {
        return on(methodAndPath, status, Map.of(), body);
    }

    ScriptedServer on(String methodAndPath, int status, Map<String, String> headers, String body) {
        answers.put(methodAndPath, new Answer(status, headers, body));
        return this;
    }

    List<Request> requests() {
        return requests;
    }

    /** The requests that change something. */
    List<String> changes() {
        return requests.stream()
                .map(Request::line)
                .filter(line -> !line.startsWith("GET "))
                .toList();
    }

    /** Makes a data folder as this server's own would be. */
    void writeDataFolder(Path folder) throws IOException {
        Files.createDirectories(folder.resolve("run"));
        Files.writeString(
                folder.resolve("run/server.json"),
                """
                {"pid":%d,"endpoint":"http://127.0.0.1:%d","gateway":"http://127.0.0.1:1",
                 "region":"eu-central-1","version":"1","started":"2026-01-01T00:00:00Z"}
                """
                        .formatted(ProcessHandle.current().pid(), server.getAddress().getPort()));
        Files.writeString(
                folder.resolve("credentials"),
                """
                [default]
                aws_access_key_id = AKID
                aws_secret_access_key = a secret's value
                """);
    }

    private void handle(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        var headers = new HashMap<String, String>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name, values.getFirst()));
        String line = exchange.getRequestMethod() + " " + exchange.getRequestURI().getRawPath();
        String query = exchange.getRequestURI().getRawQuery();
        requests.add(new Request(line, query == null ? "" : query, headers, body));
        var answer =
                answers.getOrDefault(
                        line,
                        new Answer(
                                404,
                                Map.of("x-amzn-ErrorType", "ResourceNotFoundException"),
                                "{\"Message\":\"Nothing is written down for " + line + "\"}"));
        answer.headers().forEach(exchange.getResponseHeaders()::add);
        byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
