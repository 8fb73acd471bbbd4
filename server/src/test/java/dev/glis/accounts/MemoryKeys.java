package dev.glis.accounts;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keys without a store. */
final class MemoryKeys implements KeySource {
    private final Map<String, Credential> credentials = new HashMap<>();

    MemoryKeys with(String accessKeyId, String secret) {
        var root =
                new Principal(
                        "123456789012",
                        accessKeyId,
                        "arn:aws:iam::123456789012:root",
                        "123456789012");
        credentials.put(accessKeyId, new Credential(root, secret, Policy.NOTHING));
        return this;
    }

    @Override
    public boolean isInMemory(String accessKeyId) {
        return credentials.containsKey(accessKeyId);
    }

    @Override
    public @Nullable Credential find(String accessKeyId) {
        return credentials.get(accessKeyId);
    }
}
