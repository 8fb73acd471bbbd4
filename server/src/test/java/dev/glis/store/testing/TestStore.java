package dev.glis.store.testing;

import dev.glis.store.Blobs;
import dev.glis.store.FileBlobs;
import dev.glis.store.PostgresStore;
import dev.glis.store.Store;
import dev.glis.store.StoreTestAccess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A store for one test class or test: a fresh database on a PostgreSQL that all tests of this
 * process share, and a fresh folder of blobs. Opening the first takes a second or two, each further
 * one some 50 ms. Not durable, otherwise the real thing.
 */
public final class TestStore implements AutoCloseable {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final String database = "test" + NUMBER.incrementAndGet();
    private final Path folder;
    private final PostgresStore store;
    private final Blobs blobs;

    private TestStore(List<Store.Migrations> migrations) throws IOException {
        StoreTestAccess.administer("CREATE DATABASE " + database);
        folder = Files.createTempDirectory("glis-test-store-");
        store = StoreTestAccess.openShared(database);
        blobs = new FileBlobs(folder.resolve("blobs"));
        store.migrate(migrations);
    }

    /** A fresh store to which these migrations have been applied. */
    public static TestStore open(Store.Migrations... migrations) {
        try {
            return new TestStore(List.of(migrations));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The store, with its {@link PostgresStore#changes()} and {@link PostgresStore#leases()}. */
    public PostgresStore store() {
        return store;
    }

    public Blobs blobs() {
        return blobs;
    }

    /** An empty folder of this store's own, beside the blobs. */
    public Path folder() {
        return folder;
    }

    @Override
    public void close() {
        store.close();
        StoreTestAccess.administer("DROP DATABASE IF EXISTS " + database + " WITH (FORCE)");
        try (var paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
