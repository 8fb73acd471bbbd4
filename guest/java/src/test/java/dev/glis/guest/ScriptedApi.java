package dev.glis.guest;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/** A Runtime API that gives out scripted events and remembers what it was told. */
final class ScriptedApi {
    static final String REQUEST_ID = "8476a536-e9f4-11e8-9739-2dfe598c3fcd";

    private final Deque<byte[]> events = new ArrayDeque<>();
    private final List<Post> posts = new ArrayList<>();

    /** What a guest told. */
    record Post(String path, String head, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /** What a guest did with the events. */
    record Run(List<Post> posts, String output, int status) {}

    private ScriptedApi() {}

    /** Runs the bootstrap as a process on the given handler until all events are answered. */
    static Run run(String handler, String... events) throws IOException, InterruptedException {
        var api = new ScriptedApi();
        Arrays.stream(events)
                .map(it -> it.getBytes(StandardCharsets.UTF_8))
                .forEach(api.events::add);
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process guest = start(handler, listener.getLocalPort());
            try (Socket socket = listener.accept()) {
                api.serve(
                        new BufferedInputStream(socket.getInputStream()), socket.getOutputStream());
            }
            var output = new String(guest.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Run(api.posts, output, guest.waitFor());
        }
    }

    /** Gives one event to a guest that is connected already; returns what it answers. */
    static String exchange(Socket socket, String event) throws IOException {
        var api = new ScriptedApi();
        api.events.add(event.getBytes(StandardCharsets.UTF_8));
        api.serve(new BufferedInputStream(socket.getInputStream()), socket.getOutputStream());
        return api.posts.getFirst().text();
    }

    private static Process start(String handler, int port) throws IOException {
        var builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx96m",
                        "-Dstdout.encoding=UTF-8",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Bootstrap.class.getName());
        var environment = builder.environment();
        environment.clear();
        environment.put("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:" + port);
        environment.put("AWS_LAMBDA_FUNCTION_NAME", "shop");
        environment.put("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST");
        environment.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128");
        environment.put("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/shop");
        environment.put("AWS_LAMBDA_LOG_STREAM_NAME", "stream");
        environment.put("LAMBDA_RUNTIME_DIR", new File("target").getAbsolutePath());
        environment.put("_HANDLER", handler);
        return builder.redirectErrorStream(true).start();
    }

    private void serve(InputStream in, OutputStream out) throws IOException {
        while (true) {
            String head = readHead(in);
            if (head.isEmpty()) {
                return;
            }
            byte[] body = in.readNBytes(contentLength(head));
            if (head.startsWith("POST")) {
                posts.add(new Post(head.split(" ")[1], head, body));
                out.write(
                        "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
            } else if (events.isEmpty()) {
                return;
            } else {
                give(out, events.remove());
            }
            out.flush();
        }
    }

    /** In chunks, as the Runtime API is free to answer. */
    private static void give(OutputStream out, byte[] event) throws IOException {
        String head =
                "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: "
                        + REQUEST_ID
                        + "\r\nLambda-Runtime-Deadline-Ms: "
                        + (System.currentTimeMillis() + 60_000)
                        + "\r\nLambda-Runtime-Trace-Id: Root=1\r\nTransfer-Encoding: chunked"
                        + "\r\nLambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:function:shop"
                        + "\r\nLambda-Runtime-Client-Context: {\"custom\":{\"k\":\"v\"}}\r\n\r\n";
        out.write(head.getBytes(StandardCharsets.US_ASCII));
        int middle = event.length / 2;
        writeChunk(out, event, 0, middle);
        writeChunk(out, event, middle, event.length - middle);
        out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    private static void writeChunk(OutputStream out, byte[] bytes, int from, int count)
            throws IOException {
        if (count > 0) {
            out.write((Integer.toHexString(count) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(bytes, from, count);
            out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
        }
    }

    private static String readHead(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                return "";
            }
            head.write(next);
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    private static int contentLength(String head) {
        for (String line : head.split("\r\n")) {
            if (line.startsWith("Content-Length: ")) {
                return Integer.parseInt(line.substring("Content-Length: ".length()));
            }
        }
        return 0;
    }
}
