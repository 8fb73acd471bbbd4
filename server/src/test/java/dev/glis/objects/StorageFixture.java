package dev.glis.objects;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.glis.base.Fault;
import dev.glis.base.FileTrees;
import dev.glis.base.Ids;
import dev.glis.base.testing.ManualTime;
import dev.glis.functions.testing.ForgetfulMeter;
import dev.glis.store.testing.FailingStore;
import dev.glis.store.testing.TestStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.function.Executable;

/** Object storage on a store and a folder of its own. */
final class StorageFixture implements AutoCloseable {
    static final String ACCOUNT = "123456789012";
    static final String BUCKET = "bucket";

    final ManualTime time = new ManualTime();
    final TestStore database = TestStore.open(ObjectStorage.MIGRATIONS);
    final FailingStore store = new FailingStore(database.store());
    final ForgetfulMeter meter = new ForgetfulMeter();
    final Path folder = database.folder().resolve("objects");
    final ObjectStorage storage;

    StorageFixture() {
        this(FileTrees::syncFolder);
    }

    StorageFixture(SharedSync.FolderSync sync) {
        storage = storage(sync);
        storage.buckets().create(ACCOUNT, BUCKET, false);
    }

    /** As after a new start of the server. */
    ObjectStorage reopened() {
        return storage(FileTrees::syncFolder);
    }

    private ObjectStorage storage(SharedSync.FolderSync sync) {
        return new ObjectStorage(
                store,
                folder,
                database.folder().resolve("objects.key"),
                meter,
                new Ids(time),
                time,
                sync);
    }

    Objects objects() {
        return storage.objects();
    }

    ObjectInfo put(String key, String text) throws IOException {
        return put(key, text.getBytes(StandardCharsets.UTF_8), Attributes.NONE);
    }

    ObjectInfo put(String key, byte[] bytes, Attributes attributes) throws IOException {
        return objects().put(BUCKET, key, attributes, WriteCondition.NONE, body(bytes));
    }

    static Body body(byte[] bytes) {
        return Body.of(new ByteArrayInputStream(bytes));
    }

    static Body body(String text) {
        return body(text.getBytes(StandardCharsets.UTF_8));
    }

    String text(String key) throws IOException {
        return text(key, null);
    }

    String text(String key, @Nullable String versionId) throws IOException {
        return new String(bytes(key, versionId, null), StandardCharsets.UTF_8);
    }

    byte[] bytes(String key, @Nullable String versionId, @Nullable CustomerKey customerKey)
            throws IOException {
        try (var content = objects().open(BUCKET, key, versionId, customerKey);
                var stream = content.stream(0, content.info().sizeBytes())) {
            return stream.readAllBytes();
        }
    }

    Deletion.Result delete(String key, @Nullable String versionId) {
        return objects()
                .delete(BUCKET, List.of(new Deletion(key, versionId, WriteCondition.NONE)), false)
                .getFirst();
    }

    List<String> keys(String prefix, String delimiter) {
        return objects()
                .list(BUCKET, new Listing.Query(prefix, delimiter, Listing.Position.START, 1_000))
                .entries()
                .stream()
                .map(ObjectInfo::key)
                .toList();
    }

    long files() throws IOException {
        try (var paths = Files.walk(folder)) {
            return paths.filter(Files::isRegularFile).count();
        }
    }

    static byte[] random(int length) {
        var bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    static Attributes tagged(Map<String, String> tags) {
        return new Attributes(Map.of(), Map.of(), tags, null, null, false, null);
    }

    static Attributes encrypted(CustomerKey key) {
        return new Attributes(Map.of(), Map.of(), Map.of(), null, null, false, key);
    }

    static CustomerKey key(int seed) {
        var bytes = new byte[32];
        java.util.Arrays.fill(bytes, (byte) seed);
        return new CustomerKey(bytes);
    }

    static Fault refused(Fault.Kind kind, String code, Executable action) {
        Fault fault = assertThrows(Fault.class, action);
        assertEquals(code, fault.code(), fault.text());
        assertEquals(kind, fault.kind());
        return fault;
    }

    @Override
    public void close() {
        database.close();
    }
}
