package dev.glis.guest;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Invocations of handlers of our own, before there is a function: what every invocation uses is
 * loaded, linked and has been run when the first one comes. They go the way of real ones, over a
 * connection, but to a listener of our own on the sandbox's own loopback interface.
 */
public class Practice implements RequestHandler<Map<String, Object>, Map<String, Object>> {
    private static final List<String> HANDLERS =
            List.of(
                    Practice.class.getName() + "::answer",
                    Practice.class.getName() + "::answerInContext",
                    Practice.class.getName() + "::answerByItself",
                    Final.class.getName() + "::answer",
                    Final.class.getName() + "::answerInContext",
                    Practice.class.getName());

    private static final String EVENT = "{\"text\":\"t\",\"number\":1,\"list\":[true,null,1.5,{}]}";
    private static final String INVOCATION =
            String.join(
                    "\r\n",
                    "HTTP/1.1 200 OK",
                    "content-type: application/json",
                    "lambda-runtime-aws-request-id: 1",
                    "lambda-runtime-deadline-ms: 1",
                    "lambda-runtime-invoked-function-arn: arn:aws:lambda",
                    "lambda-runtime-trace-id: Root=1",
                    "content-length: " + EVENT.length(),
                    "",
                    EVENT);
    private static final String RECEIPT = "HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n";

    public Practice() {}

    /** What is practised. */
    interface Invoker {
        /** Loads the handler, takes one invocation and answers it. */
        void invoke(RuntimeApi api, String handler)
                throws IOException, ReflectiveOperationException;
    }

    static void run(Invoker invoker) throws IOException, ReflectiveOperationException {
        loadFromFolder();
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(loopback, 0));
            int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
            try (RuntimeApi api = RuntimeApi.open("127.0.0.1:" + port);
                    SocketChannel peer = listener.accept()) {
                String answer = INVOCATION;
                for (String handler : HANDLERS) {
                    send(peer, answer); // before it is asked for: it waits in the connection
                    invoker.invoke(api, handler);
                    answer = RECEIPT + INVOCATION;
                }
            }
        }
    }

    /** As a function's code is loaded; everything of ours is in jars. */
    private static void loadFromFolder() throws IOException, ReflectiveOperationException {
        Class<?> type = Loaded.class;
        String name = type.getName();
        Path folder =
                Path.of(System.getProperty("java.io.tmpdir"), "practice-" + System.nanoTime());
        Path file = folder.resolve(name.replace('.', '/') + ".class");
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        try (InputStream code = type.getResourceAsStream(file.getFileName() + "");
                var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, null)) {
            Files.write(file, Objects.requireNonNull(code).readAllBytes());
            Class.forName(name, true, loader).getMethod("run").invoke(null);
        } finally {
            for (Path at = file; at != null && at.startsWith(folder); at = at.getParent()) {
                Files.delete(at);
            }
        }
    }

    /** Is loaded once more. */
    public static final class Loaded {
        private Loaded() {}

        public static void run() {}
    }

    private static void send(SocketChannel peer, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
        while (bytes.hasRemaining()) {
            peer.write(bytes);
        }
    }

    /** A handler that is a plain method, as are the next two. */
    public Map<String, Object> answer(Map<String, Object> event) {
        return new HashMap<>(event);
    }

    public Map<String, Object> answerInContext(Map<String, Object> event, Context context) {
        var answer = new HashMap<String, Object>(event);
        answer.put("id", context.getAwsRequestId());
        answer.put("arn", context.getInvokedFunctionArn());
        answer.put("number", context.getRemainingTimeInMillis());
        return answer;
    }

    public static Map<String, Object> answerByItself(Map<String, Object> event) {
        return new HashMap<>(event);
    }

    /** A handler that implements Lambda's interface. */
    @Override
    public Map<String, Object> handleRequest(Map<String, Object> event, Context context) {
        return answerInContext(event, context);
    }

    /** Methods that cannot be overridden are called another way. */
    public static final class Final {
        public Final() {}

        public Map<String, Object> answer(Map<String, Object> event) {
            return event;
        }

        public Map<String, Object> answerInContext(Map<String, Object> event, Context context) {
            return event;
        }
    }
}
