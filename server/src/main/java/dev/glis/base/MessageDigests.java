package dev.glis.base;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Hashes that protocols ask for, to be fed piece by piece. For SHA-256 see {@link Sha256}. */
public final class MessageDigests {
    private MessageDigests() {}

    public static MessageDigest md5() {
        return named("MD5");
    }

    public static MessageDigest sha1() {
        return named("SHA-1");
    }

    /** One that every JDK has. */
    static MessageDigest named(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every JDK has " + algorithm, e);
        }
    }
}
