package dev.glis.objects;

import static dev.glis.objects.StorageFixture.BUCKET;
import static dev.glis.objects.StorageFixture.body;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.glis.base.Fault;
import dev.glis.objects.Bucket.Versioning;
import dev.glis.objects.Listing.Position;
import dev.glis.objects.Listing.Query;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Does the same to the storage and to a reference in memory, and looks for differences. */
final class StorageModelTest {
    private static final int CLIENTS = 4;
    private static final int STEPS = Integer.getInteger("glis.objects.steps", 100);
    private static final List<String> NAMES =
            List.of("a", "a/", "a/b", "a/c", "a/c/d", "a//", "b", "b/é", "b/\0", "c/\uffff");

    /** A version as the reference knows it; a delete marker has no bytes. */
    private record Version(String id, byte @Nullable [] bytes) {}

    /** What one client, who alone uses its prefix, has done. Newest versions come first. */
    private static final class Reference {
        private final TreeMap<String, List<Version>> keys =
                new TreeMap<>(
                        Comparator.comparing(
                                key -> key.getBytes(StandardCharsets.UTF_8),
                                Arrays::compareUnsigned));

        List<Version> of(String key) {
            return keys.computeIfAbsent(key, ignored -> new ArrayList<>());
        }

        @Nullable Version current(String key) {
            List<Version> versions = of(key);
            return versions.isEmpty() || versions.getFirst().bytes == null
                    ? null
                    : versions.getFirst();
        }

        void add(String key, Version version, Versioning versioning) {
            if (versioning != Versioning.ENABLED) {
                of(key).removeIf(before -> before.id.equals(ObjectInfo.NULL_VERSION));
            }
            of(key).addFirst(version);
        }

        List<String> current() {
            return keys.keySet().stream().filter(key -> current(key) != null).toList();
        }
    }

    private static final class Client {
        private final StorageFixture fixture;
        private final Versioning versioning;
        private final String home;
        private final Random random;
        private final Reference reference = new Reference();

        Client(StorageFixture fixture, Versioning versioning, int number, long seed) {
            this.fixture = fixture;
            this.versioning = versioning;
            this.home = "client" + number + "/";
            this.random = new Random(seed * 31 + number);
        }

        void run() throws IOException {
            for (int i = 0; i < STEPS; i++) {
                step();
            }
            compareVersions();
            for (String key : reference.keys.keySet()) {
                compare(key);
            }
        }

        private void step() throws IOException {
            String key = key();
            switch (random.nextInt(10)) {
                case 0, 1, 2 -> put(key);
                case 3 -> copy(key(), key);
                case 4 -> delete(key);
                case 5 -> deleteVersion(key);
                case 6, 7 -> compare(key);
                case 8 -> compareListing();
                default -> putIfAbsent(key);
            }
        }

        private String key() {
            return home + NAMES.get(random.nextInt(NAMES.size()));
        }

        private byte[] bytes() {
            var bytes = new byte[random.nextInt(8) == 0 ? 70_000 : random.nextInt(100)];
            random.nextBytes(bytes);
            return bytes;
        }

        private void put(String key) throws IOException {
            byte[] bytes = bytes();
            ObjectInfo made = fixture.put(key, bytes, Attributes.NONE);
            reference.add(key, new Version(made.versionId(), bytes), versioning);
        }

        private void putIfAbsent(String key) throws IOException {
            byte[] bytes = bytes();
            boolean absent = reference.current(key) == null;
            try {
                ObjectInfo made =
                        fixture.objects()
                                .put(
                                        BUCKET,
                                        key,
                                        Attributes.NONE,
                                        new WriteCondition(null, true),
                                        body(bytes));
                assertEquals(true, absent, key);
                reference.add(key, new Version(made.versionId(), bytes), versioning);
            } catch (Fault fault) {
                assertEquals("precondition-failed", fault.code());
                assertEquals(false, absent, key);
            }
        }

