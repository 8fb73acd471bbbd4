package dev.glis.apis.domains;

import org.jspecify.annotations.Nullable;

/**
 * What is to be so of a domain. What is null stays as it was; of a new one it is the default stage,
 * requests without TLS are answered, and there is no certificate.
 */
public record DomainChange(
        @Nullable String stage, @Nullable Boolean httpsOnly, @Nullable Source certificate) {
    /** Where the certificate comes from. */
    public sealed interface Source {
        /** It is given: PEM texts, the key PKCS #8 without a password. */
        record Given(String certificates, String privateKey) implements Source {}

        /** It is obtained, and renewed, by ACME. */
        record Acme() implements Source {}
    }
}
