package dev.glis.accounts;

import dev.glis.base.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** SHA-256 and HMAC, in the forms that signatures use. */
final class Hashes {
    static final String OF_NOTHING =
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    private static final HexFormat HEX = HexFormat.of();

    private Hashes() {}

    /** Of bytes, in lower-case hexadecimal. */
    static String sha256(byte[] bytes, int from, int length) {
        if (length == 0) {
            return OF_NOTHING;
        }
        MessageDigest digest = Sha256.digest();
        digest.update(bytes, from, length);
        return HEX.formatHex(digest.digest());
    }

    static String sha256(byte[] bytes) {
        return sha256(bytes, 0, bytes.length);
    }

    /** Of text with one character a byte. */
    static String sha256(String latinText) {
        return sha256(latinText.getBytes(StandardCharsets.ISO_8859_1));
    }

    static String hmacHex(Mac keyed, String text) {
        return HEX.formatHex(keyed.doFinal(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    /** An HMAC-SHA256 that has its key. */
    static Mac hmac(byte[] key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac;
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("This Java has no HmacSHA256", e);
        }
    }

    /** Compares in a time that does not depend on where the texts differ. */
    static boolean same(String one, String other) {
        return MessageDigest.isEqual(
                one.getBytes(StandardCharsets.ISO_8859_1),
                other.getBytes(StandardCharsets.ISO_8859_1));
    }
}
