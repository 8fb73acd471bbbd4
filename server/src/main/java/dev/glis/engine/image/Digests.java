package dev.glis.engine.image;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Digests as images name their parts: {@code sha256:} and 64 hexadecimal digits. */
final class Digests {
    private static final String PREFIX = "sha256:";
    private static final Pattern SHA256 = Pattern.compile("sha256:[0-9a-f]{64}");

    private Digests() {}

    /** The digits of a digest. */
    static String sha256(String digest) {
        if (!SHA256.matcher(digest).matches()) {
            throw ImageFaults.invalid(
                    "'"
                            + digest
                            + "' is no digest that is read (sha256: and 64 hexadecimal digits)");
        }
        return digest.substring(PREFIX.length());
    }

    static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(algorithm().digest(bytes));
    }

    static MessageDigest algorithm() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
