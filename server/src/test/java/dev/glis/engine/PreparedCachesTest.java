package dev.glis.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.base.Limits;
import dev.glis.engine.testing.FakeTime;
import dev.glis.engine.testing.FakeWorkshop;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which starts get a cache, and that everything that goes wrong ends in a plain start. */
final class PreparedCachesTest {
    private static final long LONG_MS = 500;
    private static final long SHORT_MS = 5;

    private final FakeTime time = new FakeTime();
    private final FakeWorkshop workshop = new FakeWorkshop();
    private final Language language = new Language();

    @TempDir private Path data;
    private PreparedCaches caches;

    @BeforeEach
    void open() throws IOException {
        caches = opened();
    }

    @AfterEach
    void close() {
        caches.close();
    }

    @Test
    void aLongInitialisationIsWorthACacheThatLaterStartsUse() {
        // When
        caches.initialised(function("a", "v1"), LONG_MS, false);
        // Then
        Caches.Use use = caches.find(language, function("a", "v1")).orElseThrow();
        assertTrue(use.own());
        assertEquals(List.of("use"), use.launch().command());
        assertEquals(0, leftInTheWorkshop());
    }

    @Test
    void aShortOneIsNot() {
        // When
        caches.initialised(function("a", "v1"), SHORT_MS, false);
        // Then
        assertTrue(caches.find(language, function("a", "v1")).isEmpty());
        assertEquals(List.of(), workshop.started());
    }

    @Test
    void aCacheIsMadeWithoutNetworkAndOnlyOnce() {
        // Given
        caches.initialised(function("a", "v1"), LONG_MS, false);
        // When
        caches.initialised(function("a", "v1"), LONG_MS, false);
        // Then
        assertEquals(1, workshop.started().size());
        Sandboxes.Spec spec = workshop.started().getFirst();
        assertEquals(Egress.NONE, spec.egress());
        assertEquals(List.of("train"), spec.command());
    }

    @Test
    void noOtherCodeHandlerAccountOrFunctionUsesIt() {
        // When
        caches.initialised(function("a", "v1"), LONG_MS, false);
        // Then
        Blueprint same = function("a", "v1");
        assertTrue(caches.find(language, function("a", "v2")).isEmpty());
        assertTrue(caches.find(language, function("b", "v1")).isEmpty());
        assertTrue(caches.find(language, with(same, "222222222222", "h.h")).isEmpty());
        assertTrue(caches.find(language, with(same, same.accountId(), "other.h")).isEmpty());
    }

    @Test
    void anotherInterpreterDoesNotUseIt() {
        // Given
        caches.initialised(function("a", "v1"), LONG_MS, false);
        // When
        language.identity = "newer";
        // Then
        assertTrue(caches.find(language, function("a", "v1")).isEmpty());
    }

    @Test
    void aFailedTrainingIsNotTriedAgainUntilTheCodeChanges() {
        // Given
        workshop.endsWith(1, "no database");
        caches.initialised(function("a", "v1"), LONG_MS, false);
        workshop.endsWith(0, "");
        // When
        caches.initialised(function("a", "v1"), LONG_MS, false);
        caches.initialised(function("a", "v2"), LONG_MS, false);
        // Then
        assertTrue(caches.find(language, function("a", "v1")).isEmpty());
        assertTrue(caches.find(language, function("a", "v2")).isPresent());
        assertEquals(2, workshop.started().size());
        assertEquals(0, leftInTheWorkshop());
    }

    @Test
    void aTrainingThatDoesNotEndIsKilled() {
        // Given
        workshop.neverEnds();
        workshop.meanwhile(() -> time.step(Long.MAX_VALUE));
        // When
        caches.initialised(function("a", "v1"), LONG_MS, false);
        // Then
        assertTrue(caches.find(language, function("a", "v1")).isEmpty());
        assertEquals(Limits.CACHE_TRAINING_MS.value() * 1_000_000, time.nanoTime());
    }

    @Test
    void whatIsTooLargeIsRefused() {
        // Given
        workshop.makes(
                product -> {
                    try (var file = new RandomAccessFile(product.toFile(), "rw")) {
                        file.setLength(Limits.CACHE_BYTES.value());
                    }
                });
        // When
        caches.initialised(function("a", "v1"), LONG_MS, false);
        // Then
        assertTrue(caches.find(language, function("a", "v1")).isEmpty());
        assertEquals(0, leftInTheWorkshop());
    }

    @Test
    void nothingIsRefused() {
        // Given
        workshop.makes(product -> {});
        // When
        caches.initialised(function("a", "v1"), LONG_MS, false);
        // Then
        assertTrue(caches.find(language, function("a", "v1")).isEmpty());
    }

