package dev.glis.net;

import java.util.Locale;

/**
 * One TLS connection's guard before the handler: what belongs to somebody's own name is answered
 * only where the client has asked for that name in its handshake. HTTP/2 clients send requests for
 * several hosts on one connection where a certificate covers them all, and others could name any
 * host they like; both are told to open another connection (421, RFC 9110, section 15.5.20).
 */
final class OwnedConnection implements HttpHandler {
    private final ServerNames names;
    private final HttpHandler handler;

    /** Set once, on the event loop, before the first request; empty if none was named. */
    private volatile String openedFor = "";

    OwnedConnection(ServerNames names, HttpHandler handler) {
        this.names = names;
        this.handler = handler;
    }

    void openedFor(String host) {
        openedFor = host.toLowerCase(Locale.ROOT);
    }

    @Override
    public void handle(HttpRequest request, HttpResponder responder) {
        if (isForThis(request)) {
            handler.handle(request, responder);
        } else {
            responder.send(
                    PlainAnswers.of(
                            421, "This connection was opened for another host; open one for this"));
        }
    }

    @Override
    public boolean takesStream(HttpRequest head) {
        return isForThis(head) && handler.takesStream(head);
    }

    @Override
    public void handleStreamed(HttpRequest head, RequestBody body, HttpResponder responder) {
        handler.handleStreamed(head, body, responder);
    }

    private boolean isForThis(HttpRequest request) {
        String host = request.hostName();
        return host.equals(openedFor) || (!names.isOwned(host) && !names.isOwned(openedFor));
    }
}
