package dev.glis.accounts;

import dev.glis.net.HttpRequest;
import dev.glis.net.RequestBody;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Establishes who makes a request, by AWS Signature Version 4 with the real secret. */
public interface Authenticator {
    /**
     * Verifies the signature in the Authorization header or the query. Does not block when the key
     * is known to this node already; may read the store once otherwise.
     *
     * @throws dev.glis.base.Fault UNAUTHENTICATED or DENIED, its code naming AWS's error: {@code
     *     missing-authentication-token}, {@code incomplete-signature}, {@code
     *     invalid-client-token-id}, {@code signature-does-not-match}, {@code signature-expired},
     *     {@code request-expired}, {@code invalid-content-sha256}; or INVALID {@code
     *     incomplete-body} or {@code bad-digest} for a body in aws-chunked form; or THROTTLED
     *     {@code too-many-failures}
     */
    Authenticated authenticate(HttpRequest request);

    /**
     * Verifies the signature over the head, and has the body verified while it is read. May read
     * the store: for virtual threads.
     *
     * @param head without a body
     * @throws dev.glis.base.Fault as {@link #authenticate}; faults of the body come from reading it
     */
    AuthenticatedStream authenticate(HttpRequest head, RequestBody body);

    /**
     * Who has signed a text that is not a request, such as the policy of a form. May read the
     * store: for virtual threads.
     *
     * @param from where the text comes from
     * @param credential a key and its scope
     * @param time when it was signed, which has no limit here: the text says how long it holds
     * @throws dev.glis.base.Fault as {@link #authenticate}
     */
    Principal authenticateText(
            InetAddress from, String text, String credential, String time, String signature);

    /**
     * Whether {@link #authenticate} would have to read the store, or hash a large body, and so
     * should run on a virtual thread.
     */
    boolean wouldBlock(HttpRequest request);

    /** The service that the signature's scope names, unverified; null for an unsigned request. */
    @Nullable String scopedService(HttpRequest request);

    /**
     * A verified request.
     *
     * @param body the decoded body, where the request's was in aws-chunked form; else its own
     */
    record Authenticated(Principal principal, String service, String region, byte[] body) {}

    /** A request whose head is verified. */
    record AuthenticatedStream(
            Principal principal, String service, String region, VerifiedBody body) {}
}
