package dev.glis.objects;

import dev.glis.base.Sha256;
import dev.glis.store.Rows;
import dev.glis.store.Transaction;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The SQL of buckets' contents.
 *
 * <p>Whoever changes what is under a key holds the key's lock, and the bucket's shared; whoever
 * removes a bucket holds the bucket's alone. Locks are taken in a statement of their own before
 * anything is read, so that what is read is what the holder before has left.
 */
final class ObjectTables {
    private static final String CURRENT = find("", false);
    private static final String NULL_VERSION = find("AND w.is_null", false);
    private static final String BY_RANK = find("AND w.rank = ?", false);
    private static final String CURRENT_BYTES = find("", true);
    private static final String NULL_VERSION_BYTES = find("AND w.is_null", true);
    private static final String BY_RANK_BYTES = find("AND w.rank = ?", true);

    private static final String INSERT_BLOB =
            "INSERT INTO object_blobs (id, refs, size_bytes, content, crc)"
                    + " VALUES (?::uuid, 1, ?, ?, ?)";
    private static final String INSERT_VERSION =
            """
            INSERT INTO object_versions (
                bucket_id, key, rank, is_null, latest, marker, size_bytes, modified_at, etag,
                attributes, tags, checksum, blob, wrapped_key, content_id, part_count,
                customer_check, retention, retain_until, legal_hold)
            VALUES (?, ?, -nextval('object_sequence'), ?, true, ?, ?, ?, ?, ?, ?, ?, ?::uuid, ?, ?,
                ?, ?, ?, ?, ?)
            RETURNING rank
            """;

    private ObjectTables() {}

    /** A bucket and the first of its versions; on demand with the bytes that are in the store. */
    private static String find(String which, boolean bytes) {
        return "SELECT "
                + BucketRow.COLUMNS
                + ", "
                + VersionRow.COLUMNS
                + (bytes ? ", o.content" : "")
                + " FROM object_buckets b LEFT JOIN LATERAL (SELECT * FROM object_versions w"
                + " WHERE w.bucket_id = b.id AND w.key = ? "
                + which
                + " ORDER BY w.rank LIMIT 1) v ON true"
                + (bytes ? " LEFT JOIN object_blobs o ON o.id = v.blob" : "")
                + " WHERE b.name = ?";
    }

    /** A bucket, and what was found in it. */
    record Found(BucketRow bucket, @Nullable VersionRow version) {
        static Found of(ResultSet row) throws SQLException {
            BucketRow bucket = BucketRow.of(row);
            boolean none = row.getObject("rank") == null;
            return new Found(bucket, none ? null : VersionRow.of(row));
        }
    }

    /** Waits for whoever changes what is under the key, then keeps others from it until commit. */
    static void lock(Transaction tx, String bucket, String key) {
        tx.query(
                row -> true,
                "SELECT pg_advisory_xact_lock_shared(?), pg_advisory_xact_lock(?)",
                bucketLock(bucket),
                keyLock(bucket, key));
    }

    /** As {@link #lock}, with a second key that is only to stay as it is. */
    static void lock(Transaction tx, String bucket, String key, String source, String sourceKey) {
        long target = keyLock(bucket, key);
        long other = keyLock(source, sourceKey);
        lockBuckets(tx, bucket, source);
        if (target < other) {
            exclusive(tx, target);
            shared(tx, other);
        } else {
            if (other < target) {
                shared(tx, other);
            }
            exclusive(tx, target);
        }
    }

    private static void lockBuckets(Transaction tx, String bucket, String source) {
        long target = bucketLock(bucket);
        long other = bucketLock(source);
        shared(tx, Math.min(target, other));
        shared(tx, Math.max(target, other));
    }

    /** Waits for all who change anything in the bucket, then keeps all from it until commit. */
    static void lockBucket(Transaction tx, String bucket) {
        exclusive(tx, bucketLock(bucket));
    }

    private static void exclusive(Transaction tx, long lock) {
        tx.query(row -> true, "SELECT pg_advisory_xact_lock(?)", lock);
    }

    private static void shared(Transaction tx, long lock) {
        tx.query(row -> true, "SELECT pg_advisory_xact_lock_shared(?)", lock);
    }

    private static long bucketLock(String bucket) {
        return lock("bucket", bucket, "");
    }

    /** The order in which locks of keys are taken by who takes several. */
    static long keyLock(String bucket, String key) {
        return lock("key", bucket, key);
    }

    private static long lock(String kind, String bucket, String key) {
        byte[] name = (kind + "\0" + bucket + "\0" + key).getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.wrap(Sha256.digest().digest(name)).getLong();
    }

    static Optional<BucketRow> bucket(Transaction tx, String name) {
        return tx.find(
                BucketRow::of,
                "SELECT " + BucketRow.COLUMNS + " FROM object_buckets b WHERE b.name = ?",
                name);
    }

