package dev.glis.apis.domains;

import dev.glis.base.Fault;
import dev.glis.base.Limits;
import dev.glis.net.TlsIdentity;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a certificate says.
 *
 * @param names that it covers
 * @param serial hexadecimal
 */
public record DomainCertificate(
        List<String> names, String issuer, String serial, Instant from, Instant until) {
    private static final int DNS_NAME = 2;
    private static final int RENEWED_AT_PART = 3;

    static DomainCertificate of(X509Certificate certificate) {
        return new DomainCertificate(
                names(certificate),
                certificate.getIssuerX500Principal().getName(),
                certificate.getSerialNumber().toString(16),
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant());
    }

    /** When a third of its time is left. */
    Instant renewal() {
        return until.minus(Duration.between(from, until).dividedBy(RENEWED_AT_PART));
    }

    /**
     * The identity that PEM texts hold, if it is fit for the host.
     *
     * @throws Fault INVALID {@code invalid-certificate} with what is wrong
     */
    static TlsIdentity require(String host, String certificates, String privateKey, Instant now) {
        if (certificates.length() + privateKey.length() > Limits.DOMAIN_CERTIFICATE_BYTES.value()) {
            throw unfit(
                    "certificates and key are larger than "
                            + Limits.DOMAIN_CERTIFICATE_BYTES.value()
                            + " bytes together",
                    null);
        }
        try {
            TlsIdentity identity = TlsIdentity.of(certificates, privateKey);
            requireChain(identity.chain());
            requireCurrent(of(identity.chain().getFirst()), host, now);
            return identity;
        } catch (TlsIdentity.Unusable e) {
            throw unfit(e.why(), e);
        }
    }

    private static void requireChain(List<X509Certificate> chain) {
        for (int i = 0; i + 1 < chain.size(); i++) {
            try {
                chain.get(i).verify(chain.get(i + 1).getPublicKey());
            } catch (GeneralSecurityException e) {
                throw unfit(
                        "certificate "
                                + (i + 1)
                                + " was not signed by the one behind it; the order is the"
                                + " server's, then the one that signed it, and so on",
                        e);
            }
        }
    }

    private static void requireCurrent(DomainCertificate first, String host, Instant now) {
        if (first.names.stream().noneMatch(name -> covers(name, host))) {
            throw unfit("the first certificate covers " + first.names + " but not " + host, null);
        }
        if (now.isAfter(first.until)) {
            throw unfit("the first certificate has expired at " + first.until, null);
        }
        if (now.isBefore(first.from)) {
            throw unfit("the first certificate is not valid before " + first.from, null);
        }
    }

    private static boolean covers(String name, String host) {
        return name.startsWith("*.")
                ? host.indexOf('.') >= 0
                        && host.substring(host.indexOf('.')).equals(name.substring(1))
                : name.equals(host);
    }

    /** Its alternative names; the common name has not counted for long. */
    private static List<String> names(X509Certificate certificate) {
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            return all == null
                    ? List.of()
                    : all.stream()
                            .filter(name -> name.getFirst().equals(DNS_NAME))
                            .map(name -> name.get(1).toString().toLowerCase(Locale.ROOT))
                            .toList();
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }

    private static Fault unfit(String why, @Nullable Exception cause) {
        return new Fault(
                Fault.Kind.INVALID,
                "invalid-certificate",
                "The certificate cannot be used: " + why,
                cause);
    }
}
