package dev.glis;

import dev.glis.net.Headers;
import dev.glis.net.HttpHandler;
import dev.glis.net.HttpRequest;
import dev.glis.net.HttpResponder;
import dev.glis.net.HttpResponse;
import dev.glis.net.RequestBody;
import java.nio.charset.StandardCharsets;

/**
 * Stands in for a handler until that is there: ports are bound first, so that one in use is told
 * before anything else has been started, and free ones are known to who needs them.
 */
final class FrontDoor implements HttpHandler {
    private static final byte[] STARTING =
            "{\"message\":\"Glis is starting; try again in a second\"}"
                    .getBytes(StandardCharsets.UTF_8);

    private volatile HttpHandler handler =
            (_, responder) ->
                    responder.send(
                            new HttpResponse(
                                    503,
                                    Headers.of(
                                            "Content-Type", "application/json", "Retry-After", "1"),
                                    STARTING));

    void open(HttpHandler behind) {
        handler = behind;
    }

    @Override
    public void handle(HttpRequest request, HttpResponder responder) {
        handler.handle(request, responder);
    }

    @Override
    public boolean takesStream(HttpRequest head) {
        return handler.takesStream(head);
    }

    @Override
    public void handleStreamed(HttpRequest head, RequestBody body, HttpResponder responder) {
        handler.handleStreamed(head, body, responder);
    }
}
