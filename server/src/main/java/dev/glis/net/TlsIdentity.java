package dev.glis.net;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Who a server says it is: a certificate, those that signed it, and its private key. Any thread.
 */
public final class TlsIdentity {
    private static final Pattern KEY =
            Pattern.compile(
                    "-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final byte[] PROBE = "probe".getBytes(StandardCharsets.US_ASCII);

    private final List<X509Certificate> chain;
    private final SslContext context;

    private TlsIdentity(List<X509Certificate> chain, SslContext context) {
        this.chain = chain;
        this.context = context;
    }

    /**
     * Reads one and makes it ready, which takes some milliseconds.
     *
     * @param certificates PEM: the server's certificate, then those that signed it
     * @param privateKey PEM, PKCS #8, without a password
     * @throws Unusable with what is wrong, for people
     */
    public static TlsIdentity of(String certificates, String privateKey) throws Unusable {
        List<X509Certificate> chain = chain(certificates);
        PublicKey publicKey = chain.getFirst().getPublicKey();
        try {
            PrivateKey key = key(privateKey, publicKey.getAlgorithm());
            requireBelongTogether(publicKey, key);
            SslContext context =
                    SslContextBuilder.forServer(key, chain)
                            .applicationProtocolConfig(NegotiatedProtocol.OFFERED)
                            .build();
            return new TlsIdentity(chain, context);
        } catch (GeneralSecurityException | SSLException | IllegalArgumentException e) {
            throw new Unusable("the certificate and the key cannot be used: " + e.getMessage(), e);
        }
    }

    /** The certificates of a PEM text, at least one. */
    public static List<X509Certificate> chain(String certificates) throws Unusable {
        var bytes = new ByteArrayInputStream(certificates.getBytes(StandardCharsets.ISO_8859_1));
        try {
            List<X509Certificate> chain =
                    CertificateFactory.getInstance("X.509").generateCertificates(bytes).stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (chain.isEmpty()) {
                throw new Unusable("there is no BEGIN CERTIFICATE in the certificates", null);
            }
            return chain;
        } catch (CertificateException e) {
            throw new Unusable("the certificates are no PEM: " + e.getMessage(), e);
        }
    }

    /** The server's certificate, then those that signed it. */
    public List<X509Certificate> chain() {
        return chain;
    }

    SslContext context() {
        return context;
    }

    private static PrivateKey key(String pem, String algorithm)
            throws GeneralSecurityException, Unusable {
        var found = KEY.matcher(pem);
        if (!found.find()) {
            throw new Unusable(
                    "there is no BEGIN PRIVATE KEY in the private key; 'openssl pkcs8 -topk8 -nodes'"
                            + " makes it of other forms",
                    null);
        }
        try {
            byte[] bytes = Base64.getMimeDecoder().decode(found.group(1));
            return KeyFactory.getInstance(algorithm)
                    .generatePrivate(new PKCS8EncodedKeySpec(bytes));
        } catch (InvalidKeySpecException e) {
            throw new Unusable(
                    "the private key is not one of "
                            + algorithm
                            + ", as the first certificate's is",
                    e);
        }
    }

    /** Seen here, or every client's handshake would fail later without a word to the operator. */
    private static void requireBelongTogether(PublicKey publicKey, PrivateKey key)
            throws GeneralSecurityException, Unusable {
        var signature = Signature.getInstance(signatureFor(publicKey.getAlgorithm()));
        signature.initSign(key);
        signature.update(PROBE);
        byte[] signed = signature.sign();
        signature.initVerify(publicKey);
        signature.update(PROBE);
        if (!signature.verify(signed)) {
            throw new Unusable("the key is not that of the first certificate", null);
        }
    }

    private static String signatureFor(String algorithm) {
        return switch (algorithm) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> algorithm;
        };
    }

    /** What was given is no certificate with its key; the message says why. */
    public static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        Unusable(String why, @Nullable Throwable cause) {
            super(why, cause);
        }

        /** What is wrong, as the end of a sentence. */
        public String why() {
            return String.valueOf(getMessage());
        }
    }
}
