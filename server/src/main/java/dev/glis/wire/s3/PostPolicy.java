package dev.glis.wire.s3;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glis.base.BulkInputStream;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The document by which somebody with a key lets a form be uploaded. */
final class PostPolicy {
    private static final Set<String> NEEDS_NO_CONDITION =
            Set.of("x-amz-signature", "policy", "file");

    private final Map<String, String> fields;
    private final Set<String> covered = new HashSet<>();
    private long leastBytes;
    private long mostBytes = Long.MAX_VALUE;

    private PostPolicy(Map<String, String> fields) {
        this.fields = fields;
    }

    /**
     * Reads a policy and holds the form to it.
     *
     * @param base64 of the document
     * @param fields of the form, and what else conditions may name, by names in lower case
     * @throws S3Refusal when it has expired or a condition does not hold
     */
    static PostPolicy hold(String base64, Map<String, String> fields, Instant now) {
        JsonNode document = parse(base64);
        if (!now.isBefore(ObjectHeaders.isoTime(document.path("expiration").asText("")))) {
            throw failed("Policy expired.");
        }
        var policy = new PostPolicy(fields);
        document.path("conditions").forEach(policy::hold);
        policy.requireAllCovered();
        return policy;
    }

    private static JsonNode parse(String base64) {
        try {
            return Json.parse(Base64.getDecoder().decode(base64.strip()));
        } catch (IllegalArgumentException | Fault e) {
            throw new S3Refusal(400, "InvalidPolicyDocument", "Invalid Policy: Invalid JSON.");
        }
    }

    private void hold(JsonNode condition) {
        if (condition.isObject()) {
            condition
                    .properties()
                    .forEach(member -> equal(member.getKey(), member.getValue().asText()));
            return;
        }
        String kind = condition.path(0).asText("").toLowerCase(Locale.ROOT);
        String name = condition.path(1).asText("");
        String value = condition.path(2).asText("");
        switch (kind) {
            case "eq" -> equal(name, value);
            case "starts-with" -> {
                String field = field(name);
                require(
                        fields.getOrDefault(field, "").startsWith(value),
                        "[\"starts-with\", \"" + name + "\", \"" + value + "\"]");
            }
            case "content-length-range" -> {
                leastBytes = condition.path(1).asLong();
                mostBytes = condition.path(2).asLong();
            }
            default ->
                    throw new S3Refusal(
                            400,
                            "InvalidPolicyDocument",
                            "Invalid Policy: unknown condition " + kind);
        }
    }

    private void equal(String name, String value) {
        String field = field(name);
        require(
                value.equals(fields.getOrDefault(field, "")),
                "[\"eq\", \"$" + field + "\", \"" + value + "\"]");
    }

    private String field(String name) {
        String field = (name.startsWith("$") ? name.substring(1) : name).toLowerCase(Locale.ROOT);
        covered.add(field);
        return field;
    }

    private static void require(boolean holds, String condition) {
        if (!holds) {
            throw failed("Policy Condition failed: " + condition);
        }
    }

    private void requireAllCovered() {
        for (String field : fields.keySet()) {
            if (!covered.contains(field)
                    && !NEEDS_NO_CONDITION.contains(field)
                    && !field.equals("bucket")
                    && !field.startsWith("x-ignore-")) {
                throw failed("Extra input fields: " + field);
            }
        }
    }

    private static S3Refusal failed(String why) {
        return new S3Refusal(403, "AccessDenied", "Invalid according to Policy: " + why);
    }

    /** The file, which breaks off when it has more or fewer bytes than it may. */
    InputStream sized(InputStream file) {
        return new BulkInputStream() {
            private long bytes;

            @Override
            public int read(byte[] to, int from, int most) throws IOException {
                int count = file.read(to, from, most);
                bytes += Math.max(0, count);
                if (bytes > mostBytes) {
                    throw new S3Refusal(
                            400,
                            "EntityTooLarge",
                            "Your proposed upload exceeds the maximum allowed size");
                }
                if (count < 0 && bytes < leastBytes) {
                    throw new S3Refusal(
                            400,
                            "EntityTooSmall",
                            "Your proposed upload is smaller than the minimum allowed size");
                }
                return count;
            }
        };
    }
}
