package dev.glis.objects;

import static dev.glis.objects.StorageFixture.BUCKET;
import static dev.glis.objects.StorageFixture.random;
import static dev.glis.objects.StorageFixture.tagged;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.base.Json;
import dev.glis.meter.Meter.Metric;
import dev.glis.objects.Bucket.Versioning;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class UpkeepTest {
    private final StorageFixture fixture = new StorageFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    private void rule(String filter, String action) {
        fixture.storage
                .buckets()
                .set(
                        BUCKET,
                        BucketSetting.LIFECYCLE,
                        Json.parse(
                                "{\"Rules\":[{\"Status\":\"Enabled\",\"Filter\":"
                                        + filter
                                        + ","
                                        + action
                                        + "}]}"));
    }

    private void pass(int days) {
        fixture.time.pass(Duration.ofDays(days).toMillis());
        fixture.storage.applyLifecycles();
    }

    @Test
    void objectsExpireByPrefixAndAge() throws IOException {
        rule("{\"Prefix\":\"logs/\"}", "\"Expiration\":{\"Days\":2}");
        fixture.time.pass(1);
        fixture.put("logs/old", "x");
        fixture.put("kept", "x");

        pass(2);
        List<String> whileTheDayLasts = fixture.keys("", "");
        fixture.put("logs/new", "x");
        pass(1);

        assertEquals(List.of("kept", "logs/old"), whileTheDayLasts);
        assertEquals(List.of("kept", "logs/new"), fixture.keys("", ""));
    }

    @Test
    void objectsExpireByTagsAndSize() throws IOException {
        rule(
                "{\"And\":{\"Tags\":[{\"Key\":\"a\",\"Value\":\"1\"}],\"ObjectSizeGreaterThan\":9}}",
                "\"Expiration\":{\"Date\":\"2030-01-03T00:00:00Z\"}");
        fixture.put("goes", random(10), tagged(Map.of("a", "1", "b", "2")));
        fixture.put("small", random(9), tagged(Map.of("a", "1")));
        fixture.put("other", random(10), tagged(Map.of("a", "2")));

        pass(1);
        List<String> before = fixture.keys("", "");
        pass(1);

        assertEquals(3, before.size());
        assertEquals(List.of("other", "small"), fixture.keys("", ""));
    }

    @Test
    void versionsThatAreNotCurrentGoButForSome() throws IOException {
        fixture.storage.buckets().setVersioning(BUCKET, Versioning.ENABLED);
        rule(
                "{}",
                "\"NoncurrentVersionExpiration\":{\"NoncurrentDays\":1,\"NewerNoncurrentVersions\":1}");
        fixture.put("key", "1");
        String second = fixture.put("key", "2").versionId();
        String third = fixture.put("key", "3").versionId();

        pass(2);

        assertEquals(List.of(third, second), versions());
    }

    @Test
    void anExpiredVersionIsHiddenAndALonelyMarkerGoes() throws IOException {
        fixture.storage.buckets().setVersioning(BUCKET, Versioning.ENABLED);
        rule("{}", "\"Expiration\":{\"Days\":1}");
        String version = fixture.put("key", "1").versionId();
        pass(2);
        assertEquals(2, versions().size());
        assertEquals(List.of(), fixture.keys("", ""));
        fixture.delete("key", version);

        rule("{}", "\"Expiration\":{\"ExpiredObjectDeleteMarker\":true}");
        pass(0);

        assertEquals(List.of(), versions());
    }

    @Test
    void whatIsLockedStays() throws IOException {
        fixture.storage.buckets().setVersioning(BUCKET, Versioning.ENABLED);
        fixture.storage
                .buckets()
                .set(
                        BUCKET,
                        BucketSetting.OBJECT_LOCK,
                        Json.parse("{\"ObjectLockEnabled\":\"Enabled\"}"));
        rule("{}", "\"NoncurrentVersionExpiration\":{\"NoncurrentDays\":1}");
        String held = fixture.put("key", "1").versionId();
        fixture.objects().setLegalHold(BUCKET, "key", held, true);
        fixture.put("key", "2");
        String newest = fixture.put("key", "3").versionId();

        pass(2);

        assertEquals(List.of(newest, held), versions());
    }

    private List<String> versions() {
        return fixture
                .objects()
                .listVersions(BUCKET, new Listing.Query("", "", Listing.Position.START, 100))
                .entries()
                .stream()
                .map(ObjectInfo::versionId)
                .toList();
    }

    @Test
    void uploadsThatNobodyEndsAreGivenUp() throws IOException {
        rule("{}", "\"AbortIncompleteMultipartUpload\":{\"DaysAfterInitiation\":1}");
        Uploads uploads = fixture.storage.uploads();
        Uploads.Upload upload = uploads.create(BUCKET, "key", Attributes.NONE, null, null);
        uploads.put(
                BUCKET, "key", upload.uploadId(), 1, null, StorageFixture.body(random(100_000)));

        pass(2);
        fixture.storage.collect();

        assertEquals(
                List.of(), uploads.list(BUCKET, new Uploads.Query("", "", "", null, 10)).uploads());
        assertEquals(0, fixture.files());
    }

    @Test
    void damagedBytesAreFound() throws IOException {
        fixture.put("whole", random(100_000), Attributes.NONE);
        fixture.storage.scrub();
        assertEquals(0, fixture.storage.damaged());
        fixture.delete("whole", null);
        fixture.storage.collect();
        fixture.put("key", random(200_000), Attributes.NONE);
        StorageFailuresTest.damage(fixture);

        fixture.storage.scrub();

        assertEquals(1, fixture.storage.damaged());
    }

    @Test
    void whatIsStoredIsCountedOnceAnHour() throws IOException {
        fixture.put("key", "text");

        fixture.storage.countHours();
        fixture.storage.countHours();
        fixture.time.pass(Duration.ofHours(1).toMillis());
        fixture.storage.countHours();

        assertEquals(
                2,
                fixture.meter.recorded().stream().filter(Metric.OBJECT_BYTE_HOURS::equals).count());
        assertTrue(fixture.meter.recorded().contains(Metric.OBJECT_WRITES));
    }
}
