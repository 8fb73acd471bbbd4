package dev.glis.apis.domains;

import java.security.KeyPair;
import org.jspecify.annotations.Nullable;

/**
 * A certificate that is to be obtained.
 *
 * @param begun the order that an earlier attempt made; null if there is none
 */
record OrderInWork(String host, @Nullable Begun begun) {
    /**
     * An order that the certificate authority has.
     *
     * @param keys of the certificate that it will issue
     */
    record Begun(String url, KeyPair keys) {}
}
