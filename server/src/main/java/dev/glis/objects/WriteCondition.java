package dev.glis.objects;

import org.jspecify.annotations.Nullable;

/**
 * What must hold of the key's current object for a change to be made, looked at in the same moment.
 *
 * @param ifMatch its ETag without quotes, or {@code *} for any; null for no condition
 * @param ifNoneMatch true when there must be none ({@code If-None-Match: *})
 */
public record WriteCondition(@Nullable String ifMatch, boolean ifNoneMatch) {
    /** Always. */
    public static final WriteCondition NONE = new WriteCondition(null, false);
}