    @Test
    void aLinkToAnythingIsRefused() throws IOException {
        // Given
        Path secret = Files.writeString(data.resolve("secret"), "the server's own");
        workshop.makes(
                product -> {
                    Files.delete(product);
                    Files.createSymbolicLink(product, secret);
                });
        // When
        caches.initialised(function("a", "v1"), LONG_MS, false);
        // Then
        assertTrue(caches.find(language, function("a", "v1")).isEmpty());
        assertEquals("the server's own", Files.readString(secret));
    }

    @Test
    void aPipeIsRefusedWithoutBeingOpened() {
        // Given
        workshop.makes(
                product -> {
                    Files.delete(product);
                    makePipe(product);
                });
        // When
        caches.initialised(function("a", "v1"), LONG_MS, false);
        // Then
        assertTrue(caches.find(language, function("a", "v1")).isEmpty());
        assertEquals(0, leftInTheWorkshop());
    }

    @Test
    void anInstanceThatDiesOfItsCacheIsTheLastToUseIt() {
        // Given
        caches.initialised(function("a", "v1"), LONG_MS, false);
        // When
        caches.broken(function("a", "v1"));
        // Then
        caches.initialised(function("a", "v1"), LONG_MS, false);
        assertTrue(caches.find(language, function("a", "v1")).isEmpty());
        assertEquals(1, workshop.started().size());
    }

    @Test
    void newCodeRemovesTheOldCache() throws IOException {
        // Given
        caches.initialised(function("a", "v1"), LONG_MS, false);
        // When
        caches.replaced(function("a", "v2"));
        // Then
        assertTrue(caches.find(language, function("a", "v1")).isEmpty());
        assertEquals(0, onTheShelf());
    }

    @Test
    void newSettingsKeepIt() {
        // Given
        caches.initialised(function("a", "v1"), LONG_MS, false);
        // When
        caches.replaced(function("a", "v1"));
        // Then
        assertTrue(caches.find(language, function("a", "v1")).isPresent());
    }

    @Test
    void aDeletedFunctionLeavesNothingEvenIfItIsInTrainingJustThen() throws IOException {
        // Given
        workshop.meanwhile(() -> caches.retired(function("a", "v1").workload()));
        // When
        caches.initialised(function("a", "v1"), LONG_MS, false);
        // Then
        assertTrue(caches.find(language, function("a", "v1")).isEmpty());
        assertEquals(0, onTheShelf());
    }

    @Test
    void theRuntimeAloneServesFunctionsWithoutACache() {
        // Given
        language.alone = new Maker("runtime");
        caches.find(language, function("a", "v1"));
        // When
        Caches.Use use = caches.find(language, function("b", "v1")).orElseThrow();
        // Then
        assertFalse(use.own());
        assertEquals(1, workshop.started().size());
        assertNotEquals(
                function("a", "v1").code(),
                workshop.started().getFirst().mounts().getFirst().host());
    }

    @Test
    void waitingRuntimesAreStartedWithACacheOnceItIsMade() {
        // Given
        language.cell = new CellMaker();
        var plain = new Runtimes.Launch(List.of("stem"), Map.of(), List.of());
        assertEquals(plain, caches.ofCell(language, plain));
        // When
        Runtimes.Launch launch = caches.ofCell(language, plain);
        // Then
        assertEquals(List.of("stem", "with a cache"), launch.command());
        assertEquals(1, workshop.started().size());
        assertEquals(List.of("train"), workshop.started().getFirst().command());
    }

    @Test
    void aLanguageWithoutSuchACacheHasItsWaitingRuntimesStartedWithoutOne() {
        // Given
        var plain = new Runtimes.Launch(List.of("stem"), Map.of(), List.of());
        // When
        Runtimes.Launch launch = caches.ofCell(language, plain);
        // Then
        assertEquals(plain, launch);
        assertEquals(List.of(), workshop.started());
    }

    @Test
    void aRestartedServerUsesWhatIsThere() throws IOException {
        // Given
        caches.initialised(function("a", "v1"), LONG_MS, false);
        caches.close();
        // When
        caches = opened();
        // Then
        assertTrue(caches.find(language, function("a", "v1")).isPresent());
    }

    @Test
    void afterARebootNothingIsTrusted() throws IOException {
        // Given
        caches.initialised(function("a", "v1"), LONG_MS, false);
        caches.close();
        Files.writeString(data.resolve("caches/ready/.boot"), "another");
        // When
        caches = opened();
        // Then
        assertTrue(caches.find(language, function("a", "v1")).isEmpty());
        assertEquals(0, onTheShelf());
    }

    @Test
    void theAccountWithMostLosesWhatItUsedLeast() throws IOException {
        // Given
        Path folder = data.resolve("small");
        var shelf = CacheShelf.open(folder, 100);
        put(shelf, "1", "a", 30);
        put(shelf, "2", "a", 30);
        put(shelf, "2", "b", 30);
        shelf.find(name("2", "a"));
        // When
        put(shelf, "1", "b", 20);
        // Then
        assertTrue(shelf.has(name("1", "a")));
        assertTrue(shelf.has(name("1", "b")));
        assertTrue(shelf.has(name("2", "a")));
        assertFalse(shelf.has(name("2", "b")));
    }

