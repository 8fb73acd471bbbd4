package dev.glis.engine.wasm;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Answers what it was asked, in the way that the path says. */
final class TestHttpServer implements AutoCloseable {
    private static final Pattern LENGTH = Pattern.compile("Content-Length: (\\d+)");
    private static final Pattern TARGET =
            Pattern.compile("(\\S+ (\\S+)) HTTP/1.1\r\n.*", Pattern.DOTALL);

    /** With CR LF for each line break. */
    private static final Map<String, String> ANSWERS =
            Map.of(
                    "/chunks",
                    """
                    HTTP/1.1 100 Continue

                    HTTP/1.1 200 OK
                    Transfer-Encoding: chunked

                    3;x=y
                    abc
                    2
                    de
                    0

                    """,
                    "/until-end",
                    "HTTP/1.0 200 OK\n\nall of it",
                    "/short",
                    "HTTP/1.1 200 OK\nContent-Length: 10\n\nabc",
                    "/nonsense",
                    "SSH-2.0-any\n\n",
                    "/negative",
                    "HTTP/1.1 200 OK\nContent-Length: -1\n\nabc",
                    "/headers",
                    "HTTP/1.1 200 OK\n" + "a: b\n".repeat(20_000) + "\n",
                    "/huge",
                    "HTTP/1.1 200 OK\n\n" + "x".repeat(7 << 20));

    private static final String CREATED =
            "HTTP/1.1 201 Created\nX-Answer: yes\nContent-Length: %d\n\n%s";

    private final ServerSocket listener;
    private final AtomicInteger requests = new AtomicInteger();
    private final CountDownLatch hangUp = new CountDownLatch(1);

    TestHttpServer() throws IOException {
        this(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    }

    TestHttpServer(ServerSocket listener) {
        this.listener = listener;
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    String url(String target) {
        return "http://127.0.0.1:" + port() + target;
    }

    int requests() {
        return requests.get();
    }

    /** Waits until a client that got no answer has hung up. */
    void awaitHangUp() throws InterruptedException {
        if (!hangUp.await(30, TimeUnit.SECONDS)) {
            throw new AssertionError("The client did not hang up");
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                requests.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (SocketException e) {
            // It was closed.
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void serve(Socket client) {
        try (client) {
            answer(client);
        } catch (IOException e) {
            hangUp.countDown();
        }
    }

    private void answer(Socket client) throws IOException {
        String head = head(client.getInputStream());
        Matcher length = LENGTH.matcher(head);
        int count = length.find() ? Integer.parseInt(length.group(1)) : 0;
        String body = text(client.getInputStream().readNBytes(count));
        Matcher target = TARGET.matcher(head);
        if (!target.matches()) {
            throw new IOException("Not a request: " + head);
        }
        String path = target.group(2);
        if (path.equals("/never")) {
            if (client.getInputStream().read() < 0) {
                hangUp.countDown();
            }
            return;
        }
        String said =
                "%s %s %s %s"
                        .formatted(
                                target.group(1),
                                value(head, "X-Colour"),
                                value(head, "x-shape"),
                                body);
        say(
                client.getOutputStream(),
                ANSWERS.getOrDefault(path, CREATED).formatted(said.length(), said));
    }

    private static String value(String head, String name) {
        Matcher field = Pattern.compile("\r\n" + name + ": (.*)\r\n").matcher(head);
        return field.find() ? field.group(1) : "none";
    }

    private static String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("The request ends within its head");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static void say(OutputStream out, String text) throws IOException {
        out.write(text.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
