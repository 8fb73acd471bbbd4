package dev.glis.wire.s3;

import dev.glis.base.ChecksumAlgorithm;
import dev.glis.net.Headers;
import dev.glis.objects.Attributes;
import dev.glis.objects.Body;
import dev.glis.objects.Checksum;
import dev.glis.objects.CustomerKey;
import dev.glis.objects.ObjectInfo;
import dev.glis.objects.ReadCondition;
import dev.glis.objects.Retention;
import dev.glis.objects.WriteCondition;
import dev.glis.wire.Query;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What header fields say of objects, in both directions. */
final class ObjectHeaders {
    private static final String META = "x-amz-meta-";
    private static final String CHECKSUM = "x-amz-checksum-";
    private static final String ENCRYPTION = "x-amz-server-side-encryption";
    private static final String CUSTOMER = ENCRYPTION + "-customer-";
    private static final String COPY_SOURCE = "x-amz-copy-source-";
    private static final Set<String> CANNED_OF_OWNER =
            Set.of("private", "bucket-owner-full-control", "bucket-owner-read");
    private static final List<String> KEPT =
            List.of(
                    "content-type",
                    "cache-control",
                    "content-disposition",
                    "content-encoding",
                    "content-language",
                    "expires",
                    "x-amz-website-redirect-location");

    private ObjectHeaders() {}

    // ---- what clients say

    static Attributes attributes(S3Call call) {
        refuseGrants(call);
        requireOwnEncryption(call);
        return new Attributes(
                kept(call),
                metadata(call.request().headers()),
                tags(call),
                call.header("x-amz-storage-class"),
                retention(call),
                "ON".equals(call.header("x-amz-object-lock-legal-hold")),
                customerKey(call));
    }

    private static Map<String, String> kept(S3Call call) {
        var kept = new HashMap<String, String>();
        for (String name : KEPT) {
            String value = call.header(name);
            if (value != null && name.equals("content-encoding")) {
                value = withoutChunked(value);
            }
            if (value != null && !value.isEmpty()) {
                kept.put(name, value);
            }
        }
        return kept;
    }

    /** What is left when the form in which the body came is taken away. */
    private static String withoutChunked(String encodings) {
        var left = new ArrayList<String>();
        for (String encoding : encodings.split(",", -1)) {
            if (!encoding.strip().equalsIgnoreCase("aws-chunked") && !encoding.isBlank()) {
                left.add(encoding.strip());
            }
        }
        return String.join(",", left);
    }

    private static Map<String, String> metadata(Headers headers) {
        var metadata = new HashMap<String, String>();
        headers.forEachLowerCase(
                (name, value) -> {
                    if (name.startsWith(META)) {
                        metadata.merge(
                                name.substring(META.length()),
                                value,
                                (one, other) -> one + "," + other);
                    }
                });
        return metadata;
    }

    private static Map<String, String> tags(S3Call call) {
        var tags = new LinkedHashMap<String, String>();
        Query.parse(call.request().headers().get("x-amz-tagging", ""))
                .values()
                .forEach(
                        (name, values) -> {
                            if (values.size() > 1) {
                                throw new S3Refusal(
                                        400,
                                        "InvalidTag",
                                        "Cannot provide multiple Tags with the same key");
                            }
                            tags.put(name, values.getFirst());
                        });
        return tags;
    }

    private static @Nullable Retention retention(S3Call call) {
        String mode = call.header("x-amz-object-lock-mode");
        String until = call.header("x-amz-object-lock-retain-until-date");
        if (mode == null && until == null) {
            return null;
        }
        if (mode == null || until == null) {
            throw S3Refusal.invalidArgument(
                    "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be"
                            + " supplied",
                    "x-amz-object-lock-mode",
                    String.valueOf(mode));
        }
        return new Retention(lockMode(mode), isoTime(until));
    }

    static Retention.Mode lockMode(String mode) {
        return switch (mode) {
            case "GOVERNANCE" -> Retention.Mode.GOVERNANCE;
            case "COMPLIANCE" -> Retention.Mode.COMPLIANCE;
            default ->
                    throw S3Refusal.invalidArgument(
                            "Unknown wormMode directive.", "x-amz-object-lock-mode", mode);
        };
    }

    static Instant isoTime(String text) {
        try {
            return DateTimeFormatter.ISO_DATE_TIME
                    .withZone(ZoneOffset.UTC)
                    .parse(text, Instant::from);
        } catch (DateTimeException e) {
            throw S3Refusal.invalidArgument(
                    "The date is not in ISO 8601 format", "retain-until-date", text);
        }
    }

