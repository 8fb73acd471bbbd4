package dev.glis.base;

import java.security.MessageDigest;
import java.util.HexFormat;

/** SHA-256 in lower-case hexadecimal digits. */
public final class Sha256 {
    private Sha256() {}

    public static String of(byte[] bytes) {
        return text(digest().digest(bytes));
    }

    /** To be fed piece by piece; see {@link #text}. */
    public static MessageDigest digest() {
        return MessageDigests.named("SHA-256");
    }

    public static String text(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }
}
