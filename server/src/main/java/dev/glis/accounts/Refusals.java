package dev.glis.accounts;

import dev.glis.base.Fault;
import dev.glis.base.Fault.Kind;

/** The faults of authentication, in AWS's words. They never hold what was secret or signed. */
final class Refusals {
    private Refusals() {}

    static Fault missingToken() {
        return unauthenticated("missing-authentication-token", "Missing Authentication Token");
    }

    static Fault incomplete(String message) {
        return unauthenticated("incomplete-signature", message);
    }

    static Fault unknownKey() {
        return unauthenticated(
                "invalid-client-token-id",
                "The security token included in the request is invalid.");
    }

    static Fault temporaryCredentials() {
        return unauthenticated(
                "invalid-client-token-id",
                "The security token included in the request is invalid. This server issues no"
                        + " temporary credentials: sign with an access key alone, without a"
                        + " session token.");
    }

    static Fault mismatch() {
        return mismatch(
                "The request signature we calculated does not match the signature you provided."
                        + " Check your AWS Secret Access Key and signing method. Consult the"
                        + " service documentation for details.");
    }

    static Fault mismatch(String message) {
        return unauthenticated("signature-does-not-match", message);
    }

    static Fault expired(String message) {
        return unauthenticated("signature-expired", message);
    }

    static Fault presignedExpired(String message) {
        return unauthenticated("request-expired", message);
    }

    static Fault contentHash(String message) {
        return unauthenticated("invalid-content-sha256", message);
    }

    static Fault otherContentHash() {
        return contentHash(
                "The provided 'x-amz-content-sha256' header does not match what was computed.");
    }

    /** The body's own framing is broken, or its checksum differs. */
    static Fault body(String code, String message) {
        return new Fault(Kind.INVALID, code, message);
    }

    private static Fault unauthenticated(String code, String message) {
        return new Fault(Kind.UNAUTHENTICATED, code, message);
    }
}
