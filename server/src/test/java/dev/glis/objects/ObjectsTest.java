package dev.glis.objects;

import static dev.glis.objects.StorageFixture.BUCKET;
import static dev.glis.objects.StorageFixture.body;
import static dev.glis.objects.StorageFixture.encrypted;
import static dev.glis.objects.StorageFixture.key;
import static dev.glis.objects.StorageFixture.random;
import static dev.glis.objects.StorageFixture.refused;
import static dev.glis.objects.StorageFixture.tagged;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.base.ChecksumAlgorithm;
import dev.glis.base.Fault.Kind;
import dev.glis.meter.Meter.Metric;
import dev.glis.objects.Deletion.Result;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ObjectsTest {
    private static final int LARGE = 3 * Sealing.CHUNK_BYTES + 7;

    private final StorageFixture fixture = new StorageFixture();
    private final Objects objects = fixture.objects();

    @AfterEach
    void close() {
        fixture.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 131_072, LARGE})
    void whatWasPutComesBack(int size) throws IOException {
        byte[] bytes = random(size);

        ObjectInfo put = fixture.put("key", bytes, Attributes.NONE);

        assertArrayEquals(bytes, fixture.bytes("key", null, null));
        assertEquals(size, put.sizeBytes());
        assertEquals(put, objects.head(BUCKET, "key", null, null));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 65_535, 65_536, 100_000, LARGE - 1})
    void anyRangeCanBeRead(long offset) throws IOException {
        byte[] bytes = random(LARGE);
        fixture.put("key", bytes, Attributes.NONE);
        long length = Math.min(70_000, LARGE - offset);

        byte[] read;
        try (var content = objects.open(BUCKET, "key", null, null);
                var stream = content.stream(offset, length)) {
            read = stream.readAllBytes();
        }

        assertArrayEquals(
                java.util.Arrays.copyOfRange(bytes, (int) offset, (int) (offset + length)), read);
    }

    @Test
    void nothingIsStoredAsItIs() throws IOException {
        byte[] bytes = "a very well known text ".repeat(10_000).getBytes(StandardCharsets.UTF_8);

        fixture.put("key", bytes, Attributes.NONE);

        try (var files = Files.walk(fixture.folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String stored = Files.readString(file, StandardCharsets.ISO_8859_1);
                assertFalse(stored.contains("well known"));
            }
        }
        assertEquals(1, fixture.files());
    }

    @Test
    void keepsWhatWasSaidOfAnObject() throws IOException {
        var attributes =
                new Attributes(
                        Map.of("content-type", "text/plain"),
                        Map.of("owner", "Zoë"),
                        Map.of("a", "b"),
                        "STANDARD",
                        null,
                        false,
                        null);

        fixture.put("key", random(1), attributes);

        ObjectInfo info = objects.head(BUCKET, "key", null, null);
        assertEquals(attributes.headers(), info.headers());
        assertEquals(attributes.metadata(), info.metadata());
        assertEquals(attributes.tags(), info.tags());
    }

    @Test
    void refusesWhatNoObjectCanHave() {
        refused(Kind.INVALID, "invalid-key", () -> fixture.put("", "x"));
        refused(Kind.INVALID, "invalid-key", () -> fixture.put("ä".repeat(513), "x"));
        refused(Kind.INVALID, "invalid-key", () -> fixture.put("\ud800", "x"));
        refused(
                Kind.INVALID,
                "invalid-tag",
                () -> fixture.put("key", random(1), tagged(Map.of("a?", ""))));
        refused(
                Kind.TOO_LARGE,
                "metadata-too-large",
                () ->
                        fixture.put(
                                "key",
                                random(1),
                                new Attributes(
                                        Map.of(),
                                        Map.of("a", "x".repeat(2_048)),
                                        Map.of(),
                                        null,
                                        null,
                                        false,
                                        null)));
        refused(
                Kind.UNSUPPORTED,
                "storage-class",
                () ->
                        fixture.put(
                                "key",
                                random(1),
                                new Attributes(
                                        Map.of(), Map.of(), Map.of(), "GLACIER", null, false,
                                        null)));
        assertEquals(List.of(), fixture.keys("", ""));
    }

    @Test
    void tellsWhatIsNotThere() {
        refused(
                Kind.NOT_FOUND,
                "bucket-not-found",
                () ->
                        objects.put(
                                "nowhere", "key", Attributes.NONE, WriteCondition.NONE, body("")));
        refused(Kind.NOT_FOUND, "object-not-found", () -> objects.head(BUCKET, "key", null, null));
        refused(
                Kind.NOT_FOUND,
                "version-not-found",
                () -> objects.open(BUCKET, "key", "0000000000000001", null));
        refused(
                Kind.NOT_FOUND,
                "version-not-found",
                () -> objects.head(BUCKET, "key", "what", null));
    }

    @ParameterizedTest
    @EnumSource(ChecksumAlgorithm.class)
    void checksumsAreThoseOfTheirStandards(ChecksumAlgorithm algorithm) throws IOException {
        String expected =
                switch (algorithm) {
                    case CRC32 -> "y/Q5Jg==";
                    case CRC32C -> "4waSgw==";
                    case CRC64NVME -> "rosUhgp5mIg=";
                    case SHA1 -> "98O8HYCOBHMq32eZZczDTKeuNEE=";
                    case SHA256 -> "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=";
                };

        ObjectInfo put = put("key", "123456789", algorithm, expected);

        assertEquals(new Checksum(algorithm, Checksum.Kind.FULL_OBJECT, expected), put.checksum());
        assertEquals("25f9e794323b453885f5181f1b624d0b", put.etag());
    }

    private ObjectInfo put(
            String name, String text, ChecksumAlgorithm algorithm, @Nullable String checksum)
            throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        var body =
                new Body(
                        new ByteArrayInputStream(bytes),
                        bytes.length,
                        null,
                        algorithm,
                        () -> checksum);
        return objects.put(BUCKET, name, Attributes.NONE, WriteCondition.NONE, body);
    }

    @Test
    void storesNothingThatIsNotWhatTheClientSent() throws IOException {
        byte[] bytes = random(LARGE);
        refused(
                Kind.INVALID,
                "checksum-mismatch",
                () -> put("key", "123456789", ChecksumAlgorithm.CRC32, "AAAAAA=="));
        refused(
                Kind.INVALID,
                "bad-digest",
                () -> putSized(bytes, bytes.length, "1B2M2Y8AsgTpgAmY7PhCfg=="));
        refused(Kind.INVALID, "invalid-digest", () -> putSized(bytes, bytes.length, "what"));
        refused(Kind.INVALID, "incomplete-body", () -> putSized(bytes, bytes.length + 1, null));
        refused(Kind.INVALID, "incomplete-body", () -> putSized(bytes, 10, null));
        refused(Kind.TOO_LARGE, "object-too-large", () -> putSized(bytes, Long.MAX_VALUE, null));

        assertEquals(List.of(), fixture.keys("", ""));
        assertEquals(0, fixture.files());
    }

    private void putSized(byte[] bytes, long size, @Nullable String md5) throws IOException {
        objects.put(
                BUCKET,
                "key",
                Attributes.NONE,
                WriteCondition.NONE,
                new Body(new ByteArrayInputStream(bytes), size, md5, null, () -> null));
    }

    @Test
    void storesNothingOfABodyThatBreaksOff() throws IOException {
        var broken = new SequenceInputStream(new ByteArrayInputStream(random(LARGE)), new Gone());

        IOException thrown =
                assertThrows(
                        IOException.class,
                        () ->
                                objects.put(
                                        BUCKET,
                                        "key",
                                        Attributes.NONE,
                                        WriteCondition.NONE,
                                        Body.of(broken)));

        assertEquals("gone", thrown.getMessage());
        assertEquals(0, fixture.files());
    }

    /** The rest of a body whose sender is gone. */
    private static final class Gone extends InputStream {
        @Override
        public int read() throws IOException {
            throw new IOException("gone");
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            throw new IOException("gone");
        }
    }

    @Test
    void writesUnderAConditionThatHolds() throws IOException {
        String first = putIf(new WriteCondition(null, true), "1");

        putIf(new WriteCondition(first, false), "2");

        assertEquals("2", fixture.text("key"));
    }

    @Test
    void refusesToWriteUnderAConditionThatDoesNotHold() throws IOException {
        refused(
                Kind.NOT_FOUND,
                "object-not-found",
                () -> putIf(new WriteCondition("*", false), "1"));
        fixture.put("key", "1");

        refused(
                Kind.PRECONDITION,
                "precondition-failed",
                () -> putIf(new WriteCondition(null, true), "2"));
        refused(
                Kind.PRECONDITION,
                "precondition-failed",
                () -> putIf(new WriteCondition("another", false), "2"));
        assertEquals("1", fixture.text("key"));
    }

    private String putIf(WriteCondition condition, String text) throws IOException {
        return objects.put(BUCKET, "key", Attributes.NONE, condition, body(text)).etag();
    }

    @Test
    void oneOfManyMakesAnObjectThatMustNotExist() throws Exception {
        List<Callable<Boolean>> all =
                IntStream.range(0, 16)
                        .<Callable<Boolean>>mapToObj(
                                number -> () -> wins(new WriteCondition(null, true), number))
                        .toList();

        long winners = countTrue(all);

        assertEquals(1, winners);
    }

    @Test
    void noneOfManyIncrementsIsLost() throws Exception {
        fixture.put("key", "0");
        List<Callable<Boolean>> all =
                IntStream.range(0, 8)
                        .<Callable<Boolean>>mapToObj(ignored -> this::increment)
                        .toList();

        countTrue(all);

        assertEquals("80", fixture.text("key"));
    }

    private boolean increment() throws IOException {
        for (int i = 0; i < 10; ) {
            String etag;
            int value;
            try (var content = objects.open(BUCKET, "key", null, null);
                    var stream = content.stream(0, content.info().sizeBytes())) {
                etag = content.info().etag();
                value = Integer.parseInt(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
            }
            if (wins(new WriteCondition(etag, false), value + 1)) {
                i++;
            }
        }
        return true;
    }

    private boolean wins(WriteCondition condition, int value) throws IOException {
        try {
            putIf(condition, Integer.toString(value));
            return true;
        } catch (dev.glis.base.Fault fault) {
            assertEquals("precondition-failed", fault.code());
            return false;
        }
    }

    private static long countTrue(List<Callable<Boolean>> all) throws Exception {
        long count = 0;
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Boolean> each : executor.invokeAll(all)) {
                count += each.get() ? 1 : 0;
            }
        }
        return count;
    }

    @Test
    void clientsKeysAreNeededAndNeverStored() throws IOException {
        byte[] bytes = random(LARGE);

        fixture.put("key", bytes, encrypted(key(1)));

        assertArrayEquals(bytes, fixture.bytes("key", null, key(1)));
        assertTrue(objects.head(BUCKET, "key", null, key(1)).customerKey());
        refused(
                Kind.INVALID,
                "customer-key-missing",
                () -> objects.head(BUCKET, "key", null, null));
        refused(Kind.DENIED, "customer-key-wrong", () -> objects.open(BUCKET, "key", null, key(2)));
        fixture.put("other", "x");
        refused(
                Kind.INVALID,
                "customer-key-unexpected",
                () -> objects.head(BUCKET, "other", null, key(1)));
    }

    @Test
    void aReaderSeesTheObjectThatItOpened() throws IOException {
        byte[] bytes = random(LARGE);
        fixture.put("key", bytes, Attributes.NONE);

        byte[] read;
        try (var content = objects.open(BUCKET, "key", null, null)) {
            fixture.delete("key", null);
            fixture.storage.collect();
            try (var stream = content.stream(0, LARGE)) {
                read = stream.readAllBytes();
            }
        }

        assertArrayEquals(bytes, read);
        assertEquals(0, fixture.files());
    }

    @Test
    void copiesShareTheirBytes() throws IOException {
        byte[] bytes = random(LARGE);
        fixture.put("key", bytes, tagged(Map.of("a", "b")));

        ObjectInfo copy = copy("key", "copy", null, null);
        long files = fixture.files();
        fixture.delete("key", null);
        fixture.storage.collect();

        assertEquals(1, files);
        assertEquals(Map.of("a", "b"), copy.tags());
        assertArrayEquals(bytes, fixture.bytes("copy", null, null));
        fixture.delete("copy", null);
        fixture.storage.collect();
        assertEquals(0, fixture.files());
    }

    private ObjectInfo copy(
            String from, String to, @Nullable CustomerKey sourceKey, @Nullable CustomerKey key) {
        return objects.copy(
                new Copy(BUCKET, from, null, ReadCondition.NONE, sourceKey, false, false, null),
                BUCKET,
                to,
                key == null ? Attributes.NONE : encrypted(key),
                WriteCondition.NONE);
    }

    @Test
    void copiesCanBeUnderOtherKeys() throws IOException {
        byte[] bytes = random(LARGE);
        fixture.put("key", bytes, encrypted(key(1)));

        copy("key", "copy", key(1), key(2));
        copy("copy", "open", key(2), null);

        assertArrayEquals(bytes, fixture.bytes("copy", null, key(2)));
        assertArrayEquals(bytes, fixture.bytes("open", null, null));
        refused(Kind.DENIED, "customer-key-wrong", () -> copy("key", "copy", key(2), null));
    }

    @Test
    void aCopyCanHaveAnotherChecksum() throws IOException {
        fixture.put("key", "123456789");
        var source =
                new Copy(
                        BUCKET,
                        "key",
                        null,
                        ReadCondition.NONE,
                        null,
                        false,
                        false,
                        ChecksumAlgorithm.CRC32C);

        ObjectInfo copy =
                objects.copy(source, BUCKET, "copy", Attributes.NONE, WriteCondition.NONE);

        assertEquals(
                new Checksum(ChecksumAlgorithm.CRC32C, Checksum.Kind.FULL_OBJECT, "4waSgw=="),
                copy.checksum());
    }

    @Test
    void refusesCopiesThatCannotBe() throws IOException {
        refused(Kind.NOT_FOUND, "object-not-found", () -> copy("key", "copy", null, null));
        fixture.put("key", "x");

        refused(Kind.INVALID, "copy-changes-nothing", () -> copy("key", "key", null, null));
        refused(
                Kind.PRECONDITION,
                "precondition-failed",
                () ->
                        objects.copy(
                                new Copy(
                                        BUCKET,
                                        "key",
                                        null,
                                        new ReadCondition(Set.of("other"), Set.of(), null, null),
                                        null,
                                        false,
                                        false,
                                        null),
                                BUCKET,
                                "copy",
                                Attributes.NONE,
                                WriteCondition.NONE));
    }

    @Test
    void aCopyOntoItselfReplacesWhatWasSaid() throws IOException {
        fixture.put("key", "text");
        var source = new Copy(BUCKET, "key", null, ReadCondition.NONE, null, true, false, null);

        objects.copy(
                source,
                BUCKET,
                "key",
                new Attributes(
                        Map.of("content-type", "a/b"), Map.of(), Map.of(), null, null, false, null),
                WriteCondition.NONE);

        assertEquals("text", fixture.text("key"));
        assertEquals(
                Map.of("content-type", "a/b"), objects.head(BUCKET, "key", null, null).headers());
    }

    @Test
    void deletesManyEachByItself() throws IOException {
        fixture.put("a", "1");
        fixture.put("b", "2");

        List<Result> results =
                objects.delete(
                        BUCKET,
                        List.of(
                                new Deletion("a", null, WriteCondition.NONE),
                                new Deletion("missing", null, WriteCondition.NONE),
                                new Deletion("b", null, new WriteCondition("other", false)),
                                new Deletion("", null, WriteCondition.NONE)),
                        false);

        assertEquals(new Result.Deleted("a", null, false), results.get(0));
        assertEquals(new Result.Deleted("missing", null, false), results.get(1));
        assertEquals(
                "precondition-failed",
                assertInstanceOf(Result.Failed.class, results.get(2)).fault().code());
        assertInstanceOf(Result.Failed.class, results.get(3));
        assertEquals(List.of("b"), fixture.keys("", ""));
    }

    @Test
    void refusesToDeleteTooManyAtOnce() {
        List<Deletion> deletions =
                IntStream.rangeClosed(0, 1_000)
                        .mapToObj(i -> new Deletion("k" + i, null, WriteCondition.NONE))
                        .toList();

        refused(Kind.INVALID, "invalid", () -> objects.delete(BUCKET, deletions, false));
    }

    @Test
    void tagsCanBeReplaced() throws IOException {
        fixture.put("key", random(1), tagged(Map.of("a", "b")));

        ObjectInfo tagged = objects.setTags(BUCKET, "key", null, Map.of("c", "d"));

        assertEquals(Map.of("c", "d"), tagged.tags());
        assertEquals(Map.of("c", "d"), objects.head(BUCKET, "key", null, null).tags());
        refused(
                Kind.INVALID,
                "invalid-tag",
                () -> objects.setTags(BUCKET, "key", null, Map.of("aws:x", "")));
    }

    @Test
    void countsWhatIsDone() throws IOException {
        fixture.put("key", "text");
        fixture.text("key");

        assertTrue(
                fixture.meter
                        .recorded()
                        .containsAll(
                                List.of(
                                        Metric.OBJECT_WRITES,
                                        Metric.OBJECT_READS,
                                        Metric.OBJECT_BYTES_IN,
                                        Metric.OBJECT_BYTES_OUT)));
    }
}
