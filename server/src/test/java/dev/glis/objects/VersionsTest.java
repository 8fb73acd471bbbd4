package dev.glis.objects;

import static dev.glis.objects.StorageFixture.ACCOUNT;
import static dev.glis.objects.StorageFixture.BUCKET;
import static dev.glis.objects.StorageFixture.body;
import static dev.glis.objects.StorageFixture.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.base.Fault;
import dev.glis.base.Fault.Kind;
import dev.glis.base.Json;
import dev.glis.objects.Bucket.Versioning;
import dev.glis.objects.Deletion.Result;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class VersionsTest {
    private static final String LOCKED = "locked";

    private final StorageFixture fixture = new StorageFixture();
    private final Objects objects = fixture.objects();
    private final Buckets buckets = fixture.storage.buckets();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void everyVersionIsKept() throws IOException {
        fixture.put("key", "zero");
        buckets.setVersioning(BUCKET, Versioning.ENABLED);
        String one = fixture.put("key", "one").versionId();
        fixture.put("key", "two");

        assertEquals("two", fixture.text("key"));
        assertEquals("one", fixture.text("key", one));
        assertEquals("zero", fixture.text("key", ObjectInfo.NULL_VERSION));
    }

    @Test
    void aDeleteMarkerHidesAndItsDeletionShowsAgain() throws IOException {
        buckets.setVersioning(BUCKET, Versioning.ENABLED);
        String version = fixture.put("key", "text").versionId();

        var marker = assertInstanceOf(Result.Deleted.class, fixture.delete("key", null));

        assertTrue(marker.deleteMarker());
        Fault hidden = refused(Kind.NOT_FOUND, "object-not-found", () -> fixture.text("key"));
        assertEquals(marker.versionId(), hidden.details().path("versionId").asText());
        refused(
                Kind.CONFLICT,
                "version-is-delete-marker",
                () -> fixture.text("key", marker.versionId()));
        assertEquals("text", fixture.text("key", version));
        fixture.delete("key", marker.versionId());
        assertEquals("text", fixture.text("key"));
    }

    @Test
    void deletingTheNewestShowsTheOneBefore() throws IOException {
        buckets.setVersioning(BUCKET, Versioning.ENABLED);
        fixture.put("key", "one");
        String two = fixture.put("key", "two").versionId();

        fixture.delete("key", two);

        assertEquals("one", fixture.text("key"));
        assertEquals(List.of("key"), fixture.keys("", ""));
    }

    @Test
    void suspendedVersionsReplaceEachOther() throws IOException {
        buckets.setVersioning(BUCKET, Versioning.ENABLED);
        String kept = fixture.put("key", "kept").versionId();
        buckets.setVersioning(BUCKET, Versioning.SUSPENDED);
        fixture.put("key", "one");
        ObjectInfo two = fixture.put("key", "two");

        assertEquals(ObjectInfo.NULL_VERSION, two.versionId());
        assertEquals(List.of("null", kept), versions());
        var marker = (Result.Deleted) fixture.delete("key", null);
        assertEquals(ObjectInfo.NULL_VERSION, marker.versionId());
        assertEquals(List.of("null", kept), versions());
        fixture.delete("key", ObjectInfo.NULL_VERSION);
        assertEquals("kept", fixture.text("key"));
    }

    @Test
    void aNullVersionIsReplacedThoughANewerOneIsThere() throws IOException {
        fixture.put("key", "null");
        buckets.setVersioning(BUCKET, Versioning.ENABLED);
        String newer = fixture.put("key", "newer").versionId();
        buckets.setVersioning(BUCKET, Versioning.SUSPENDED);

        fixture.put("key", "null again");

        assertEquals(List.of("null", newer), versions());
        assertEquals("null again", fixture.text("key"));
    }

    private List<String> versions() {
        return objects
                .listVersions(BUCKET, new Listing.Query("", "", Listing.Position.START, 100))
                .entries()
                .stream()
                .map(ObjectInfo::versionId)
                .toList();
    }

    private ObjectInfo putLocked(@Nullable Retention retention, boolean hold) throws IOException {
        return objects.put(
                LOCKED,
                "key",
                new Attributes(Map.of(), Map.of(), Map.of(), null, retention, hold, null),
                WriteCondition.NONE,
                body("text"));
    }

    private Retention retention(Retention.Mode mode, int days) {
        return new Retention(mode, fixture.time.instant().plus(Duration.ofDays(days)));
    }

    private @Nullable String deleteLocked(ObjectInfo version, boolean bypass) {
        Result result =
                objects.delete(
                                LOCKED,
                                List.of(
                                        new Deletion(
                                                "key", version.versionId(), WriteCondition.NONE)),
                                bypass)
                        .getFirst();
        return result instanceof Result.Failed failed ? failed.fault().code() : null;
    }

    @Test
    void aRetainedVersionStaysUntilItsTime() throws IOException {
        buckets.create(ACCOUNT, LOCKED, true);
        ObjectInfo governed = putLocked(retention(Retention.Mode.GOVERNANCE, 1), false);
        ObjectInfo complying = putLocked(retention(Retention.Mode.COMPLIANCE, 1), false);

        assertEquals("object-locked", deleteLocked(governed, false));
        assertEquals("object-locked", deleteLocked(complying, true));
        assertEquals(null, deleteLocked(governed, true));
        fixture.time.pass(Duration.ofDays(2).toMillis());
        assertEquals(null, deleteLocked(complying, false));
    }

    @Test
    void aHeldVersionStaysUntilItIsLetGo() throws IOException {
        buckets.create(ACCOUNT, LOCKED, true);
        ObjectInfo held = putLocked(null, true);

        assertEquals("object-locked", deleteLocked(held, true));
        objects.setLegalHold(LOCKED, "key", held.versionId(), false);
        assertEquals(null, deleteLocked(held, false));
        refused(
                Kind.CONFLICT,
                "lock-not-enabled",
                () -> {
                    fixture.put("key", "text");
                    objects.setLegalHold(BUCKET, "key", null, true);
                });
    }

    @Test
    void aRetentionIsOnlyExtended() throws IOException {
        buckets.create(ACCOUNT, LOCKED, true);
        putLocked(retention(Retention.Mode.COMPLIANCE, 2), false);

        refused(
                Kind.DENIED,
                "object-locked",
                () -> retain(retention(Retention.Mode.COMPLIANCE, 1), true));
        refused(
                Kind.DENIED,
                "object-locked",
                () -> retain(retention(Retention.Mode.GOVERNANCE, 3), true));
        refused(
                Kind.INVALID,
                "invalid-retention",
                () -> retain(retention(Retention.Mode.COMPLIANCE, 0), true));
        Retention longer = retention(Retention.Mode.COMPLIANCE, 3);
        retain(longer, false);
        assertEquals(longer, objects.head(LOCKED, "key", null, null).retention());
    }

    private void retain(Retention retention, boolean bypass) {
        objects.setRetention(LOCKED, "key", null, retention, bypass);
    }

    @Test
    void aBucketsDefaultRetainsNewVersions() throws IOException {
        buckets.create(ACCOUNT, LOCKED, true);
        buckets.set(
                LOCKED,
                BucketSetting.OBJECT_LOCK,
                Json.parse(
                        """
                        {"ObjectLockEnabled":"Enabled",
                        "Rule":{"DefaultRetention":{"Mode":"GOVERNANCE","Days":3}}}
                        """));

        ObjectInfo put = putLocked(null, false);

        assertEquals(retention(Retention.Mode.GOVERNANCE, 3), put.retention());
        refused(
                Kind.CONFLICT,
                "lock-not-enabled",
                () ->
                        objects.put(
                                BUCKET,
                                "key",
                                new Attributes(
                                        Map.of(), Map.of(), Map.of(), null, null, true, null),
                                WriteCondition.NONE,
                                body("")));
    }
}
