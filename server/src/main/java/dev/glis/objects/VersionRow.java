package dev.glis.objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.ChecksumAlgorithm;
import dev.glis.base.Json;
import dev.glis.store.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A version as it is stored; without its key, which whoever reads it knows. */
record VersionRow(
        long rank,
        boolean isNull,
        boolean latest,
        boolean marker,
        long sizeBytes,
        Instant modifiedAt,
        String etag,
        String attributes,
        @Nullable String tags,
        @Nullable String checksum,
        @Nullable String blob,
        byte @Nullable [] wrappedKey,
        @Nullable String contentId,
        int partCount,
        byte @Nullable [] customerCheck,
        @Nullable Retention retention,
        boolean legalHold) {
    /** All of a version's columns, of a table that is called v. */
    static final String COLUMNS =
            "v.rank, v.is_null, v.latest, v.marker, v.size_bytes, v.modified_at, v.etag,"
                    + " v.attributes, v.tags, v.checksum, v.blob, v.wrapped_key, v.content_id,"
                    + " v.part_count, v.customer_check, v.retention, v.retain_until, v.legal_hold";

    static VersionRow of(ResultSet row) throws SQLException {
        return new VersionRow(
                row.getLong("rank"),
                row.getBoolean("is_null"),
                row.getBoolean("latest"),
                row.getBoolean("marker"),
                row.getLong("size_bytes"),
                Rows.instant(row, "modified_at"),
                Rows.text(row, "etag"),
                Rows.text(row, "attributes"),
                Rows.textOrNull(row, "tags"),
                Rows.textOrNull(row, "checksum"),
                Rows.textOrNull(row, "blob"),
                row.getBytes("wrapped_key"),
                Rows.textOrNull(row, "content_id"),
                row.getInt("part_count"),
                row.getBytes("customer_check"),
                retention(row),
                row.getBoolean("legal_hold"));
    }

    static @Nullable Retention retention(ResultSet row) throws SQLException {
        String mode = Rows.textOrNull(row, "retention");
        return mode == null
                ? null
                : new Retention(Retention.Mode.valueOf(mode), Rows.instant(row, "retain_until"));
    }

    /** As it came to be stored. */
    VersionRow placed(long newRank, boolean asNull) {
        return new VersionRow(
                newRank,
                asNull,
                true,
                marker,
                sizeBytes,
                modifiedAt,
                etag,
                attributes,
                tags,
                checksum,
                blob,
                wrappedKey,
                contentId,
                partCount,
                customerCheck,
                retention,
                legalHold);
    }

    String versionId() {
        return VersionIds.text(rank, isNull);
    }

    /** For whoever asked for this version. */
    ObjectInfo info(String key, boolean versioned) {
        JsonNode stored = Json.parse(attributes);
        return info(key, versioned, map(stored.path("h")), map(stored.path("m")), tagMap());
    }

    /** For a listing, which does not tell what only a request for the version itself does. */
    ObjectInfo listed(String key, boolean versioned) {
        return info(key, versioned, Map.of(), Map.of(), Map.of());
    }

    private ObjectInfo info(
            String key,
            boolean versioned,
            Map<String, String> headers,
            Map<String, String> metadata,
            Map<String, String> told) {
        return new ObjectInfo(
                key,
                versionId(),
                latest,
                marker,
                sizeBytes,
                etag,
                modifiedAt,
                headers,
                metadata,
                told,
                checksumOf(checksum),
                partCount,
                retention,
                legalHold,
                customerCheck != null,
                versioned);
    }

    Map<String, String> tagMap() {
        return tags == null ? Map.of() : map(Json.parse(tags));
    }

    static String attributes(Map<String, String> headers, Map<String, String> metadata) {
        ObjectNode stored = Json.object();
        put(stored.putObject("h"), headers);
        put(stored.putObject("m"), metadata);
        return Json.text(stored);
    }

    static @Nullable String tags(Map<String, String> tags) {
        if (tags.isEmpty()) {
            return null;
        }
        ObjectNode stored = Json.object();
        put(stored, tags);
        return Json.text(stored);
    }

    private static void put(ObjectNode target, Map<String, String> entries) {
        entries.forEach(target::put);
    }

    static Map<String, String> map(JsonNode stored) {
        var map = new LinkedHashMap<String, String>();
        stored.properties().forEach(entry -> map.put(entry.getKey(), entry.getValue().asText()));
        return map;
    }

    static @Nullable String text(@Nullable Checksum checksum) {
        return checksum == null
                ? null
                : checksum.algorithm() + ":" + checksum.kind() + ":" + checksum.value();
    }

    static @Nullable Checksum checksumOf(@Nullable String text) {
        if (text == null) {
            return null;
        }
        String[] words = text.split(":", 3);
        return new Checksum(
                ChecksumAlgorithm.valueOf(words[0]), Checksum.Kind.valueOf(words[1]), words[2]);
    }
}
