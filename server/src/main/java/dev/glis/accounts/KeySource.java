package dev.glis.accounts;

import org.jspecify.annotations.Nullable;

/** Finds access keys. */
interface KeySource {
    /** Whether {@link #find} answers from memory. */
    boolean isInMemory(String accessKeyId);

    /** The key, or null when there is none. May read the store once. */
    @Nullable Credential find(String accessKeyId);
}