        private void copy(String from, String to) {
            Version source = reference.current(from);
            if (source == null || from.equals(to)) {
                return;
            }
            ObjectInfo made =
                    fixture.objects()
                            .copy(
                                    new Copy(
                                            BUCKET,
                                            from,
                                            null,
                                            ReadCondition.NONE,
                                            null,
                                            false,
                                            false,
                                            null),
                                    BUCKET,
                                    to,
                                    Attributes.NONE,
                                    WriteCondition.NONE);
            reference.add(to, new Version(made.versionId(), source.bytes), versioning);
        }

        private void delete(String key) {
            var deleted = (Deletion.Result.Deleted) fixture.delete(key, null);
            if (versioning == Versioning.OFF) {
                reference.of(key).clear();
            } else {
                reference.add(
                        key,
                        new Version(Objects.requireNonNull(deleted.versionId()), null),
                        versioning);
            }
        }

        private void deleteVersion(String key) {
            List<Version> versions = reference.of(key);
            if (!versions.isEmpty()) {
                Version version = versions.remove(random.nextInt(versions.size()));
                fixture.delete(key, version.id);
            }
        }

        private void compare(String key) throws IOException {
            Version current = reference.current(key);
            byte[] found;
            try {
                found = fixture.bytes(key, null, null);
            } catch (Fault fault) {
                assertEquals("object-not-found", fault.code());
                assertEquals(null, current, key);
                return;
            }
            assertEquals(true, current != null && Arrays.equals(current.bytes, found), key);
        }

        private void compareListing() {
            String delimiter = random.nextBoolean() ? "/" : "";
            String prefix = home + (random.nextBoolean() ? "a" : "");
            int most = 1 + random.nextInt(4);
            var found = new ArrayList<String>();
            for (Position after = Position.START; after != null; ) {
                Listing page =
                        fixture.objects().list(BUCKET, new Query(prefix, delimiter, after, most));
                page.entries().forEach(entry -> found.add(entry.key()));
                found.addAll(page.prefixes());
                after = page.next();
            }
            assertEquals(expected(prefix, delimiter), new TreeSet<>(found));
            assertEquals(found.size(), new TreeSet<>(found).size(), "nothing comes twice");
        }

        private Set<String> expected(String prefix, String delimiter) {
            var expected = new TreeSet<String>();
            for (String key : reference.current()) {
                if (key.startsWith(prefix)) {
                    int at = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, prefix.length());
                    expected.add(at < 0 ? key : key.substring(0, at + 1));
                }
            }
            return expected;
        }

        private void compareVersions() {
            var expected = new ArrayList<String>();
            reference.keys.forEach(
                    (key, versions) ->
                            versions.forEach(version -> expected.add(key + " " + version.id)));
            var found = new ArrayList<String>();
            for (Position after = Position.START; after != null; ) {
                Listing page =
                        fixture.objects().listVersions(BUCKET, new Query(home, "", after, 7));
                page.entries().forEach(entry -> found.add(entry.key() + " " + entry.versionId()));
                after = page.next();
            }
            assertEquals(expected, found);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"OFF", "ENABLED", "SUSPENDED"})
    void nothingDiffersFromTheReference(Versioning versioning) throws Exception {
        long seed = Long.getLong("glis.objects.seed", 20_261_129);
        try (var fixture = new StorageFixture();
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            if (versioning != Versioning.OFF) {
                fixture.storage.buckets().setVersioning(BUCKET, versioning);
            }
            var clients = new ArrayList<Future<?>>();
            for (int number = 0; number < CLIENTS; number++) {
                var client = new Client(fixture, versioning, number, seed);
                clients.add(
                        executor.submit(
                                () -> {
                                    client.run();
                                    return true;
                                }));
            }
            while (!clients.stream().allMatch(Future::isDone)) {
                fixture.storage.collect();
            }
            for (Future<?> client : clients) {
                client.get();
            }
        }
    }
}