    /**
     * Access lists are off, as they are in new buckets of AWS: the owner of the bucket owns all.
     */
    private static void refuseGrants(S3Call call) {
        String canned = call.header("x-amz-acl");
        boolean grants = canned != null && !CANNED_OF_OWNER.contains(canned);
        for (String name : List.of("read", "write", "read-acp", "write-acp", "full-control")) {
            grants |= call.header("x-amz-grant-" + name) != null;
        }
        if (grants) {
            throw new S3Refusal(
                    400, "AccessControlListNotSupported", "The bucket does not allow ACLs");
        }
    }

    private static void requireOwnEncryption(S3Call call) {
        String encryption = call.header(ENCRYPTION);
        if (encryption != null && !encryption.equals("AES256")) {
            throw S3Refusal.notImplemented(ENCRYPTION + ": " + encryption + "; there is AES256");
        }
    }

    /** The key that the client has for the object itself, or null. */
    static @Nullable CustomerKey customerKey(S3Call call) {
        return customerKey(call, CUSTOMER);
    }

    /** The key that the client has for what it copies, or null. */
    static @Nullable CustomerKey sourceKey(S3Call call) {
        return customerKey(call, COPY_SOURCE + CUSTOMER.substring("x-amz-".length()));
    }

    private static @Nullable CustomerKey customerKey(S3Call call, String prefix) {
        String algorithm = call.header(prefix + "algorithm");
        String key = call.header(prefix + "key");
        if (algorithm == null && key == null) {
            return null;
        }
        if (algorithm == null || key == null) {
            throw S3Refusal.invalidArgument(
                    "Requests specifying Server Side Encryption with Customer provided keys must"
                            + " provide an algorithm and a key.",
                    prefix + (algorithm == null ? "algorithm" : "key"),
                    "null");
        }
        if (!algorithm.equals("AES256")) {
            throw new S3Refusal(
                    400,
                    "InvalidEncryptionAlgorithmError",
                    "The encryption request that you specified is not valid. The valid value is"
                            + " AES256.");
        }
        byte[] bytes = base64(prefix + "key", key);
        String md5 = call.header(prefix + "key-md5");
        if (md5 == null || !md5.equals(S3Call.md5(bytes))) {
            throw S3Refusal.invalidArgument(
                    "The calculated MD5 hash of the key did not match the hash that was provided.",
                    prefix + "key-MD5",
                    String.valueOf(md5));
        }
        return new CustomerKey(bytes);
    }

