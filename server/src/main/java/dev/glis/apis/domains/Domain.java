package dev.glis.apis.domains;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A host name that an account has for a stage of one of its APIs.
 *
 * @param host in small ASCII letters
 * @param httpsOnly whether requests without TLS are sent to it
 * @param certificate null while it has none
 * @param order of certificates by ACME; null where certificates are given
 */
public record Domain(
        String host,
        String accountId,
        String apiId,
        String stage,
        boolean httpsOnly,
        @Nullable DomainCertificate certificate,
        @Nullable AcmeOrder order,
        Instant created,
        Instant modified) {}
