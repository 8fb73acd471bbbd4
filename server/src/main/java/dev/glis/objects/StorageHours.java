package dev.glis.objects;

import dev.glis.base.Clock;
import dev.glis.store.Store;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * Tells the meter once an hour how many bytes each bucket holds: all its versions, and the parts of
 * unfinished uploads. Bytes that copies share count for each. Used by one thread.
 */
final class StorageHours {
    private final Store store;
    private final ObjectMeter meter;
    private final Clock clock;

    StorageHours(Store store, ObjectMeter meter, Clock clock) {
        this.store = store;
        this.meter = meter;
        this.clock = clock;
    }

    /** What a bucket holds. */
    private record Held(String accountId, String bucket, long bytes) {}

    /** Counts the hour that began, unless it was counted. */
    void count() {
        Instant hour = clock.instant().truncatedTo(ChronoUnit.HOURS);
        if (begin(hour)) {
            for (Held held : held()) {
                meter.byteHours(held.accountId, held.bucket, held.bytes);
            }
        }
    }

    private boolean begin(Instant hour) {
        return store.write(
                        tx ->
                                tx.update(
                                        """
                                        INSERT INTO object_upkeep AS u (name, done_at)
                                        VALUES ('byte-hours', ?)
                                        ON CONFLICT (name) DO UPDATE SET done_at = excluded.done_at
                                        WHERE u.done_at < excluded.done_at
                                        """,
                                        hour))
                > 0;
    }

    private List<Held> held() {
        return store.read(
                tx ->
                        tx.query(
                                row -> new Held(row.getString(1), row.getString(2), row.getLong(3)),
                                """
                                SELECT b.account_id, b.name, sum(held.bytes)::bigint
                                FROM (
                                    SELECT bucket_id, sum(size_bytes) AS bytes
                                    FROM object_versions GROUP BY bucket_id
                                    UNION ALL
                                    SELECT u.bucket_id, sum(p.size_bytes) FROM object_uploads u
                                    JOIN object_parts p ON p.content_id = u.id GROUP BY u.bucket_id
                                ) held
                                JOIN object_buckets b ON b.id = held.bucket_id
                                GROUP BY b.account_id, b.name
                                """));
    }
}
