package dev.glis.objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.Json;
import dev.glis.store.Transaction;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Appends what happened to an object to the change feed {@code objects:<bucket>}, in the
 * transaction that makes it happen: once for each notification of the bucket that asks for it.
 * Where nobody asks, nothing is appended.
 */
final class ObjectEvents {
    /** What can happen, by S3's names. */
    enum Event {
        PUT("ObjectCreated:Put"),
        COPY("ObjectCreated:Copy"),
        COMPLETE("ObjectCreated:CompleteMultipartUpload"),
        DELETE("ObjectRemoved:Delete"),
        DELETE_MARKER("ObjectRemoved:DeleteMarkerCreated");

        private final String text;

        Event(String text) {
            this.text = text;
        }
    }

    private ObjectEvents() {}

    /** The feed of a bucket. */
    static String source(String bucket) {
        return "objects:" + bucket;
    }

    static void append(
            Transaction tx,
            BucketRow bucket,
            Event event,
            String key,
            @Nullable VersionRow version,
            Instant time) {
        if (bucket.notifications() == null) {
            return;
        }
        JsonNode all = Json.parse(bucket.notifications());
        for (JsonNode one : all.path("LambdaFunctionConfigurations")) {
            if (asksFor(one, event.text) && concerns(one, key)) {
                tx.append(
                        source(bucket.bucket().name()),
                        Json.text(json(bucket, one, event, key, version, time)));
            }
        }
    }

    private static boolean asksFor(JsonNode notification, String event) {
        for (JsonNode asked : notification.path("Events")) {
            String text = asked.asText().substring("s3:".length());
            boolean all = text.endsWith("*");
            if (all ? event.startsWith(text.substring(0, text.length() - 1)) : event.equals(text)) {
                return true;
            }
        }
        return false;
    }

    private static boolean concerns(JsonNode notification, String key) {
        for (JsonNode rule : notification.path("Filter").path("Key").path("FilterRules")) {
            String value = rule.path("Value").asText();
            boolean holds =
                    rule.path("Name").asText().equalsIgnoreCase("prefix")
                            ? key.startsWith(value)
                            : key.endsWith(value);
            if (!holds) {
                return false;
            }
        }
        return true;
    }

    private static ObjectNode json(
            BucketRow bucket,
            JsonNode notification,
            Event event,
            String key,
            @Nullable VersionRow version,
            Instant time) {
        ObjectNode json =
                Json.object()
                        .put("event", event.text)
                        .put("time", time.toString())
                        .put("accountId", bucket.bucket().accountId())
                        .put("bucket", bucket.bucket().name())
                        .put("functionArn", notification.path("LambdaFunctionArn").asText())
                        .put("configurationId", notification.path("Id").asText())
                        // as in S3's events, which also lets any key stand in JSON that is stored
                        .put("key", URLEncoder.encode(key, StandardCharsets.UTF_8));
        if (version != null) {
            json.put("sequencer", "%016X".formatted(-version.rank()));
            if (!version.marker()) {
                json.put("size", version.sizeBytes()).put("eTag", version.etag());
            }
            if (bucket.versioned()) {
                json.put("versionId", version.versionId());
            }
        }
        return json;
    }
}