    // ---- What the tests are made of ----

    private PreparedCaches opened() throws IOException {
        Path folder = data.resolve("caches");
        PreparedCaches.makeFolders(folder);
        GuestProtocol protocol = (listener, port) -> listener;
        return new PreparedCaches(
                folder,
                CacheShelf.open(folder.resolve("ready"), Limits.CACHES_BYTES.value()),
                new Languages(),
                () -> new Training(workshop, protocol, time, time, "us-east-1"),
                () -> "training",
                Runnable::run);
    }

    private long leftInTheWorkshop() {
        return count(data.resolve("caches/workshop"), "");
    }

    private long onTheShelf() throws IOException {
        return count(data.resolve("caches/ready"), ".");
    }

    private static long count(Path folder, String hidden) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(
                            file ->
                                    hidden.isEmpty()
                                            || !file.getFileName().toString().startsWith(hidden))
                    .count();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void makePipe(Path path) throws IOException {
        try {
            int status = new ProcessBuilder("mkfifo", path.toString()).start().waitFor();
            assertEquals(0, status);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void put(CacheShelf shelf, String account, String workload, int bytes)
            throws IOException {
        Path product = data.resolve("product");
        Files.write(product, new byte[bytes]);
        shelf.finish(name(account, workload), shelf.begin(), product, 1_000);
    }

    private static CacheName name(String account, String workload) {
        return new CacheName(account, workload.repeat(24), "0".repeat(40));
    }

    private static Blueprint function(String name, String code) {
        return blueprint(name, code, "111111111111", "h.h");
    }

    private static Blueprint with(Blueprint same, String account, String handler) {
        return blueprint(same.functionName(), same.code().toString(), account, handler);
    }

    private static Blueprint blueprint(String name, String code, String account, String handler) {
        return new Blueprint(
                name + ":$LATEST",
                1,
                account,
                name,
                name,
                "$LATEST",
                Language.NAME,
                handler,
                Path.of(code),
                List.of(),
                Map.of(),
                128,
                3_000,
                64,
                1,
                Egress.INTERNET);
    }

    private final class Languages implements Runtimes {
        @Override
        public Optional<Runtimes.Language> find(String name) {
            return Optional.of(language);
        }

        @Override
        public Collection<Runtimes.Language> all() {
            return List.of(language);
        }
    }

    private static final class Language implements Runtimes.Language {
        static final String NAME = "fake1";
        private String identity = "old";
        private @Nullable CacheMaker alone;
        private CacheMaker.@Nullable OfCell cell;

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public boolean concurrent() {
            return false;
        }

        @Override
        public Runtimes.Launch launch(Blueprint blueprint) {
            return new Runtimes.Launch(List.of("plain"), Map.of(), List.of());
        }

        @Override
        public Optional<CacheMaker> caches() {
            var maker = new Maker(identity);
            maker.alone = alone;
            maker.cell = cell;
            return Optional.of(maker);
        }
    }

    private static final class CellMaker extends Maker implements CacheMaker.OfCell {
        CellMaker() {
            super("cell");
        }

        @Override
        public Runtimes.Launch launch(Runtimes.Launch stem, Path folder) {
            assertTrue(Files.exists(folder.resolve(CACHE)));
            return new Runtimes.Launch(
                    List.of(stem.command().getFirst(), "with a cache"), Map.of(), List.of());
        }
    }

    private static class Maker implements CacheMaker {
        private final String identity;
        private @Nullable CacheMaker alone;
        private CacheMaker.@Nullable OfCell cell;

        Maker(String identity) {
            this.identity = identity;
        }

        @Override
        public long worthMs() {
            return 100;
        }

        @Override
        public boolean suits(Blueprint blueprint) {
            return true;
        }

        @Override
        public String identity(Blueprint blueprint) {
            return identity;
        }

        @Override
        public void furnish(Blueprint blueprint, Path folder) throws IOException {
            Files.writeString(folder.resolve("aside"), "the server's part");
        }

        @Override
        public Runtimes.Launch training(Blueprint blueprint, Path folder) {
            return new Runtimes.Launch(List.of("train"), Map.of(), List.of());
        }

        @Override
        public Runtimes.Launch launch(Blueprint blueprint, Path folder) {
            assertNull(Files.exists(folder.resolve(CACHE)) ? null : folder);
            return new Runtimes.Launch(List.of("use"), Map.of(), List.of());
        }

        @Override
        public Optional<CacheMaker.OfCell> ofCell() {
            return Optional.ofNullable(cell);
        }

        @Override
        public Optional<CacheMaker> runtimeAlone() {
            return Optional.ofNullable(alone);
        }
    }
}
