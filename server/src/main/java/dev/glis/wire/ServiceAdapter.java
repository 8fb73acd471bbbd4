package dev.glis.wire;

import dev.glis.accounts.Principal;
import dev.glis.base.Fault;
import dev.glis.net.HttpRequest;
import dev.glis.net.HttpResponder;
import dev.glis.net.HttpResponse;

/**
 * One AWS-like HTTP protocol behind the front door. The front has verified the signature; whether
 * the principal may do what it asks is for the adapter to require.
 */
public interface ServiceAdapter {
    /** The service name in a signature's credential scope, such as {@code lambda}. */
    String service();

    /**
     * Whether an unsigned request is meant for this service, so that it refuses in its own form.
     */
    boolean claims(HttpRequest request);

    /**
     * Answers. Called on an event-loop thread, or on a virtual one when the signature was verified
     * there; must not block.
     */
    void handle(Principal principal, HttpRequest request, HttpResponder responder);

    /** A fault in this protocol's own form, such as an authentication error. */
    HttpResponse render(Fault fault, HttpRequest request, String requestId);
}
