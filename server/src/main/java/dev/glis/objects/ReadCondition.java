package dev.glis.objects;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What must hold of an object for it to be answered or copied, as RFC 9110 and S3 combine it.
 *
 * @param ifMatch ETags without quotes, among them {@code *} for any; empty for no condition
 * @param ifNoneMatch likewise
 */
public record ReadCondition(
        Set<String> ifMatch,
        Set<String> ifNoneMatch,
        @Nullable Instant ifModifiedSince,
        @Nullable Instant ifUnmodifiedSince) {
    /** Always. */
    public static final ReadCondition NONE = new ReadCondition(Set.of(), Set.of(), null, null);

    /** How an object stands to a condition. */
    public enum Verdict {
        HOLDS,
        /** 304 for a reader. */
        NOT_MODIFIED,
        /** 412. */
        FAILED
    }

    /** Judges an object. */
    public Verdict judge(ObjectInfo object) {
        if (!ifMatch.isEmpty()) {
            if (!matches(ifMatch, object)) {
                return Verdict.FAILED;
            }
        } else if (ifUnmodifiedSince != null
                && seconds(object) > ifUnmodifiedSince.getEpochSecond()) {
            return Verdict.FAILED;
        }
        if (!ifNoneMatch.isEmpty()) {
            return matches(ifNoneMatch, object) ? Verdict.NOT_MODIFIED : Verdict.HOLDS;
        }
        return ifModifiedSince != null && seconds(object) <= ifModifiedSince.getEpochSecond()
                ? Verdict.NOT_MODIFIED
                : Verdict.HOLDS;
    }

    private static boolean matches(Set<String> tags, ObjectInfo object) {
        return tags.contains("*") || tags.contains(object.etag());
    }

    private static long seconds(ObjectInfo object) {
        return object.modifiedAt().getEpochSecond();
    }
}
