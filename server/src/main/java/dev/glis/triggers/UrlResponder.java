package dev.glis.triggers;

import dev.glis.net.Headers;
import dev.glis.net.HttpResponder;
import dev.glis.net.HttpResponse;

/** The way back to a function URL's caller: adds what every answer carries. */
record UrlResponder(HttpResponder responder, CorsAnswers cors, String requestId)
        implements HttpResponder {
    @Override
    public void send(HttpResponse response) {
        finish(response.headers());
        responder.send(response);
    }

    @Override
    public BodyStream stream(int status, Headers headers) {
        finish(headers);
        return responder.stream(status, headers);
    }

    @Override
    public void onDisconnect(Runnable action) {
        responder.onDisconnect(action);
    }

    private void finish(Headers headers) {
        cors.addTo(headers);
        headers.set("x-amzn-RequestId", requestId);
    }
}
