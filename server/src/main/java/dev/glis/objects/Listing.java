package dev.glis.objects;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of what is in a bucket, in the order of the keys' bytes in UTF-8.
 *
 * @param entries objects; or versions and delete markers, the newest of a key first
 * @param prefixes what keys with the delimiter behind the prefix are rolled up to
 * @param next where the next page goes on, or null for the last one
 */
public record Listing(List<ObjectInfo> entries, List<String> prefixes, @Nullable Position next) {
    /**
     * What to list.
     *
     * @param delimiter empty for none
     * @param after all up to here is left out; {@link Position#START} for nothing
     * @param most entries and prefixes; 0 to 1,000, more are cut to that
     */
    public record Query(String prefix, String delimiter, Position after, int most) {}

    /**
     * A place in a listing: behind a key, or a common prefix with all that is rolled up to it.
     *
     * @param key a key or a common prefix
     * @param versionId in a listing of versions, only those of the key up to this one are left out;
     *     null for all of the key
     */
    public record Position(String key, @Nullable String versionId) {
        /** Before everything. */
        public static final Position START = new Position("", null);

        /** Behind a key; the form of markers, {@code start-after} and continuation tokens. */
        public static Position behind(String key) {
            return new Position(key, null);
        }
    }
}
