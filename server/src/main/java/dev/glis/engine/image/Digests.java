package dev.glis.engine.image;

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
}