    private static byte[] base64(String name, String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw S3Refusal.invalidArgument("It is not in base 64", name, "");
        }
    }

    static WriteCondition writeCondition(S3Call call) {
        String noneMatch = call.header("If-None-Match");
        if (noneMatch != null && !noneMatch.equals("*")) {
            throw S3Refusal.notImplemented("If-None-Match other than * for a write");
        }
        String match = call.header("If-Match");
        return new WriteCondition(match == null ? null : unquoted(match), noneMatch != null);
    }

    static ReadCondition readCondition(S3Call call) {
        return readCondition(call, "");
    }

    static ReadCondition copyCondition(S3Call call) {
        return readCondition(call, COPY_SOURCE);
    }

    private static ReadCondition readCondition(S3Call call, String prefix) {
        return new ReadCondition(
                tagsOf(call.header(prefix + "If-Match")),
                tagsOf(call.header(prefix + "If-None-Match")),
                httpTime(call.header(prefix + "If-Modified-Since")),
                httpTime(call.header(prefix + "If-Unmodified-Since")));
    }

    private static Set<String> tagsOf(@Nullable String list) {
        var tags = new HashSet<String>();
        if (list != null) {
            for (String tag : list.split(",", -1)) {
                tags.add(unquoted(tag.strip()));
            }
        }
        return tags;
    }

    static String unquoted(String tag) {
        return tag.length() >= 2 && tag.startsWith("\"") && tag.endsWith("\"")
                ? tag.substring(1, tag.length() - 1)
                : tag;
    }

    /** Dates that are none are no condition, as RFC 9110 says. */
    private static @Nullable Instant httpTime(@Nullable String text) {
        try {
            return text == null
                    ? null
                    : ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }

    // ---- bodies and checksums

    /** The request's body as the bytes of an object or a part. */
    static Body body(S3Call call) {
        if (call.body().sizeBytes() < 0) {
            throw new S3Refusal(
                    411,
                    "MissingContentLength",
                    "You must provide the Content-Length HTTP header.");
        }
        ChecksumAlgorithm stated = null;
        ChecksumAlgorithm trailing = null;
        for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
            String name = fieldOf(algorithm);
            if (call.header(name) != null) {
                stated = only(stated, algorithm);
            }
            if (call.request().headers().get("x-amz-trailer", "").equalsIgnoreCase(name)) {
                trailing = algorithm;
            }
        }
        if (trailing != null) {
            String name = fieldOf(only(stated, trailing));
            return body(call, trailing, () -> trailer(call, name));
        }
        String expected = stated == null ? null : call.header(fieldOf(stated));
        return body(call, stated == null ? named(call) : stated, () -> expected);
    }

    private static Body body(
            S3Call call,
            @Nullable ChecksumAlgorithm algorithm,
            Supplier<@Nullable String> expected) {
        return new Body(
                call.body(),
                call.body().sizeBytes(),
                call.header("Content-MD5"),
                algorithm,
                expected);
    }

    private static String trailer(S3Call call, String name) {
        String value = call.body().trailer().get(name);
        if (value == null) {
            throw new S3Refusal(
                    400,
                    "MalformedTrailerError",
                    "The request contained trailing data that was not well-formed or did not"
                            + " conform to our published schema: "
                            + name
                            + " is missing");
        }
        return value;
    }

    private static ChecksumAlgorithm only(
            @Nullable ChecksumAlgorithm before, ChecksumAlgorithm algorithm) {
        if (before != null) {
            throw S3Refusal.invalidRequest(
                    "Expecting a single x-amz-checksum- header. Multiple checksum Types are not"
                            + " allowed.");
        }
        return algorithm;
    }

    /** The algorithm that is named without a value, or null. */
    static @Nullable ChecksumAlgorithm named(S3Call call) {
        String name = call.header("x-amz-checksum-algorithm");
        name = name == null ? call.header("x-amz-sdk-checksum-algorithm") : name;
        return name == null ? null : algorithm(name);
    }

    static ChecksumAlgorithm algorithm(String name) {
        try {
            return ChecksumAlgorithm.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw S3Refusal.invalidRequest(
                    "Checksum algorithm provided is unsupported. Please try again with any of the"
                            + " valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]");
        }
    }

    static Checksum.@Nullable Kind kind(S3Call call) {
        String kind = call.header("x-amz-checksum-type");
        return switch (kind) {
            case null -> null;
            case "COMPOSITE" -> Checksum.Kind.COMPOSITE;
            case "FULL_OBJECT" -> Checksum.Kind.FULL_OBJECT;
            default -> throw S3Refusal.invalidRequest("Checksum type " + kind + " is unknown");
        };
    }

    /** The one value that a header states for the whole object, or null. */
    static @Nullable String statedChecksum(S3Call call) {
        for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
            String value = call.header(fieldOf(algorithm));
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    private static String fieldOf(ChecksumAlgorithm algorithm) {
        return CHECKSUM + algorithm.name().toLowerCase(Locale.ROOT);
    }

    // ---- what we answer

    static String quoted(String etag) {
        return "\"" + etag + "\"";
    }

    static String httpTime(Instant time) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(time.atOffset(ZoneOffset.UTC));
    }

    static String isoTime(Instant time) {
        return DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
                .format(time.atOffset(ZoneOffset.UTC));
    }

    /** What tells of a version that was written or removed. */
    static void addVersion(Headers headers, ObjectInfo object) {
        if (object.versioned()) {
            headers.set("x-amz-version-id", object.versionId());
        }
    }

    static void addEncryption(Headers headers, S3Call call, boolean customerKey) {
        if (!customerKey) {
            headers.set(ENCRYPTION, "AES256");
            return;
        }
        headers.set(CUSTOMER + "algorithm", "AES256");
        String md5 = call.header(CUSTOMER + "key-md5");
        if (md5 != null) {
            headers.set(CUSTOMER + "key-MD5", md5);
        }
    }

    static void addChecksum(Headers headers, @Nullable Checksum checksum) {
        if (checksum != null) {
            headers.set(fieldOf(checksum.algorithm()), checksum.value());
            headers.set("x-amz-checksum-type", checksum.kind().name());
        }
    }

    /** Everything that is known of an object but its length. */
    static Headers describe(S3Call call, ObjectInfo object) {
        Headers headers = call.headers();
        headers.set("ETag", quoted(object.etag()));
        headers.set("Last-Modified", httpTime(object.modifiedAt()));
        headers.set("Accept-Ranges", "bytes");
        headers.set("Content-Type", "binary/octet-stream");
        object.headers().forEach(headers::set);
        object.metadata().forEach((name, value) -> headers.set(META + name, value));
        addVersion(headers, object);
        addEncryption(headers, call, object.customerKey());
        if (!object.tags().isEmpty()) {
            headers.set("x-amz-tagging-count", Integer.toString(object.tags().size()));
        }
        Retention retention = object.retention();
        if (retention != null) {
            headers.set("x-amz-object-lock-mode", retention.mode().name());
            headers.set("x-amz-object-lock-retain-until-date", isoTime(retention.until()));
        }
        if (object.legalHold()) {
            headers.set("x-amz-object-lock-legal-hold", "ON");
        }
        return headers;
    }
}
