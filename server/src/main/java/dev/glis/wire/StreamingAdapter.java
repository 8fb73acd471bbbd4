package dev.glis.wire;

import dev.glis.accounts.Principal;
import dev.glis.accounts.VerifiedBody;
import dev.glis.net.HttpRequest;
import dev.glis.net.HttpResponder;
import org.jspecify.annotations.Nullable;

/**
 * A protocol that takes bodies while they come, and requests that nobody has signed: whether nobody
 * may do what they ask is for the adapter to say.
 */
public interface StreamingAdapter extends ServiceAdapter {
    /**
     * Answers. Called on an event-loop thread or on a virtual one; must not block. The body may
     * still be on its way; an answer ends it.
     *
     * @param principal who signed the request, or null for nobody
     * @param head the request without its body
     */
    void handle(
            @Nullable Principal principal,
            HttpRequest head,
            VerifiedBody body,
            HttpResponder responder);

    @Override
    default void handle(Principal principal, HttpRequest request, HttpResponder responder) {
        handle(principal, request, VerifiedBody.of(request.body()), responder);
    }
}