    /** The newest version of a key, be it a delete marker; nothing if there is no such bucket. */
    static Optional<Found> current(Transaction tx, String bucket, byte[] key) {
        return tx.find(Found::of, CURRENT, key, bucket);
    }

    /** A version by its ID; nothing if there is no such bucket. */
    static Optional<Found> version(Transaction tx, String bucket, byte[] key, String versionId) {
        return versionId.equals(ObjectInfo.NULL_VERSION)
                ? tx.find(Found::of, NULL_VERSION, key, bucket)
                : tx.find(Found::of, BY_RANK, key, VersionIds.rank(versionId), bucket);
    }

    /** What was found, with its bytes if they are in the store. */
    record FoundBytes(Found found, byte @Nullable [] content) {
        static FoundBytes of(ResultSet row) throws SQLException {
            return new FoundBytes(Found.of(row), row.getBytes("content"));
        }
    }

    /** As {@link #current} or {@link #version}, by one statement, with bytes. */
    static Optional<FoundBytes> bytes(
            Transaction tx, String bucket, byte[] key, @Nullable String versionId) {
        if (versionId == null) {
            return tx.find(FoundBytes::of, CURRENT_BYTES, key, bucket);
        }
        return versionId.equals(ObjectInfo.NULL_VERSION)
                ? tx.find(FoundBytes::of, NULL_VERSION_BYTES, key, bucket)
                : tx.find(FoundBytes::of, BY_RANK_BYTES, key, VersionIds.rank(versionId), bucket);
    }

    /**
     * Puts a version into the place that the bucket's versioning gives it.
     *
     * @param current the newest before
     * @return the version as it is stored
     */
    static VersionRow place(
            Transaction tx,
            BucketRow bucket,
            byte[] key,
            @Nullable VersionRow current,
            VersionRow made) {
        boolean keeps = bucket.bucket().versioning() == Bucket.Versioning.ENABLED;
        if (current != null) {
            if (!keeps) {
                removeNullVersion(tx, bucket, key, current);
            }
            if (keeps || !current.isNull()) {
                setLatest(tx, bucket, key, current.rank(), false);
            }
        }
        return insert(tx, bucket, key, made, !keeps);
    }

    private static void removeNullVersion(
            Transaction tx, BucketRow bucket, byte[] key, VersionRow current) {
        if (current.isNull()) {
            delete(tx, bucket, key, current);
        } else {
            version(tx, bucket.bucket().name(), key, ObjectInfo.NULL_VERSION)
                    .map(Found::version)
                    .ifPresent(before -> delete(tx, bucket, key, before));
        }
    }

    private static void setLatest(
            Transaction tx, BucketRow bucket, byte[] key, long rank, boolean latest) {
        tx.update(
                "UPDATE object_versions SET latest = ? WHERE bucket_id = ? AND key = ? AND rank ="
                        + " ?",
                latest,
                bucket.id(),
                key,
                rank);
    }

    private static VersionRow insert(
            Transaction tx, BucketRow bucket, byte[] key, VersionRow made, boolean isNull) {
        Retention retention = made.retention();
        long rank =
                tx.one(
                        row -> row.getLong("rank"),
                        INSERT_VERSION,
                        bucket.id(),
                        key,
                        isNull,
                        made.marker(),
                        made.sizeBytes(),
                        made.modifiedAt(),
                        made.etag(),
                        made.attributes(),
                        made.tags(),
                        made.checksum(),
                        made.blob(),
                        made.wrappedKey(),
                        made.contentId(),
                        made.partCount(),
                        made.customerCheck(),
                        retention == null ? null : retention.mode().name(),
                        retention == null ? null : retention.until(),
                        made.legalHold());
        return made.placed(rank, isNull);
    }

    /** Stores a blob that one version or part refers to. */
    static void insertBlob(Transaction tx, Written written) {
        tx.update(
                INSERT_BLOB,
                written.blob(),
                written.sizeBytes(),
                written.content(),
                written.inFile() ? written.crc() : null);
    }

    /** One more refers to a blob, which somebody under our lock refers to already. */
    static void share(Transaction tx, String blob) {
        tx.update("UPDATE object_blobs SET refs = refs + 1 WHERE id = ?::uuid", blob);
    }

    /** Removes a version; what it referred to is collected later. */
    static void remove(Transaction tx, BucketRow bucket, byte[] key, VersionRow version) {
        delete(tx, bucket, key, version);
        if (version.latest()) {
            newest(tx, bucket, key).ifPresent(rank -> setLatest(tx, bucket, key, rank, true));
        }
    }

    private static Optional<Long> newest(Transaction tx, BucketRow bucket, byte[] key) {
        return tx.find(
                row -> row.getLong("rank"),
                "SELECT rank FROM object_versions WHERE bucket_id = ? AND key = ?"
                        + " ORDER BY rank LIMIT 1",
                bucket.id(),
                key);
    }

