package dev.glis.apis.domains;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What must be known of a domain at every request for it.
 *
 * @param certified whether it has a certificate
 * @param challenge what its certificate authority may ask for; null while it has nothing to ask
 * @param nextAttempt when something is to be done about its certificate
 */
public record ServedDomain(
        String host,
        String apiId,
        String stage,
        boolean httpsOnly,
        boolean certified,
        @Nullable Challenge challenge,
        @Nullable Instant nextAttempt) {
    /**
     * Proves to a certificate authority that the host is served here (RFC 8555, section 8.3).
     *
     * @param token names it
     * @param answer is what the authority wants to read
     */
    public record Challenge(String token, String answer) {}
}
