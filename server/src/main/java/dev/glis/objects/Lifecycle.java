package dev.glis.objects;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glis.base.Clock;
import dev.glis.objects.ObjectTables.Found;
import dev.glis.store.Rows;
import dev.glis.store.Store;
import dev.glis.store.Transaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Does what buckets' lifecycles say: expires objects, removes noncurrent versions and lonely delete
 * markers, gives old uploads up. Candidates are found page by page; each is looked at again under
 * its key's lock before it goes. As in S3 this raises no events. Used by one thread.
 */
final class Lifecycle {
    private static final int PAGE = 500;

    private static final String CURRENT = "v.latest AND NOT v.marker AND v.modified_at <= ?";
    private static final String MARKERS =
            "v.latest AND v.marker AND v.modified_at <= ? AND NOT EXISTS (SELECT FROM"
                    + " object_versions w WHERE w.bucket_id = v.bucket_id AND w.key = v.key AND"
                    + " w.rank > v.rank)";

    /** Noncurrent since the version after it was made. */
    private static final String NONCURRENT =
            "NOT v.latest AND (SELECT w.modified_at FROM object_versions w WHERE w.bucket_id ="
                    + " v.bucket_id AND w.key = v.key AND w.rank < v.rank ORDER BY w.rank DESC"
                    + " LIMIT 1) <= ? AND (SELECT count(*) FROM object_versions w WHERE"
                    + " w.bucket_id = v.bucket_id AND w.key = v.key AND w.rank < v.rank AND NOT"
                    + " w.latest) >= ?";

    private final Store store;
    private final Clock clock;

    Lifecycle(Store store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** Does all that is due. */
    void run() {
        for (Governed bucket : governed()) {
            for (LifecycleRule rule : LifecycleRule.of(bucket.setting)) {
                apply(bucket.bucket, rule, clock.instant());
            }
        }
    }

    /** A bucket with its lifecycle. */
    private record Governed(BucketRow bucket, String setting) {}

    private List<Governed> governed() {
        return store.read(
                tx ->
                        tx.query(
                                row -> new Governed(BucketRow.of(row), Rows.text(row, "lifecycle")),
                                "SELECT "
                                        + BucketRow.COLUMNS
                                        + ", b.settings->>'LIFECYCLE' AS lifecycle FROM"
                                        + " object_buckets b WHERE b.settings->>'LIFECYCLE' IS NOT"
                                        + " NULL"));
    }

    private void apply(BucketRow bucket, LifecycleRule rule, Instant now) {
        expire(bucket, rule, now);
        if (!rule.noncurrent().isMissingNode()) {
            long days = rule.noncurrent().path("NoncurrentDays").asLong();
            long kept = rule.noncurrent().path("NewerNoncurrentVersions").asLong(0);
            each(
                    bucket,
                    rule,
                    NONCURRENT,
                    new Object[] {LifecycleRule.made(now, days), kept},
                    rule::concerns);
        }
        if (!rule.uploads().isMissingNode()) {
            long days = rule.uploads().path("DaysAfterInitiation").asLong();
            abort(bucket, rule, LifecycleRule.made(now, days));
        }
    }

    private void expire(BucketRow bucket, LifecycleRule rule, Instant now) {
        JsonNode expiration = rule.expiration();
        if (expiration.path("ExpiredObjectDeleteMarker").asBoolean(false)) {
            each(bucket, rule, MARKERS, new Object[] {now}, marker -> true);
        }
        if (expiration.has("Days")) {
            Instant made = LifecycleRule.made(now, expiration.path("Days").asLong());
            each(bucket, rule, CURRENT, new Object[] {made}, rule::concerns);
        }
        if (expiration.has("Date")
                && !now.isBefore(Instant.parse(expiration.path("Date").asText()))) {
            each(bucket, rule, CURRENT, new Object[] {now}, rule::concerns);
        }
    }

    /** A version that may have to go. */
    private record Candidate(byte[] key, VersionRow version) {
        static Candidate of(ResultSet row) throws SQLException {
            return new Candidate(Rows.bytes(row, "key"), VersionRow.of(row));
        }
    }

    private void each(
            BucketRow bucket,
            LifecycleRule rule,
            String which,
            Object[] parameters,
            Predicate<VersionRow> concerned) {
        @Nullable Candidate last = null;
        do {
            List<Candidate> page = page(bucket, rule, which, parameters, last);
            for (Candidate candidate : page) {
                if (concerned.test(candidate.version)) {
                    remove(bucket, candidate);
                }
            }
            last = page.size() < PAGE ? null : page.getLast();
        } while (last != null);
    }

    private List<Candidate> page(
            BucketRow bucket,
            LifecycleRule rule,
            String which,
            Object[] parameters,
            @Nullable Candidate last) {
        byte[] prefix = KeyName.anyBytes(rule.prefix());
        var all = new ArrayList<Object>();
        all.add(bucket.id());
        all.add(last == null ? prefix : last.key);
        all.add(last == null ? Long.MIN_VALUE : last.version.rank());
        all.add(KeyName.behindAll(prefix));
        all.addAll(List.of(parameters));
        all.add(PAGE);
        return store.read(
                tx ->
                        tx.query(
                                Candidate::of,
                                "SELECT v.key, "
                                        + VersionRow.COLUMNS
                                        + " FROM object_versions v WHERE v.bucket_id = ? AND"
                                        + " (v.key, v.rank) > (?, ?) AND v.key < ? AND "
                                        + which
                                        + " ORDER BY v.key, v.rank LIMIT ?",
                                all.toArray()));
    }

    /** Removes it if it is still what it was, and nothing holds it. */
    private void remove(BucketRow bucket, Candidate candidate) {
        String name = bucket.bucket().name();
        String key = KeyName.text(candidate.key);
        store.write(
                tx -> {
                    ObjectTables.lock(tx, name, key);
                    Found found =
                            ObjectTables.version(
                                            tx, name, candidate.key, candidate.version.versionId())
                                    .orElse(null);
                    VersionRow version = found == null ? null : found.version();
                    if (found != null
                            && version != null
                            && found.bucket().id() == bucket.id()
                            && version.rank() == candidate.version.rank()
                            && version.latest() == candidate.version.latest()) {
                        removeFound(tx, found, candidate.key, version);
                    }
                    return true;
                });
    }

    private void removeFound(Transaction tx, Found found, byte[] key, VersionRow version) {
        Instant now = StoredObjects.millis(clock);
        if (version.latest() && !version.marker() && found.bucket().versioned()) {
            ObjectTables.place(tx, found.bucket(), key, version, StoredObjects.marker(now));
        } else if (!ObjectRules.isLocked(version, false, now)) {
            ObjectTables.remove(tx, found.bucket(), key, version);
        }
    }

    private void abort(BucketRow bucket, LifecycleRule rule, Instant startedBefore) {
        byte[] prefix = KeyName.anyBytes(rule.prefix());
        List<String> ids =
                store.read(
                        tx ->
                                tx.query(
                                        row -> Rows.text(row, "id"),
                                        "SELECT id FROM object_uploads WHERE bucket_id = ? AND"
                                                + " key >= ? AND key < ? AND started_at <= ?",
                                        bucket.id(),
                                        prefix,
                                        KeyName.behindAll(prefix),
                                        startedBefore));
        for (String id : ids) {
            store.write(
                    tx -> {
                        StoredUploads.remove(tx, id);
                        return id;
                    });
        }
    }
}
