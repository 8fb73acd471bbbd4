package dev.glis.objects;

import static dev.glis.objects.StorageFixture.BUCKET;
import static dev.glis.objects.StorageFixture.random;
import static dev.glis.objects.StorageFixture.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.base.Fault;
import dev.glis.base.Fault.Kind;
import dev.glis.base.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class StorageFailuresTest {
    private static final int LARGE = 200_000;

    @Test
    void whatIsNotFlushedIsNotAcknowledged() throws IOException {
        var broken = new AtomicBoolean();
        try (var fixture =
                new StorageFixture(
                        folder -> {
                            if (broken.get()) {
                                throw new IOException("No space left on device");
                            }
                        })) {
            fixture.put("key", random(LARGE), Attributes.NONE);
            broken.set(true);

            refused(
                    Kind.UNAVAILABLE,
                    "disk-full",
                    () -> fixture.put("key", random(LARGE + 1), Attributes.NONE));

            assertArrayEquals(random(LARGE), fixture.bytes("key", null, null));
            assertEquals(1, fixture.files());
        }
    }

    @Test
    void aFailedCommitLeavesTheOldObjectAndNoBytes() throws IOException {
        try (var fixture = new StorageFixture()) {
            fixture.put("key", random(LARGE), Attributes.NONE);
            fixture.store.failBeforeCommit(1);

            assertThrows(Fault.class, () -> fixture.put("key", random(LARGE + 1), Attributes.NONE));

            assertArrayEquals(random(LARGE), fixture.bytes("key", null, null));
            assertEquals(1, fixture.files());
        }
    }

    @Test
    void filesOfAKilledServerAreRemovedAndNoOthers() throws IOException {
        try (var fixture = new StorageFixture()) {
            fixture.put("key", random(LARGE), Attributes.NONE);
            Path orphan =
                    fixture.folder.resolve("00").resolve("01890000-0000-7000-8000-000000000000");
            Files.createDirectories(fixture.folder.resolve("00"));
            Files.write(orphan, random(10));

            fixture.reopened().collect();

            assertArrayEquals(random(LARGE), fixture.bytes("key", null, null));
            assertEquals(1, fixture.files());
        }
    }

    @Test
    void damagedBytesAreNeverServed() throws IOException {
        try (var fixture = new StorageFixture()) {
            fixture.put("key", random(LARGE), Attributes.NONE);
            damage(fixture);

            IOException thrown =
                    assertThrows(IOException.class, () -> fixture.bytes("key", null, null));

            assertTrue(String.valueOf(thrown.getMessage()).contains("damaged"));
        }
    }

    static void damage(StorageFixture fixture) throws IOException {
        try (var files = Files.walk(fixture.folder)) {
            Path file = files.filter(Files::isRegularFile).findFirst().orElseThrow();
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length / 2] ^= 1;
            Files.write(file, bytes, StandardOpenOption.WRITE);
        }
    }

    @Test
    void writersOfAFolderShareItsFlushes() throws Exception {
        var flushes = new AtomicInteger();
        var first = new CountDownLatch(1);
        var let = new CountDownLatch(1);
        var sync =
                new SharedSync(
                        folder -> {
                            if (flushes.incrementAndGet() == 1) {
                                first.countDown();
                                awaited(let);
                            }
                        });
        var started = new CountDownLatch(16);
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Future<?>>();
            all.add(executor.submit(() -> synced(sync)));
            first.await();
            for (int i = 0; i < 16; i++) {
                all.add(
                        executor.submit(
                                () -> {
                                    started.countDown();
                                    synced(sync);
                                }));
            }
            started.await();

            let.countDown();

            for (Future<?> each : all) {
                each.get();
            }
        }
        assertTrue(flushes.get() >= 2, "who came during the first flush needs another");
        assertTrue(flushes.get() < 17, "flushes are shared: " + flushes);
    }

    private static void synced(SharedSync sync) {
        try {
            sync.sync(Path.of("folder"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anEventIsCommittedWithItsChange() throws IOException {
        try (var fixture = new StorageFixture()) {
            fixture.put("before.jpg", "nobody asks");
            fixture.storage
                    .buckets()
                    .set(
                            BUCKET,
                            BucketSetting.NOTIFICATIONS,
                            Json.parse(
                                    """
                                    {"LambdaFunctionConfigurations":[{"Id":"n",
                                    "LambdaFunctionArn":"arn:aws:lambda:us-east-1:123456789012:function:f",
                                    "Events":["s3:ObjectCreated:*","s3:ObjectRemoved:Delete"],
                                    "Filter":{"Key":{"FilterRules":[
                                    {"Name":"suffix","Value":".jpg"}]}}}]}
                                    """));

            fixture.put("a b\0.jpg", "text");
            fixture.put("a.png", "text");
            fixture.delete("a b\0.jpg", null);
            fixture.store.failBeforeCommit(1);
            assertThrows(Fault.class, () -> fixture.put("lost.jpg", "text"));

            List<String> events =
                    fixture.database.store().changes().after("objects:" + BUCKET, 0, 10).stream()
                            .map(change -> Json.parse(change.json()))
                            .map(
                                    json ->
                                            json.path("event").asText()
                                                    + " "
                                                    + json.path("key").asText())
                            .toList();
            assertEquals(
                    List.of("ObjectCreated:Put a+b%00.jpg", "ObjectRemoved:Delete a+b%00.jpg"),
                    events);
        }
    }
}
