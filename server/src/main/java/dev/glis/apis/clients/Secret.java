package dev.glis.apis.clients;

import dev.glis.base.Ids;
import dev.glis.base.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A secret as it is kept: its hash only. The secret itself is 256 bits of chance, which cannot be
 * tried out however quick the hash is; a slow hash, which passwords need, would cost each request
 * its milliseconds and gain nothing.
 */
record Secret(String secretId, byte[] hash, Instant created, @Nullable Instant expires) {
    /** Letters and digits carry 5.95 bits each: 43 of them carry 256. */
    private static final int LENGTH = 43;

    private static final int ID_LENGTH = 8;

    static String make(Ids ids) {
        return ids.secret(LENGTH);
    }

    static Secret of(String text, Ids ids, Instant created) {
        return new Secret(ids.hostLabel(ID_LENGTH), hash(text), created, null);
    }

    boolean isLive(Instant now) {
        return expires == null || now.isBefore(expires);
    }

    /** Takes as long for each text of the right length, whether it is one of these or not. */
    static boolean isOneOf(List<Secret> secrets, String text, Instant now) {
        if (text.length() != LENGTH) {
            return false;
        }
        byte[] hash = hash(text);
        boolean found = false;
        for (Secret secret : secrets) {
            found |= MessageDigest.isEqual(secret.hash, hash) && secret.isLive(now);
        }
        return found;
    }

    private static byte[] hash(String text) {
        return Sha256.digest().digest(text.getBytes(StandardCharsets.UTF_8));
    }
}
