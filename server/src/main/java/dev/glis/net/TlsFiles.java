package dev.glis.net;

import dev.glis.base.Fault;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * A listener's TLS identity.
 *
 * @param certificates PEM: the server's certificate, then those that signed it
 * @param privateKey PEM, PKCS #8, without a password
 */
public record TlsFiles(Path certificates, Path privateKey) {
    private static final Pattern KEY =
            Pattern.compile(
                    "-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final byte[] PROBE = "probe".getBytes(StandardCharsets.US_ASCII);

    SslContext load() {
        requireReadable(certificates, "certificate");
        requireReadable(privateKey, "private key");
        try {
            X509Certificate[] chain = chain();
            PrivateKey key = key(chain[0].getPublicKey().getAlgorithm());
            requireBelongTogether(chain[0].getPublicKey(), key);
            return SslContextBuilder.forServer(key, chain)
                    .applicationProtocolConfig(NegotiatedProtocol.OFFERED)
                    .build();
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new Fault(
                    Fault.Kind.INVALID,
                    "tls-files",
                    "The TLS files "
                            + certificates
                            + " and "
                            + privateKey
                            + " do not hold a PEM certificate chain and its PKCS #8 private key: "
                            + e.getMessage(),
                    e);
        }
    }

    private static void requireReadable(Path file, String what) {
        if (!Files.isReadable(file)) {
            throw new Fault(
                    Fault.Kind.INVALID,
                    "tls-files",
                    "The TLS " + what + " file " + file + " does not exist or cannot be read");
        }
    }

    private X509Certificate[] chain() throws IOException, GeneralSecurityException {
        try (var stream = Files.newInputStream(certificates)) {
            var chain =
                    CertificateFactory.getInstance("X.509").generateCertificates(stream).stream()
                            .map(X509Certificate.class::cast)
                            .toArray(X509Certificate[]::new);
            if (chain.length == 0) {
                throw new IllegalArgumentException("there is no certificate in the first");
            }
            return chain;
        }
    }

    private PrivateKey key(String algorithm) throws IOException, GeneralSecurityException {
        var found = KEY.matcher(Files.readString(privateKey, StandardCharsets.ISO_8859_1));
        if (!found.find()) {
            throw new IllegalArgumentException("there is no BEGIN PRIVATE KEY in the second");
        }
        byte[] bytes = Base64.getMimeDecoder().decode(found.group(1));
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
    }

    /** Seen here, or every client's handshake would fail later without a word to the operator. */
    private static void requireBelongTogether(PublicKey publicKey, PrivateKey key)
            throws GeneralSecurityException {
        var signature = Signature.getInstance(signatureFor(publicKey.getAlgorithm()));
        signature.initSign(key);
        signature.update(PROBE);
        byte[] signed = signature.sign();
        signature.initVerify(publicKey);
        signature.update(PROBE);
        if (!signature.verify(signed)) {
            throw new IllegalArgumentException("the key is not that of the first certificate");
        }
    }

    private static String signatureFor(String algorithm) {
        return switch (algorithm) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> algorithm;
        };
    }
}
