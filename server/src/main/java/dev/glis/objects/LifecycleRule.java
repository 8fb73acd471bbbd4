package dev.glis.objects;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glis.base.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A rule of a bucket's lifecycle that is enabled, as {@link BucketRules} has let it in.
 *
 * @param moreThan bytes, or -1
 * @param lessThan bytes, or {@link Long#MAX_VALUE}
 */
record LifecycleRule(
        JsonNode json, String prefix, Map<String, String> tags, long moreThan, long lessThan) {
    /** The rules of a setting. */
    static List<LifecycleRule> of(String setting) {
        var rules = new ArrayList<LifecycleRule>();
        for (JsonNode json : Json.parse(setting).path("Rules")) {
            if (json.path("Status").asText().equals("Enabled")) {
                rules.add(of(json));
            }
        }
        return rules;
    }

    private static LifecycleRule of(JsonNode json) {
        JsonNode filter = json.path("Filter");
        JsonNode asked = filter.has("And") ? filter.path("And") : filter;
        var tags = new HashMap<String, String>();
        addTag(tags, asked.path("Tag"));
        asked.path("Tags").forEach(tag -> addTag(tags, tag));
        return new LifecycleRule(
                json,
                asked.path("Prefix").asText(json.path("Prefix").asText()),
                tags,
                asked.path("ObjectSizeGreaterThan").asLong(-1),
                asked.path("ObjectSizeLessThan").asLong(Long.MAX_VALUE));
    }

    private static void addTag(Map<String, String> tags, JsonNode tag) {
        if (tag.isObject()) {
            tags.put(tag.path("Key").asText(), tag.path("Value").asText());
        }
    }

    /** Whether it is about this version, whose key has the prefix. */
    boolean concerns(VersionRow version) {
        return version.sizeBytes() > moreThan
                && version.sizeBytes() < lessThan
                && version.tagMap().entrySet().containsAll(tags.entrySet());
    }

    JsonNode expiration() {
        return json.path("Expiration");
    }

    JsonNode noncurrent() {
        return json.path("NoncurrentVersionExpiration");
    }

    JsonNode uploads() {
        return json.path("AbortIncompleteMultipartUpload");
    }

    /**
     * What was made no later than this is so many days old: as S3 counts, a day ends at midnight.
     */
    static Instant made(Instant now, long daysAgo) {
        return now.truncatedTo(ChronoUnit.DAYS).minus(daysAgo, ChronoUnit.DAYS);
    }
}
