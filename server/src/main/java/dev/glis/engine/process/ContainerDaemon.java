package dev.glis.engine.process;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URLEncoder;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A daemon that runs containers, spoken to by Docker's Engine API over its socket; Podman's service
 * answers the same. Each request has a connection of its own, in HTTP/1.0, whose answers end with
 * the connection and come in one piece. Safe for use by any thread; methods block.
 */
final class ContainerDaemon {
    private static final String LABEL = "dev.glis.server";
    private static final int CHUNK_BYTES = 16 * 1024;
    private static final int NOT_FOUND = 404;
    private static final byte[] NOTHING = {};

    private final Path socket;

    ContainerDaemon(Path socket) {
        this.socket = socket;
    }

    private record Answer(int status, byte[] body) {
        boolean isGood() {
            return status >= 200 && status < 300;
        }

        /** What went wrong, in the daemon's words. */
        String message() {
            String text = new String(body, StandardCharsets.UTF_8);
            try {
                return Json.parse(body).path("message").asText(text);
            } catch (Fault e) {
                return text;
            }
        }

        JsonNode json() throws IOException {
            try {
                return Json.parse(body);
            } catch (Fault e) {
                throw new IOException("the daemon's answer is not JSON: " + e.text(), e);
            }
        }
    }

    /** What it says of itself and its machine. */
    JsonNode information() throws IOException {
        return good("GET", "/info", NOTHING, "").json();
    }

    /** Whether it has an image of this name. */
    boolean hasImage(String name) throws IOException {
        var answer = ask("GET", "/images/" + name + "/json", NOTHING, "");
        if (answer.status() != NOT_FOUND && !answer.isGood()) {
            throw failed("GET image", answer);
        }
        return answer.isGood();
    }

    /** Makes an image of one layer, which is an archive; Podman does not obey another tag. */
    void importImage(String name, byte[] archive) throws IOException {
        String query = "fromSrc=-&tag=latest&repo=" + encoded(name);
        var ignored = good("POST", "/images/create?" + query, archive, "application/x-tar");
    }

    /** Removes an image unless a container still has it. */
    void removeImage(String name) throws IOException {
        var ignored = ask("DELETE", "/images/" + name, NOTHING, "");
    }

    /**
     * Makes a container, not started yet.
     *
     * @param what its description in the API's own form; gets the label by which {@link #names}
     *     finds it
     */
    void create(String name, com.fasterxml.jackson.databind.node.ObjectNode what)
            throws IOException {
        what.putObject("Labels").put(LABEL, "true");
        var ignored =
                good(
                        "POST",
                        "/containers/create?name=" + encoded(name),
                        Json.bytes(what),
                        "application/json");
    }

    void start(String name) throws IOException {
        var ignored = good("POST", "/containers/" + name + "/start", NOTHING, "");
    }

    /** The number of its process 1, as this machine sees it. */
    int process(String name) throws IOException {
        var state = good("GET", "/containers/" + name + "/json", NOTHING, "").json().path("State");
        int process = state.path("Pid").asInt();
        if (process <= 0) {
            throw new IOException("the container has ended: " + state.path("Error").asText());
        }
        return process;
    }

    /** Kills and removes it; harmless when there is none. */
    void remove(String name) throws IOException {
        var answer = ask("DELETE", "/containers/" + name + "?force=true&v=true", NOTHING, "");
        if (answer.status() != NOT_FOUND && !answer.isGood()) {
            throw failed("DELETE container", answer);
        }
    }

    /** The names of all containers that servers like this one made. */
    List<String> names() throws IOException {
        String filters = encoded("{\"label\":[\"" + LABEL + "=true\"]}");
        var names = new ArrayList<String>();
        for (JsonNode container :
                good("GET", "/containers/json?all=true&filters=" + filters, NOTHING, "").json()) {
            for (JsonNode name : container.path("Names")) {
                names.add(name.asText().replaceFirst("^/", ""));
            }
        }
        return names;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private Answer good(String method, String target, byte[] body, String type) throws IOException {
        var answer = ask(method, target, body, type);
        if (!answer.isGood()) {
            throw failed(method + " " + target.replaceFirst("\\?.*", ""), answer);
        }
        return answer;
    }

    private static IOException failed(String what, Answer answer) {
        return new IOException(
                "the container daemon answered "
                        + what
                        + " with "
                        + answer.status()
                        + ": "
                        + answer.message().strip());
    }

    private Answer ask(String method, String target, byte[] body, String type) throws IOException {
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                var selector = Selector.open()) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.configureBlocking(false);
            var key = channel.register(selector, 0);
            write(channel, key, head(method, target, body.length, type));
            write(channel, key, body);
            return parsed(readAll(channel, key));
        } catch (IOException e) {
            throw new IOException(socket + ": " + e.getMessage(), e);
        }
    }

    private static byte[] head(String method, String target, int length, String type) {
        String head =
                method
                        + " "
                        + target
                        + " HTTP/1.0\r\nHost: localhost\r\nContent-Length: "
                        + length
                        + (type.isEmpty() ? "" : "\r\nContent-Type: " + type)
                        + "\r\n\r\n";
        return head.getBytes(StandardCharsets.US_ASCII);
    }

    private static void write(SocketChannel channel, SelectionKey key, byte[] bytes)
            throws IOException {
        var rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
            if (channel.write(rest) == 0) {
                await(key, SelectionKey.OP_WRITE);
            }
        }
    }

    private static byte[] readAll(SocketChannel channel, SelectionKey key) throws IOException {
        var all = new ByteArrayOutputStream();
        var chunk = ByteBuffer.allocate(CHUNK_BYTES);
        int count = channel.read(chunk);
        while (count >= 0) {
            all.write(chunk.array(), 0, chunk.position());
            if (all.size() > Limits.CONTAINER_ANSWER_BYTES.value()) {
                throw new IOException("the daemon's answer is too long");
            }
            if (count == 0) {
                await(key, SelectionKey.OP_READ);
            }
            chunk.clear();
            count = channel.read(chunk);
        }
        return all.toByteArray();
    }

    private static void await(SelectionKey key, int operation) throws IOException {
        key.interestOps(operation);
        long timeoutMs = Limits.CONTAINER_SILENCE_MS.value();
        int ready = key.selector().select(ignored -> {}, timeoutMs);
        if (ready == 0) {
            throw new IOException("the daemon said nothing for " + timeoutMs + " ms");
        }
    }

    /** The body is what is behind the first empty line. */
    private static Answer parsed(byte[] answer) throws IOException {
        String text = new String(answer, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        String[] words = text.split("[ \r]", 3);
        if (end < 0 || words.length < 3 || !words[1].matches("\\d{3}")) {
            throw new IOException("the daemon does not answer in HTTP");
        }
        String body = text.substring(end + 4);
        return new Answer(Integer.parseInt(words[1]), body.getBytes(StandardCharsets.ISO_8859_1));
    }
}
