package dev.glis.objects;

import dev.glis.base.ChecksumAlgorithm;
import dev.glis.objects.Uploads.Upload;
import dev.glis.store.Rows;
import dev.glis.store.Transaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The SQL of unfinished uploads. */
final class UploadTables {
    private static final String COLUMNS =
            "u.id, u.key, u.started_at, u.attributes, u.tags, u.algorithm, u.kind,"
                    + " u.customer_check, u.retention, u.retain_until, u.legal_hold";

    private UploadTables() {}

    /** An upload as it is stored. */
    record UploadRow(
            String id,
            byte[] key,
            Instant startedAt,
            String attributes,
            @Nullable String tags,
            ChecksumAlgorithm algorithm,
            Checksum.Kind kind,
            byte @Nullable [] customerCheck,
            @Nullable Retention retention,
            boolean legalHold) {
        static UploadRow of(ResultSet row) throws SQLException {
            return new UploadRow(
                    Rows.text(row, "id"),
                    Rows.bytes(row, "key"),
                    Rows.instant(row, "started_at"),
                    Rows.text(row, "attributes"),
                    Rows.textOrNull(row, "tags"),
                    ChecksumAlgorithm.valueOf(Rows.text(row, "algorithm")),
                    Checksum.Kind.valueOf(Rows.text(row, "kind")),
                    row.getBytes("customer_check"),
                    VersionRow.retention(row),
                    row.getBoolean("legal_hold"));
        }

        Upload upload() {
            return new Upload(
                    KeyName.text(key), id, startedAt, algorithm, kind, customerCheck != null);
        }
    }

    static void insert(Transaction tx, BucketRow bucket, UploadRow row) {
        Retention retention = row.retention();
        tx.update(
                """
                INSERT INTO object_uploads (id, bucket_id, key, started_at, attributes, tags,
                    algorithm, kind, customer_check, retention, retain_until, legal_hold)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                row.id(),
                bucket.id(),
                row.key(),
                row.startedAt(),
                row.attributes(),
                row.tags(),
                row.algorithm().name(),
                row.kind().name(),
                row.customerCheck(),
                retention == null ? null : retention.mode().name(),
                retention == null ? null : retention.until(),
                row.legalHold());
    }

    /** An upload of this bucket and key. */
    static Optional<UploadRow> find(Transaction tx, BucketRow bucket, byte[] key, String uploadId) {
        return tx.find(
                UploadRow::of,
                "SELECT "
                        + COLUMNS
                        + " FROM object_uploads u WHERE u.id = ? AND u.bucket_id = ? AND u.key ="
                        + " ?",
                uploadId,
                bucket.id(),
                key);
    }

    /** As {@link #find}; while it is held the upload cannot end. */
    static Optional<UploadRow> hold(Transaction tx, BucketRow bucket, byte[] key, String uploadId) {
        return tx.find(
                UploadRow::of,
                "SELECT "
                        + COLUMNS
                        + " FROM object_uploads u WHERE u.id = ? AND u.bucket_id = ? AND u.key ="
                        + " ? FOR SHARE",
                uploadId,
                bucket.id(),
                key);
    }

    /** Removes an upload, not its parts; false if somebody else has. */
    static boolean remove(Transaction tx, String uploadId) {
        return tx.update("DELETE FROM object_uploads WHERE id = ?", uploadId) > 0;
    }

    /** Removes all uploads of a bucket with their parts. */
    static void removeAll(Transaction tx, long bucketId) {
        List<String> ids =
                tx.query(
                        row -> Rows.text(row, "id"),
                        "DELETE FROM object_uploads WHERE bucket_id = ? RETURNING id",
                        bucketId);
        ids.forEach(id -> ObjectTables.releaseParts(tx, id));
    }

    static Optional<PartRow> part(Transaction tx, String uploadId, int number) {
        return tx.find(
                PartRow::of,
                "SELECT "
                        + PartRow.COLUMNS
                        + " FROM object_parts p WHERE p.content_id = ? AND p.number = ?",
                uploadId,
                number);
    }

    /** Removes a part; its blob is collected later. */
    static void removePart(Transaction tx, String uploadId, PartRow part) {
        tx.update(
                "DELETE FROM object_parts WHERE content_id = ? AND number = ?",
                uploadId,
                part.part().number());
        ObjectTables.release(tx, part.blob());
    }

    /** Uploads of a bucket behind a key and ID, in their order, within a range of keys. */
    static List<UploadRow> list(
            Transaction tx,
            BucketRow bucket,
            byte[] afterKey,
            String afterId,
            byte[] from,
            byte[] to,
            int most) {
        return tx.query(
                UploadRow::of,
                "SELECT "
                        + COLUMNS
                        + " FROM object_uploads u WHERE u.bucket_id = ? AND (u.key, u.id) > (?, ?)"
                        + " AND u.key >= ? AND u.key < ? ORDER BY u.key, u.id LIMIT ?",
                bucket.id(),
                afterKey,
                afterId,
                from,
                to,
                most);
    }
}
