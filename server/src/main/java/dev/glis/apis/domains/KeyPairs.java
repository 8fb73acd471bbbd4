package dev.glis.apis.domains;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/** Key pairs of the curve P-256, which every certificate authority and client takes; as texts. */
final class KeyPairs {
    private static final String ALGORITHM = "EC";
    private static final int LINE_CHARACTERS = 64;

    private KeyPairs() {}

    static KeyPair fresh() {
        try {
            var generator = KeyPairGenerator.getInstance(ALGORITHM);
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The JDK has no P-256", e);
        }
    }

    static String text(KeyPair keys) {
        var base64 = Base64.getEncoder();
        return base64.encodeToString(keys.getPrivate().getEncoded())
                + " "
                + base64.encodeToString(keys.getPublic().getEncoded());
    }

    static KeyPair parse(String text) {
        String[] parts = text.split(" ", 2);
        var base64 = Base64.getDecoder();
        try {
            var factory = KeyFactory.getInstance(ALGORITHM);
            return new KeyPair(
                    factory.generatePublic(new X509EncodedKeySpec(base64.decode(parts[1]))),
                    factory.generatePrivate(new PKCS8EncodedKeySpec(base64.decode(parts[0]))));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The stored keys cannot be read", e);
        }
    }

    static String pem(PrivateKey key) {
        var lines =
                Base64.getMimeEncoder(LINE_CHARACTERS, "\n".getBytes(StandardCharsets.US_ASCII));
        return "-----BEGIN PRIVATE KEY-----\n"
                + lines.encodeToString(key.getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
    }
}
