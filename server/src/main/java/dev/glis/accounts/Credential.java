package dev.glis.accounts;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import javax.crypto.Mac;

/**
 * An access key with its secret and whose it is, as kept in memory. The keys derived from the
 * secret are remembered, one for each day and service in use. Any thread.
 */
final class Credential {
    private static final int MOST_DERIVED = 32;

    private final Principal principal;
    private final String secret;
    private final Policy policy;
    private final ConcurrentMap<String, Mac> derived = new ConcurrentHashMap<>();

    /**
     * A credential.
     *
     * @param policy all that its user's policies say, as one; nothing for an account's root
     */
    Credential(Principal principal, String secret, Policy policy) {
        this.principal = principal;
        this.secret = secret;
        this.policy = policy;
    }

    Principal principal() {
        return principal;
    }

    Policy policy() {
        return policy;
    }

    /** Compares in a time that does not depend on where the texts differ. */
    boolean isSecret(String text) {
        return Hashes.same(secret, text);
    }

    /** A keyed HMAC of this scope, for one use by one thread at a time. */
    Mac signer(Signature signature) {
        String scope = signature.scope();
        Mac prototype = derived.get(scope);
        if (prototype == null) {
            if (derived.size() >= MOST_DERIVED) {
                derived.clear();
            }
            prototype = derive(signature);
            derived.put(scope, prototype);
        }
        try {
            return (Mac) prototype.clone();
        } catch (CloneNotSupportedException e) {
            return derive(signature);
        }
    }

    private Mac derive(Signature signature) {
        byte[] key = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
        for (String part :
                new String[] {
                    signature.date(),
                    signature.region(),
                    signature.service(),
                    signature.terminator()
                }) {
            key = Hashes.hmac(key).doFinal(part.getBytes(StandardCharsets.UTF_8));
        }
        return Hashes.hmac(key);
    }

    @Override
    public String toString() {
        return "Credential[" + principal.accessKeyId() + "]";
    }
}
