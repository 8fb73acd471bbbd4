package dev.glis.net;

import dev.glis.base.Clock;
import java.nio.charset.StandardCharsets;

/** The listener with the least possible handler, to measure what it costs: {@code wrk} it. */
final class HelloServer {
    private HelloServer() {}

    public static void main(String[] arguments) throws InterruptedException {
        byte[] hello = "hello".getBytes(StandardCharsets.US_ASCII);
        try (var loops = new EventLoops();
                var listener =
                        new HttpListener(
                                loops,
                                new ListenAddress("127.0.0.1", 0, "--port"),
                                HttpLimits.standard(),
                                (request, responder) ->
                                        responder.send(HttpResponse.of(200, "text/plain", hello)),
                                Clock.system())) {
            listener.start();
            System.out.println(listener.port());
            Thread.currentThread().join();
        }
    }
}
