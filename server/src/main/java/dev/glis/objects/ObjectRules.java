package dev.glis.objects;

import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What may be said of an object, and what must hold for it to be changed. */
final class ObjectRules {
    private static final int TAG_KEY_CHARACTERS = 128;
    private static final int TAG_VALUE_CHARACTERS = 256;
    private static final Pattern TAG_CHARACTERS =
            Pattern.compile("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*");

    private ObjectRules() {}

    /** Refuses attributes that no object can have. */
    static void check(Attributes attributes) {
        if (attributes.storageClass() != null
                && !attributes.storageClass().equals(ObjectInfo.STORAGE_CLASS)) {
            throw new Fault(
                    Fault.Kind.UNSUPPORTED,
                    "storage-class",
                    "The only storage class is "
                            + ObjectInfo.STORAGE_CLASS
                            + ", not "
                            + attributes.storageClass());
        }
        long bytes = bytes(attributes.metadata());
        if (bytes > Limits.OBJECT_METADATA_BYTES.value()) {
            throw new Fault(
                    Fault.Kind.TOO_LARGE,
                    "metadata-too-large",
                    "The metadata of an object has up to "
                            + Limits.OBJECT_METADATA_BYTES.value()
                            + " bytes, not "
                            + bytes);
        }
        checkTags(attributes.tags(), Limits.OBJECT_TAGS);
    }

    private static long bytes(Map<String, String> metadata) {
        return metadata.entrySet().stream()
                .mapToLong(entry -> bytes(entry.getKey()) + bytes(entry.getValue()))
                .sum();
    }

    private static long bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Refuses tags that nothing can have. */
    static void checkTags(Map<String, String> tags, Limits.Limit most) {
        if (tags.size() > most.value()) {
            throw invalidTag("There can be up to " + most.value() + " tags, not " + tags.size());
        }
        tags.forEach(ObjectRules::checkTag);
    }

    private static void checkTag(String key, String value) {
        if (key.isEmpty()
                || key.length() > TAG_KEY_CHARACTERS
                || value.length() > TAG_VALUE_CHARACTERS) {
            throw invalidTag(
                    "The key of a tag has 1 to 128 characters, its value up to 256: " + key);
        }
        if (!TAG_CHARACTERS.matcher(key).matches() || !TAG_CHARACTERS.matcher(value).matches()) {
            throw invalidTag("Tags consist of letters, digits, spaces and _ . : / = + - @: " + key);
        }
        if (key.startsWith("aws:")) {
            throw invalidTag("Keys of tags that begin with aws: are reserved: " + key);
        }
    }

    private static Fault invalidTag(String why) {
        return new Fault(Fault.Kind.INVALID, "invalid-tag", why);
    }

    /** Refuses a change whose condition the current version does not meet. */
    static void require(WriteCondition condition, String key, @Nullable VersionRow current) {
        boolean there = current != null && !current.marker();
        if (condition.ifNoneMatch() && there) {
            throw failed("If-None-Match");
        }
        if (condition.ifMatch() != null) {
            if (current == null || current.marker()) {
                throw notFound(key);
            }
            if (!condition.ifMatch().equals("*") && !condition.ifMatch().equals(current.etag())) {
                throw failed("If-Match");
            }
        }
    }

    /** A condition does not hold. */
    static Fault failed(String condition) {
        return new Fault(
                        Fault.Kind.PRECONDITION,
                        "precondition-failed",
                        "At least one of the pre-conditions you specified did not hold")
                .with(Json.object().put("condition", condition));
    }

    static Fault notFound(String key) {
        return new Fault(
                Fault.Kind.NOT_FOUND, "object-not-found", "There is no object with the key " + key);
    }

    static Fault bucketNotFound(String name) {
        return new Fault(Fault.Kind.NOT_FOUND, "bucket-not-found", "There is no bucket " + name);
    }

    /** Refuses a lock where there can be none. */
    static void requireLocks(BucketRow bucket) {
        if (!bucket.bucket().objectLock()) {
            throw new Fault(
                    Fault.Kind.CONFLICT,
                    "lock-not-enabled",
                    "Objects in the bucket " + bucket.bucket().name() + " cannot be locked");
        }
    }

    /** What a new version is retained by. */
    static @Nullable Retention retention(
            BucketRow bucket, @Nullable Retention asked, boolean legalHold, Instant now) {
        if (asked != null || legalHold) {
            requireLocks(bucket);
        }
        if (asked == null) {
            return bucket.defaultRetention(now);
        }
        requireFuture(asked, now);
        return asked;
    }

    private static void requireFuture(Retention asked, Instant now) {
        if (!asked.until().isAfter(now)) {
            throw new Fault(
                    Fault.Kind.INVALID,
                    "invalid-retention",
                    "The time until which an object is retained must be in the future, not "
                            + asked.until());
        }
    }

    /** Refuses to make less of a retention that still holds. */
    static void requireNotLess(
            VersionRow version, @Nullable Retention asked, boolean bypassGovernance, Instant now) {
        if (asked != null) {
            requireFuture(asked, now);
        }
        Retention held = version.retention();
        if (held == null || !held.until().isAfter(now)) {
            return;
        }
        boolean less =
                asked == null
                        || asked.until().isBefore(held.until())
                        || (asked.mode() != held.mode()
                                && held.mode() == Retention.Mode.COMPLIANCE);
        boolean bypassed = bypassGovernance && held.mode() == Retention.Mode.GOVERNANCE;
        if (less && !bypassed) {
            throw locked();
        }
    }

    /** Refuses to remove a version that is held. */
    static void requireUnlocked(VersionRow version, boolean bypassGovernance, Instant now) {
        if (isLocked(version, bypassGovernance, now)) {
            throw locked();
        }
    }

    static boolean isLocked(VersionRow version, boolean bypassGovernance, Instant now) {
        Retention held = version.retention();
        boolean retained = held != null && held.until().isAfter(now);
        boolean bypassed =
                bypassGovernance && held != null && held.mode() == Retention.Mode.GOVERNANCE;
        return version.legalHold() || (retained && !bypassed);
    }

    private static Fault locked() {
        return new Fault(
                Fault.Kind.DENIED,
                "object-locked",
                "Access Denied because object protected by object lock.");
    }
}
