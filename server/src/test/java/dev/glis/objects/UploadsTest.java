package dev.glis.objects;

import static dev.glis.objects.StorageFixture.BUCKET;
import static dev.glis.objects.StorageFixture.body;
import static dev.glis.objects.StorageFixture.encrypted;
import static dev.glis.objects.StorageFixture.key;
import static dev.glis.objects.StorageFixture.random;
import static dev.glis.objects.StorageFixture.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.base.ChecksumAlgorithm;
import dev.glis.base.Fault.Kind;
import dev.glis.base.Limits;
import dev.glis.objects.Uploads.ChosenPart;
import dev.glis.objects.Uploads.Query;
import dev.glis.objects.Uploads.Upload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class UploadsTest {
    private static final int LEAST = Limits.OBJECT_PART_LEAST_BYTES.intValue();

    private final StorageFixture fixture = new StorageFixture();
    private final Uploads uploads = fixture.storage.uploads();

    @AfterEach
    void close() {
        fixture.close();
    }

    private Upload begin(String name) {
        return uploads.create(BUCKET, name, Attributes.NONE, null, null);
    }

    private ChosenPart put(Upload upload, int number, byte[] bytes) throws IOException {
        Part part = uploads.put(BUCKET, upload.key(), upload.uploadId(), number, null, body(bytes));
        return new ChosenPart(number, part.etag(), null);
    }

    private ObjectInfo complete(Upload upload, ChosenPart... parts) {
        return uploads.complete(
                BUCKET,
                upload.key(),
                upload.uploadId(),
                List.of(parts),
                null,
                -1,
                WriteCondition.NONE);
    }

    private static byte[] joined(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    @Test
    void partsBecomeAnObjectInTheirOrder() throws IOException {
        byte[] first = random(LEAST);
        byte[] last = random(10);
        Upload upload = begin("key");
        ChosenPart two = put(upload, 7, last);
        ChosenPart unused = put(upload, 5, random(20));
        ChosenPart one = put(upload, 2, first);

        ObjectInfo object = complete(upload, one, two);
        fixture.storage.collect();

        assertArrayEquals(joined(first, last), fixture.bytes("key", null, null));
        assertEquals(2, object.partCount());
        assertTrue(object.etag().endsWith("-2"), object.etag());
        assertEquals(5, unused.number());
        refused(
                Kind.NOT_FOUND,
                "upload-not-found",
                () -> uploads.get(BUCKET, "key", upload.uploadId()));
    }

    @Test
    void readsARangeAcrossParts() throws IOException {
        byte[] first = random(LEAST + 3);
        byte[] last = random(100_000);
        Upload upload = begin("key");
        complete(upload, put(upload, 1, first), put(upload, 2, last));

        byte[] read;
        try (var content = fixture.objects().open(BUCKET, "key", null, null);
                var stream = content.stream(LEAST - 70_000, 140_000)) {
            read = stream.readAllBytes();
            assertEquals(List.of(1, 2), content.parts().stream().map(Part::number).toList());
        }

        assertArrayEquals(
                Arrays.copyOfRange(joined(first, last), LEAST - 70_000, LEAST + 70_000), read);
    }

    @ParameterizedTest
    @EnumSource(
            value = ChecksumAlgorithm.class,
            names = {"CRC32", "CRC32C", "CRC64NVME"})
    void theChecksumOfAllBytesIsThatOfAnObjectPutAtOnce(ChecksumAlgorithm algorithm)
            throws IOException {
        byte[] first = random(LEAST);
        byte[] last = random(12_345);
        Upload upload =
                uploads.create(
                        BUCKET, "key", Attributes.NONE, algorithm, Checksum.Kind.FULL_OBJECT);

        ObjectInfo parts = complete(upload, put(upload, 1, first), put(upload, 2, last));

        var atOnce =
                new Body(
                        new java.io.ByteArrayInputStream(joined(first, last)),
                        -1,
                        null,
                        algorithm,
                        () -> null);
        ObjectInfo whole =
                fixture.objects()
                        .put(BUCKET, "whole", Attributes.NONE, WriteCondition.NONE, atOnce);
        assertEquals(whole.checksum(), parts.checksum());
    }

    @Test
    void aCompositeChecksumIsThatOfTheChecksums() throws IOException {
        Upload upload =
                uploads.create(BUCKET, "key", Attributes.NONE, ChecksumAlgorithm.SHA256, null);

        ObjectInfo object = complete(upload, put(upload, 1, new byte[0]));

        // SHA-256 of the SHA-256 of nothing
        assertEquals(
                new Checksum(
                        ChecksumAlgorithm.SHA256,
                        Checksum.Kind.COMPOSITE,
                        "Xfbg4nYTWdMKgnUFjimfzAOBU0VF9Vz0PkGYP11MlFY=-1"),
                object.checksum());
    }

    @Test
    void refusesChecksumsThatCannotBe() throws IOException {
        refused(
                Kind.INVALID,
                "invalid-checksum-type",
                () -> create(ChecksumAlgorithm.SHA1, Checksum.Kind.FULL_OBJECT));
        refused(
                Kind.INVALID,
                "invalid-checksum-type",
                () -> create(ChecksumAlgorithm.CRC64NVME, Checksum.Kind.COMPOSITE));
        Upload upload = begin("key");
        ChosenPart part = put(upload, 1, random(1));

        refused(
                Kind.INVALID,
                "checksum-mismatch",
                () ->
                        uploads.complete(
                                BUCKET,
                                "key",
                                upload.uploadId(),
                                List.of(part),
                                "AAAAAAAAAAA=",
                                -1,
                                WriteCondition.NONE));
    }

    private Upload create(ChecksumAlgorithm algorithm, Checksum.@Nullable Kind kind) {
        return uploads.create(BUCKET, "key", Attributes.NONE, algorithm, kind);
    }

    @Test
    void refusesPartsThatDoNotMakeAnObject() throws IOException {
        Upload upload = begin("key");
        ChosenPart one = put(upload, 1, random(1));
        ChosenPart two = put(upload, 2, random(2));

        refused(Kind.INVALID, "invalid-part-order", () -> complete(upload, two, one));
        refused(Kind.INVALID, "part-too-small", () -> complete(upload, one, two));
        refused(
                Kind.INVALID,
                "invalid-part",
                () -> complete(upload, new ChosenPart(3, one.etag(), null)));
        refused(
                Kind.INVALID,
                "invalid-part",
                () -> complete(upload, new ChosenPart(1, two.etag(), null)));
        refused(Kind.INVALID, "invalid", () -> complete(upload));
        refused(Kind.INVALID, "invalid-part-number", () -> put(upload, 10_001, random(1)));
        refused(
                Kind.INVALID,
                "invalid",
                () ->
                        uploads.complete(
                                BUCKET,
                                "key",
                                upload.uploadId(),
                                List.of(one),
                                null,
                                2,
                                WriteCondition.NONE));
        assertEquals(2, uploads.parts(BUCKET, "key", upload.uploadId(), 0, 10).size());
    }

    @Test
    void completesUnderACondition() throws IOException {
        fixture.put("key", "before");
        Upload upload = begin("key");
        ChosenPart part = put(upload, 1, random(1));

        refused(
                Kind.PRECONDITION,
                "precondition-failed",
                () ->
                        uploads.complete(
                                BUCKET,
                                "key",
                                upload.uploadId(),
                                List.of(part),
                                null,
                                -1,
                                new WriteCondition(null, true)));

        assertEquals("before", fixture.text("key"));
    }

    @Test
    void toCompleteAgainAnswersTheSame() throws IOException {
        Upload upload = begin("key");
        ChosenPart part = put(upload, 1, random(1));
        ObjectInfo first = complete(upload, part);

        ObjectInfo second = complete(upload, part);

        assertEquals(first, second);
    }

    @Test
    void aPartReplacesOneOfItsNumber() throws IOException {
        Upload upload = begin("key");
        put(upload, 1, random(100_000));
        ChosenPart part = put(upload, 1, random(200_000));

        complete(upload, part);
        fixture.storage.collect();

        assertArrayEquals(random(200_000), fixture.bytes("key", null, null));
        assertEquals(1, fixture.files());
    }

    @Test
    void anAbortedUploadLeavesNothing() throws IOException {
        Upload upload = begin("key");
        ChosenPart part = put(upload, 1, random(100_000));

        uploads.abort(BUCKET, "key", upload.uploadId());
        fixture.storage.collect();

        assertEquals(0, fixture.files());
        refused(Kind.NOT_FOUND, "upload-not-found", () -> complete(upload, part));
        refused(Kind.NOT_FOUND, "upload-not-found", () -> put(upload, 1, random(1)));
        refused(
                Kind.NOT_FOUND,
                "upload-not-found",
                () -> uploads.abort(BUCKET, "key", upload.uploadId()));
    }

    @Test
    void partsCanBeCopied() throws IOException {
        byte[] bytes = random(300_000);
        fixture.put("source", bytes, Attributes.NONE);
        Upload upload = begin("key");

        Part part = copy(upload, 65_000, 100_000);
        complete(upload, new ChosenPart(1, part.etag(), null));

        assertArrayEquals(
                Arrays.copyOfRange(bytes, 65_000, 165_000), fixture.bytes("key", null, null));
        refused(Kind.INVALID, "invalid-copy-range", () -> copy(begin("key"), 200_000, 100_001));
    }

    private Part copy(Upload upload, long offset, long length) throws IOException {
        var source = new Copy(BUCKET, "source", null, ReadCondition.NONE, null, false, false, null);
        return uploads.copy(
                source, offset, length, BUCKET, upload.key(), upload.uploadId(), 1, null);
    }

    @Test
    void anObjectOfPartsCanBeCopied() throws IOException {
        byte[] bytes = random(100_000);
        Upload upload = begin("key");
        complete(upload, put(upload, 1, bytes));

        fixture.objects()
                .copy(
                        new Copy(BUCKET, "key", null, ReadCondition.NONE, null, false, false, null),
                        BUCKET,
                        "copy",
                        encrypted(key(1)),
                        WriteCondition.NONE);
        fixture.delete("key", null);
        fixture.storage.collect();

        assertArrayEquals(bytes, fixture.bytes("copy", null, key(1)));
        assertEquals(1, fixture.files());
    }

    @Test
    void allPartsNeedTheClientsKey() throws IOException {
        Upload upload = uploads.create(BUCKET, "key", encrypted(key(1)), null, null);
        String id = upload.uploadId();

        refused(Kind.INVALID, "customer-key-missing", () -> put(upload, 1, random(1)));
        Part part = uploads.put(BUCKET, "key", id, 1, key(1), body("text"));
        complete(upload, new ChosenPart(1, part.etag(), null));

        assertTrue(upload.customerKey());
        assertArrayEquals(
                "text".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                fixture.bytes("key", null, key(1)));
    }

    @Test
    void listsUploadsPageByPage() {
        for (String name : List.of("a", "b/1", "b/2", "c", "c")) {
            begin(name);
        }

        assertEquals(List.of("a", "b/1", "b/2", "c", "c"), pages("", "", 2));
        assertEquals(List.of("a", "b/", "c", "c"), pages("", "/", 1));
        assertEquals(List.of("a", "b/", "c", "c"), pages("", "/", 1_000));
        assertEquals(List.of("b/1", "b/2"), pages("b/", "/", 1));
        refused(
                Kind.NOT_FOUND,
                "bucket-not-found",
                () -> uploads.list("no", new Query("", "", "", null, 1)));
    }

    private List<String> pages(String prefix, String delimiter, int most) {
        var all = new ArrayList<String>();
        Uploads.Page page;
        String key = "";
        String id = null;
        do {
            page = uploads.list(BUCKET, new Query(prefix, delimiter, key, id, most));
            page.prefixes().forEach(all::add);
            page.uploads().forEach(upload -> all.add(upload.key()));
            key = page.nextKey();
            id = page.nextUploadId();
        } while (page.more());
        return all.stream().sorted().toList();
    }

    @Test
    void listsParts() throws IOException {
        Upload upload = begin("key");
        put(upload, 1, random(1));
        put(upload, 3, random(3));

        List<Part> behindTheFirst = uploads.parts(BUCKET, "key", upload.uploadId(), 1, 10);

        assertEquals(List.of(3), behindTheFirst.stream().map(Part::number).toList());
        assertEquals(1, uploads.parts(BUCKET, "key", upload.uploadId(), 0, 1).size());
        refused(
                Kind.NOT_FOUND,
                "upload-not-found",
                () -> uploads.parts(BUCKET, "other", upload.uploadId(), 0, 1));
        assertFalse(upload.customerKey());
    }
}