    private static void delete(Transaction tx, BucketRow bucket, byte[] key, VersionRow version) {
        tx.update(
                "DELETE FROM object_versions WHERE bucket_id = ? AND key = ? AND rank = ?",
                bucket.id(),
                key,
                version.rank());
        if (version.blob() != null) {
            release(tx, version.blob());
        }
        if (version.contentId() != null) {
            releaseParts(tx, version.contentId());
        }
    }

    /** One less refers to a blob. */
    static void release(Transaction tx, String blob) {
        tx.update("UPDATE object_blobs SET refs = refs - 1 WHERE id = ?::uuid", blob);
    }

    /** Removes all parts of a content. */
    static void releaseParts(Transaction tx, String contentId) {
        tx.update(
                """
                WITH gone AS (DELETE FROM object_parts WHERE content_id = ? RETURNING blob),
                    counted AS (SELECT blob, count(*)::integer AS refs FROM gone GROUP BY blob)
                UPDATE object_blobs o SET refs = o.refs - counted.refs
                FROM counted WHERE o.id = counted.blob
                """,
                contentId);
    }

    /** Makes a second content of the same parts. */
    static void shareParts(Transaction tx, String contentId, String newContentId) {
        tx.update(
                """
                WITH made AS (
                    INSERT INTO object_parts
                    SELECT ?, number, size_bytes, etag, modified_at, checksum, blob, wrapped_key
                    FROM object_parts WHERE content_id = ? RETURNING blob),
                    counted AS (SELECT blob, count(*)::integer AS refs FROM made GROUP BY blob)
                UPDATE object_blobs o SET refs = o.refs + counted.refs
                FROM counted WHERE o.id = counted.blob
                """,
                newContentId,
                contentId);
    }

    /** The parts of a content, in their order. */
    static List<PartRow> parts(Transaction tx, String contentId, int after, int most) {
        return tx.query(
                PartRow::of,
                "SELECT "
                        + PartRow.COLUMNS
                        + " FROM object_parts p WHERE p.content_id = ? AND p.number > ?"
                        + " ORDER BY p.number LIMIT ?",
                contentId,
                after,
                most);
    }

    static void insertPart(Transaction tx, String contentId, PartRow row) {
        tx.update(
                """
                INSERT INTO object_parts (content_id, number, size_bytes, etag, modified_at,
                    checksum, blob, wrapped_key)
                VALUES (?, ?, ?, ?, ?, ?, ?::uuid, ?)
                """,
                contentId,
                row.part().number(),
                row.part().sizeBytes(),
                row.part().etag(),
                row.part().modifiedAt(),
                VersionRow.text(row.checksum()),
                row.blob(),
                row.wrappedKey());
    }

    static void setPartKey(Transaction tx, String contentId, int number, byte[] wrappedKey) {
        tx.update(
                "UPDATE object_parts SET wrapped_key = ? WHERE content_id = ? AND number = ?",
                wrappedKey,
                contentId,
                number);
    }

    /** The bytes of a blob that is in the store; nothing for one in a file. */
    static Optional<byte[]> content(Transaction tx, String blob) {
        return tx
                .query(
                        row -> Optional.ofNullable(row.getBytes("content")),
                        "SELECT content FROM object_blobs WHERE id = ?::uuid",
                        blob)
                .stream()
                .findFirst()
                .flatMap(found -> found);
    }

    /** Sets tags, as JSON. */
    static void setTags(
            Transaction tx, BucketRow bucket, byte[] key, long rank, @Nullable String tags) {
        tx.update(
                "UPDATE object_versions SET tags = ? WHERE bucket_id = ? AND key = ? AND rank = ?",
                tags,
                bucket.id(),
                key,
                rank);
    }

    static void setRetention(
            Transaction tx,
            BucketRow bucket,
            byte[] key,
            long rank,
            @Nullable Retention retention) {
        tx.update(
                "UPDATE object_versions SET retention = ?, retain_until = ?"
                        + " WHERE bucket_id = ? AND key = ? AND rank = ?",
                retention == null ? null : retention.mode().name(),
                retention == null ? null : retention.until(),
                bucket.id(),
                key,
                rank);
    }

    static void setLegalHold(
            Transaction tx, BucketRow bucket, byte[] key, long rank, boolean hold) {
        tx.update(
                "UPDATE object_versions SET legal_hold = ?"
                        + " WHERE bucket_id = ? AND key = ? AND rank = ?",
                hold,
                bucket.id(),
                key,
                rank);
    }

    /** A row of a page, or of what is rolled up. */
    record Listed(byte[] key, byte @Nullable [] common, VersionRow version) {
        static Listed of(ResultSet row) throws SQLException {
            return new Listed(Rows.bytes(row, "key"), row.getBytes("common"), VersionRow.of(row));
        }
    }
}
