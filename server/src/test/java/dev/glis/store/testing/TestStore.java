package dev.glis.store.testing;

import dev.glis.base.Clock;
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
    private final String address;
    private final Path folder;
    private final PostgresStore store;
    private final Blobs blobs;

    private TestStore(boolean given, List<Store.Migrations> migrations) throws IOException {
        StoreTestAccess.createDatabase(database);
        address = given ? StoreTestAccess.givenAddress(database) : "";
        folder = Files.createTempDirectory("glis-test-store-");
        store = openNode();
        blobs = new FileBlobs(folder.resolve("blobs"));
        store.migrate(migrations);
    }

    /** A fresh store to which these migrations have been applied. */
    public static TestStore open(Store.Migrations... migrations) {
        return open(false, migrations);
    }

    /** As {@link #open}, on what is for the store a given server that other nodes use too. */
    public static TestStore openGiven(Store.Migrations... migrations) {
        return open(true, migrations);
    }

    private static TestStore open(boolean given, Store.Migrations... migrations) {
        try {
            return new TestStore(given, List.of(migrations));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Another node on the same database; the caller closes it. */
    public PostgresStore openNode() {
        return address.isEmpty()
                ? StoreTestAccess.openShared(database)
                : PostgresStore.given(address, Clock.system());
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
        StoreTestAccess.dropDatabase(database);
        try (var paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
