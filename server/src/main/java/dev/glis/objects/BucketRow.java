package dev.glis.objects;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glis.base.Json;
import dev.glis.store.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * A bucket with what of its settings matters to objects.
 *
 * @param lock its setting {@code OBJECT_LOCK}, or null
 * @param notifications its setting {@code NOTIFICATIONS}, or null
 */
record BucketRow(Bucket bucket, @Nullable String lock, @Nullable String notifications) {
    /** All columns of a bucket, of a table that is called b. */
    static final String COLUMNS =
            "b.id, b.name, b.account_id, b.created_at, b.versioning, b.object_lock,"
                    + " b.settings->>'OBJECT_LOCK' AS lock,"
                    + " b.settings->>'NOTIFICATIONS' AS notifications";

    static BucketRow of(ResultSet row) throws SQLException {
        return new BucketRow(
                new Bucket(
                        row.getLong("id"),
                        Rows.text(row, "name"),
                        Rows.text(row, "account_id"),
                        Rows.instant(row, "created_at"),
                        Bucket.Versioning.valueOf(Rows.text(row, "versioning")),
                        row.getBoolean("object_lock")),
                Rows.textOrNull(row, "lock"),
                Rows.textOrNull(row, "notifications"));
    }

    long id() {
        return bucket.id();
    }

    boolean versioned() {
        return bucket.versioning() != Bucket.Versioning.OFF;
    }

    /** How long new objects are retained if nothing else is said; null for not at all. */
    @Nullable Retention defaultRetention(Instant now) {
        if (lock == null) {
            return null;
        }
        JsonNode rule = Json.parse(lock).path("Rule").path("DefaultRetention");
        if (rule.isMissingNode()) {
            return null;
        }
        var from = now.atOffset(ZoneOffset.UTC);
        Instant until =
                rule.has("Years")
                        ? from.plusYears(rule.path("Years").asInt()).toInstant()
                        : from.plusDays(rule.path("Days").asInt()).toInstant();
        return new Retention(Retention.Mode.valueOf(rule.path("Mode").asText()), until);
    }
}
