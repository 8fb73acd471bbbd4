package dev.glis.bench;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A worker that says hello in Cloudflare's {@code workerd}, as npm brings it. */
final class Workerd implements AutoCloseable {
    private static final String CONFIGURATION =
            """
            using Workerd = import "/workerd/workerd.capnp";

            const config :Workerd.Config = (
              services = [(name = "main", worker = .hello)],
              sockets = [(name = "http", address = "127.0.0.1:PORT", http = (), service = "main")]
            );

            const hello :Workerd.Worker = (
              modules = [(name = "hello.js", esModule =
                "export default { async fetch() { return new Response('hello'); } };")],
              compatibilityDate = "2024-01-01"
            );
            """;
    private static final int PATIENCE_MS = 10_000;

    private final Process process;
    private final int port;

    private Workerd(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts one; returns when it has answered for the first time. */
    static Workerd start(Path program) throws IOException, InterruptedException {
        int port = freePort();
        Path file = Files.createTempFile("glis-bench-", ".capnp");
        Files.writeString(file, CONFIGURATION.replace("PORT", "" + port));
        var started =
                new ProcessBuilder(program.toString(), "serve", file.toString())
                        .inheritIO()
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        var workerd = new Workerd(started, port);
        workerd.awaitReady();
        Files.delete(file);
        return workerd;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private void awaitReady() throws IOException, InterruptedException {
        for (int waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs++) {
            try (var connection = new RawConnection(address())) {
                connection.exchange(request());
                return;
            } catch (IOException e) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
        }
        close();
        throw new IOException("workerd does not answer");
    }

    private URI address() {
        return URI.create("http://127.0.0.1:" + port);
    }

    private static byte[] request() {
        return "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    }

    Load.Subject subject() {
        return new Load.Subject("workerd hello", address(), request());
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
