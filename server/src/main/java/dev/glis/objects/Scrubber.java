package dev.glis.objects;

import dev.glis.base.Clock;
import dev.glis.base.Limits;
import dev.glis.store.Rows;
import dev.glis.store.Store;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Looks for bytes that have changed on disk: reads file after file, the one that was read longest
 * ago first, and compares it with the checksum that was taken when it was written. That needs no
 * key. PostgreSQL checks its own pages. What is damaged is logged with the objects that it belongs
 * to, and marked. At most so many bytes a second are read on average. Used by one thread.
 */
final class Scrubber {
    private static final System.Logger LOG = System.getLogger(Scrubber.class.getName());
    private static final int BUFFER_BYTES = 256 * 1024;
    private static final int MOST_NAMED = 10;

    private final Store store;
    private final BlobFiles files;
    private final Clock clock;
    private long allowedBytes;

    Scrubber(Store store, BlobFiles files, Clock clock) {
        this.store = store;
        this.files = files;
        this.clock = clock;
    }

    /** A file to be read. */
    private record Blob(String id, long sizeBytes, long crc) {}

    /** Reads as much as may be read in a second; what was too much is made up for later. */
    void second() {
        allowedBytes = Math.min(allowedBytes, 0) + Limits.OBJECT_SCRUB_BYTES.value();
        while (allowedBytes > 0) {
            Optional<Blob> next = next();
            if (next.isEmpty()) {
                return;
            }
            allowedBytes -= next.get().sizeBytes;
            verify(next.get());
        }
    }

    /** One that was not read for a day at least. */
    private Optional<Blob> next() {
        Instant before = clock.instant().minusMillis(Limits.OBJECT_SCRUB_MS.value());
        return store.read(
                tx ->
                        tx.find(
                                row ->
                                        new Blob(
                                                Rows.text(row, "id"),
                                                row.getLong("size_bytes"),
                                                row.getLong("crc")),
                                """
                                SELECT id, size_bytes, crc FROM object_blobs
                                WHERE crc IS NOT NULL
                                    AND (verified_at IS NULL OR verified_at <= ?)
                                ORDER BY verified_at NULLS FIRST, id LIMIT 1
                                """,
                                before));
    }

    private void verify(Blob blob) {
        boolean damaged = isDamaged(blob);
        int marked =
                store.write(
                        tx ->
                                tx.update(
                                        "UPDATE object_blobs SET verified_at = ?, damaged = ?"
                                                + " WHERE id = ?::uuid AND refs > 0",
                                        clock.instant(),
                                        damaged,
                                        blob.id));
        if (damaged && marked > 0) {
            report(blob);
        }
    }

    private boolean isDamaged(Blob blob) {
        var crc = new CRC32C();
        var buffer = ByteBuffer.allocate(BUFFER_BYTES);
        try (var file = files.open(blob.id)) {
            while (file.read(buffer) >= 0) {
                crc.update(buffer.flip());
                buffer.clear();
            }
            return crc.getValue() != blob.crc;
        } catch (IOException e) {
            return true;
        }
    }

    private void report(Blob blob) {
        List<String> names = objects(blob);
        LOG.log(
                System.Logger.Level.ERROR,
                "The file {0} of stored objects is damaged; restore it from a backup. It belongs"
                        + " to {1}",
                blob.id,
                names.isEmpty() ? "unfinished uploads" : String.join(", ", names));
    }

    private List<String> objects(Blob blob) {
        return store.read(
                tx ->
                        tx.query(
                                row ->
                                        Rows.text(row, "name")
                                                + "/"
                                                + KeyName.text(Rows.bytes(row, "key")),
                                """
                                SELECT b.name, v.key FROM object_versions v
                                JOIN object_buckets b ON b.id = v.bucket_id
                                WHERE v.blob = ?::uuid OR v.content_id IN (
                                    SELECT content_id FROM object_parts WHERE blob = ?::uuid)
                                LIMIT ?
                                """,
                                blob.id,
                                blob.id,
                                MOST_NAMED));
    }

    /** How many damaged files were found and are still referred to. */
    long damaged() {
        return store.read(
                tx ->
                        tx.one(
                                row -> row.getLong(1),
                                "SELECT count(*) FROM object_blobs WHERE damaged AND refs > 0"));
    }
}
