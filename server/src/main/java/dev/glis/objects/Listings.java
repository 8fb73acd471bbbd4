package dev.glis.objects;

import dev.glis.base.Limits;
import dev.glis.objects.Listing.Position;
import dev.glis.objects.Listing.Query;
import dev.glis.objects.ObjectTables.Listed;
import dev.glis.store.Transaction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Pages of what is in a bucket. With a delimiter each row is looked up by itself in the index,
 * behind the row or the whole common prefix before it: what is rolled up is skipped, not read. So a
 * page costs its own length, whatever is in the bucket.
 */
final class Listings {
    private static final String BEHIND_STEP = "coalesce(step.common || '\\xff'::bytea, step.key)";

    /** What a key is rolled up to; null for nothing. */
    private static final String COMMON =
            """
            SELECT CASE WHEN found.at > 0 THEN substring(
                v.key FROM 1 FOR length(asked.prefix) + found.at + length(asked.delimiter) - 1)
                END AS common
            FROM (SELECT position(asked.delimiter IN substring(
                v.key FROM length(asked.prefix) + 1)) AS at) found
            """;

    /** Which rows, and how they are ordered. */
    private enum Kind {
        OBJECTS("v.latest AND NOT v.marker", "v.key > %s", "v.key"),
        VERSIONS("true", "(v.key, v.rank) > (%s, %s)", "v.key, v.rank");

        private final String plain;
        private final String rolled;

        Kind(String which, String behind, String order) {
            String first = behind.replace("%s", "?");
            String next = behind.formatted(BEHIND_STEP, "step.rank");
            this.plain = plain(which, first, order);
            this.rolled = rolled(which, first, next, order);
        }
    }

    private Listings() {}

    /** The range has its end so that other prefixes are not searched. */
    private static String plain(String which, String behind, String order) {
        return "SELECT v.key, NULL::bytea AS common, "
                + VersionRow.COLUMNS
                + " FROM object_versions v WHERE v.bucket_id = ? AND "
                + which
                + " AND "
                + behind
                + " AND v.key >= ? AND v.key < ? ORDER BY "
                + order
                + " LIMIT ?";
    }

    /** The first row, then each row behind the one before or behind what that is rolled up to. */
    private static String rolled(String which, String behind, String behindStep, String order) {
        return """
            WITH RECURSIVE asked AS (
                SELECT ?::bigint AS bucket_id, ?::bytea AS prefix, ?::bytea AS behind,
                    ?::bytea AS delimiter),
            step AS (
                (SELECT v.*, common_prefix.common
                FROM asked, LATERAL (
                    SELECT * FROM object_versions v
                    WHERE v.bucket_id = asked.bucket_id AND %2$s
                        AND %3$s AND v.key >= asked.prefix AND v.key < asked.behind
                    ORDER BY %5$s LIMIT 1) v
                CROSS JOIN LATERAL (%1$s) common_prefix)
                UNION ALL
                SELECT v.*, common_prefix.common
                FROM step, asked, LATERAL (
                    SELECT * FROM object_versions v
                    WHERE v.bucket_id = asked.bucket_id AND %2$s
                        AND %4$s AND v.key < asked.behind
                    ORDER BY %5$s LIMIT 1) v
                CROSS JOIN LATERAL (%1$s) common_prefix)
            SELECT v.key, v.common, %6$s FROM step v LIMIT ?
            """
                .formatted(COMMON, which, behind, behindStep, order, VersionRow.COLUMNS);
    }

    static Listing objects(Transaction tx, BucketRow bucket, Query query) {
        return new Page(bucket, query, Kind.OBJECTS).read(tx);
    }

    static Listing versions(Transaction tx, BucketRow bucket, Query query) {
        return new Page(bucket, query, Kind.VERSIONS).read(tx);
    }

    /** One page in the making. */
    private record Page(BucketRow bucket, Query query, Kind kind) {
        Listing read(Transaction tx) {
            int most = Math.clamp(query.most(), 0, Limits.OBJECT_LIST_ENTRIES.intValue());
            List<Listed> rows = rows(tx, most + 1);
            var entries = new ArrayList<ObjectInfo>();
            var prefixes = new ArrayList<String>();
            for (Listed row : rows.subList(0, Math.min(most, rows.size()))) {
                if (row.common() == null) {
                    entries.add(row.version().listed(KeyName.text(row.key()), bucket.versioned()));
                } else {
                    prefixes.add(KeyName.text(row.common()));
                }
            }
            boolean more = most > 0 && rows.size() > most;
            return new Listing(entries, prefixes, more ? position(rows.get(most - 1)) : null);
        }

        private Position position(Listed last) {
            boolean versions = kind == Kind.VERSIONS && last.common() == null;
            return new Position(
                    KeyName.text(last.common() == null ? last.key() : last.common()),
                    versions ? last.version().versionId() : null);
        }

        private List<Listed> rows(Transaction tx, int most) {
            byte[] prefix = KeyName.anyBytes(query.prefix());
            byte[] behind = KeyName.behindAll(prefix);
            byte[] delimiter = KeyName.anyBytes(query.delimiter());
            boolean rolled = delimiter.length > 0;
            var parameters = new ArrayList<Object>();
            parameters.add(bucket.id());
            if (rolled) {
                parameters.addAll(List.of(prefix, behind, delimiter));
            }
            Start start = start(tx);
            parameters.add(start.key);
            if (kind == Kind.VERSIONS) {
                parameters.add(start.rank);
            }
            if (!rolled) {
                parameters.addAll(List.of(prefix, behind));
            }
            parameters.add(most);
            return tx.query(Listed::of, rolled ? kind.rolled : kind.plain, parameters.toArray());
        }

        /** Behind this key and rank the page begins. */
        private record Start(byte[] key, long rank) {}

        private Start start(Transaction tx) {
            Position after = query.after();
            byte[] key = KeyName.anyBytes(after.key());
            if (after.versionId() != null) {
                return new Start(key, rank(tx, key, after.versionId()));
            }
            return new Start(
                    isCommonPrefix(after.key()) ? KeyName.behindAll(key) : key, Long.MAX_VALUE);
        }

        /** Whether the page before ended with a common prefix: then all of it is done. */
        private boolean isCommonPrefix(String key) {
            String delimiter = query.delimiter();
            int at = key.indexOf(delimiter, query.prefix().length());
            return !delimiter.isEmpty()
                    && key.startsWith(query.prefix())
                    && at >= 0
                    && at + delimiter.length() == key.length();
        }

        /** A null version that is gone meanwhile lets the versions of its key begin anew. */
        private long rank(Transaction tx, byte[] key, String versionId) {
            if (!versionId.equals(ObjectInfo.NULL_VERSION)) {
                return VersionIds.rank(versionId);
            }
            @Nullable VersionRow found =
                    ObjectTables.version(tx, bucket.bucket().name(), key, versionId)
                            .map(ObjectTables.Found::version)
                            .orElse(null);
            return found == null ? Long.MIN_VALUE : found.rank();
        }
    }
}
