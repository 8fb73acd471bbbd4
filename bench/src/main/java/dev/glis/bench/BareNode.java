package dev.glis.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** The same trivial handler behind Node's own HTTP server, called without Glis. */
final class BareNode implements AutoCloseable {
    private static final String SERVER =
            """
            const handler = async (event) => ({ hello: event.name });
            const server = require('http').createServer((request, response) => {
              const parts = [];
              request.on('data', (part) => parts.push(part));
              request.on('end', async () => {
                const text = JSON.stringify(await handler(JSON.parse(Buffer.concat(parts))));
                response.writeHead(200, { 'Content-Length': Buffer.byteLength(text) });
                response.end(text);
              });
            });
            server.listen(0, '127.0.0.1', () => console.log(server.address().port));
            """;

    private final Process process;
    private final int port;

    private BareNode(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static BareNode start() throws IOException {
        var process = new ProcessBuilder("node", "-e", SERVER).start();
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        String line = output.readLine();
        if (line == null) {
            throw new IOException("node did not start");
        }
        return new BareNode(process, Integer.parseInt(line.trim()));
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + port);
    }

    byte[] request() {
        String body = "{\"name\":\"warm\"}";
        return ("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                        + body.length()
                        + "\r\n\r\n"
                        + body)
                .getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
