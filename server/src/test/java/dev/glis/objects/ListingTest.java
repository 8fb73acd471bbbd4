package dev.glis.objects;

import static dev.glis.objects.StorageFixture.BUCKET;
import static dev.glis.objects.StorageFixture.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.glis.base.Fault.Kind;
import dev.glis.objects.Listing.Position;
import dev.glis.objects.Listing.Query;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ListingTest {
    private static final List<String> STRANGE =
            List.of(
                    "\0",
                    "./dot",
                    "a",
                    "a/",
                    "a/b",
                    "a0",
                    "dir/",
                    "x//y",
                    "z".repeat(1_024),
                    "é",
                    "\uffff",
                    "\ud83d\ude00");

    private final StorageFixture fixture = new StorageFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    private void putAll(List<String> keys) throws IOException {
        for (String key : keys.reversed()) {
            fixture.put(key, key);
        }
    }

    @Test
    void anyKeyIsItselfAndInTheOrderOfItsBytes() throws IOException {
        putAll(STRANGE);

        List<String> listed = fixture.keys("", "");

        assertEquals(STRANGE, listed);
        for (String key : STRANGE) {
            assertEquals(key, fixture.text(key));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 1_000})
    void pagesHaveNoGapAndNoRepetition(int most) throws IOException {
        putAll(STRANGE);

        assertEquals(STRANGE, pages("", "", most));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 1_000})
    void keysWithTheDelimiterAreRolledUp(int most) throws IOException {
        putAll(List.of("a", "a/1", "a/2", "a/b/3", "b", "c//1", "c/1", "d/", "e"));

        assertEquals(List.of("a", "a/*", "b", "c/*", "d/*", "e"), pages("", "/", most));
        assertEquals(List.of("a/1", "a/2", "a/b/*"), pages("a/", "/", most));
        assertEquals(List.of("c//*", "c/1"), pages("c/", "/", most));
        assertEquals(List.of("d/"), pages("d/", "/", most));
        assertEquals(
                List.of("a", "a/1*", "a/2", "a/b/3", "b", "c//1*", "c/1*", "d/", "e"),
                pages("", "/1", most));
    }

    /** Everything, page by page; prefixes with a star. */
    private List<String> pages(String prefix, String delimiter, int most) {
        var all = new ArrayList<String>();
        for (Position after = Position.START; after != null; ) {
            Listing page =
                    fixture.objects().list(BUCKET, new Query(prefix, delimiter, after, most));
            var both = new ArrayList<String>();
            page.entries().forEach(entry -> both.add(entry.key()));
            page.prefixes().forEach(common -> both.add(common + "*"));
            both.sort(
                    (one, other) ->
                            Arrays.compareUnsigned(KeyName.anyBytes(one), KeyName.anyBytes(other)));
            all.addAll(both);
            after = page.next();
        }
        return all;
    }

    @Test
    void beginsBehindAKey() throws IOException {
        putAll(List.of("a", "a/1", "a/2", "b"));

        Listing page =
                fixture.objects().list(BUCKET, new Query("", "", Position.behind("a/1"), 10));
        Listing rolled =
                fixture.objects().list(BUCKET, new Query("", "/", Position.behind("a/1"), 10));

        assertEquals(List.of("a/2", "b"), page.entries().stream().map(ObjectInfo::key).toList());
        assertEquals(List.of("a/"), rolled.prefixes());
        assertNull(rolled.next());
    }

    @Test
    void ofNothingThereIsAnEmptyPage() throws IOException {
        putAll(List.of("a"));

        Listing page = fixture.objects().list(BUCKET, new Query("", "", Position.START, 0));

        assertEquals(new Listing(List.of(), List.of(), null), page);
        refused(
                Kind.NOT_FOUND,
                "bucket-not-found",
                () -> fixture.objects().list("no", new Query("", "", Position.START, 1)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 1_000})
    void versionsAreListedNewestFirst(int most) throws IOException {
        fixture.put("a", "null");
        fixture.storage.buckets().setVersioning(BUCKET, Bucket.Versioning.ENABLED);
        String second = fixture.put("a", "2").versionId();
        String third = fixture.put("a", "3").versionId();
        String other = fixture.put("b/1", "1").versionId();
        var marker = (Deletion.Result.Deleted) fixture.delete("a", null);

        assertEquals(
                List.of(
                        "a " + marker.versionId() + " marker",
                        "a " + third,
                        "a " + second,
                        "a null",
                        "b/1 " + other),
                versions("", most));
        assertEquals(
                List.of(
                        "a " + marker.versionId() + " marker",
                        "a " + third,
                        "a " + second,
                        "a null",
                        "b/"),
                versions("/", most));
        assertEquals(List.of("b/1"), fixture.keys("", ""));
    }

    private List<String> versions(String delimiter, int most) {
        var all = new ArrayList<String>();
        for (Position after = Position.START; after != null; ) {
            Listing page =
                    fixture.objects().listVersions(BUCKET, new Query("", delimiter, after, most));
            page.entries()
                    .forEach(
                            entry ->
                                    all.add(
                                            entry.key()
                                                    + " "
                                                    + entry.versionId()
                                                    + (entry.deleteMarker() ? " marker" : "")));
            all.addAll(page.prefixes());
            after = page.next();
        }
        return all;
    }
}
