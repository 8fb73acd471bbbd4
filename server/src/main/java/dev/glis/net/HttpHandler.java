package dev.glis.net;

/** Answers requests. */
public interface HttpHandler {
    /**
     * Called on an event-loop thread with a whole request; must not block. Work that blocks goes to
     * a virtual thread. A {@link RuntimeException} thrown here is answered with status 500.
     */
    void handle(HttpRequest request, HttpResponder responder);
}
