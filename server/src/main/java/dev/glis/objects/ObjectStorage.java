package dev.glis.objects;

import dev.glis.base.Clock;
import dev.glis.base.FileTrees;
import dev.glis.base.Ids;
import dev.glis.base.KeyFile;
import dev.glis.base.Timers;
import dev.glis.meter.Meter;
import dev.glis.store.Leases;
import dev.glis.store.RepeatedDuty;
import dev.glis.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * Object storage: its parts, made and wired.
 *
 * <p>Keys, versions and small objects are in the store; what is larger is in files of a folder that
 * one process at a time uses. All bytes are encrypted.
 */
public final class ObjectStorage {
    /** The tables of this package. */
    public static final Store.Migrations MIGRATIONS =
            new Store.Migrations(
                    "objects", ObjectStorage.class, List.of("001_objects.sql", "002_upkeep.sql"));

    private static final System.Logger LOG = System.getLogger(ObjectStorage.class.getName());
    private static final long COLLECT_EVERY_MS = 5_000;
    private static final long LIFECYCLES_EVERY_MS = 3_600_000;
    private static final long HOURS_EVERY_MS = 300_000;
    private static final long SCRUB_EVERY_MS = 1_000;

    private final StoredBuckets buckets;
    private final StoredObjects objects;
    private final StoredUploads uploads;
    private final Collector collector;
    private final Lifecycle lifecycle;
    private final StorageHours hours;
    private final Scrubber scrubber;

    /**
     * Opens the storage.
     *
     * @param folder holds the files; made if it is missing
     * @param keyFile holds the key under which objects are encrypted; made if it is missing
     */
    public ObjectStorage(
            Store store, Path folder, Path keyFile, Meter meter, Ids ids, Clock clock) {
        this(store, folder, keyFile, meter, ids, clock, FileTrees::syncFolder);
    }

    ObjectStorage(
            Store store,
            Path folder,
            Path keyFile,
            Meter meter,
            Ids ids,
            Clock clock,
            SharedSync.FolderSync sync) {
        var keys = new Keys(new KeyFile(keyFile, "the stored objects"));
        var files = new BlobFiles(folder, sync);
        var pins = new Pins(blob -> remove(files, blob));
        var counts = new ObjectMeter(meter);
        var writer = new BlobWriter(files, keys, ids);
        var reader = new BlobReader(files, keys, pins, counts);
        this.buckets = new StoredBuckets(store, clock);
        this.objects = new StoredObjects(store, writer, reader, ids, clock);
        this.uploads = new StoredUploads(store, objects, writer, keys, counts, ids, clock);
        this.collector = new Collector(store, files, pins);
        this.lifecycle = new Lifecycle(store, clock);
        this.hours = new StorageHours(store, counts, clock);
        this.scrubber = new Scrubber(store, files, clock);
    }

    private static void remove(BlobFiles files, String blob) {
        try {
            files.delete(blob);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "A file of no object was not removed", e);
        }
    }

    /** Buckets and what is set for them. */
    public Buckets buckets() {
        return buckets;
    }

    /** Objects. */
    public Objects objects() {
        return objects;
    }

    /** Uploads in parts. */
    public Uploads uploads() {
        return uploads;
    }

    /** What an account still has here, in words; nothing if it has nothing. */
    public Optional<String> holding(String accountId) {
        return buckets.holding(accountId);
    }

    /** Removes the bytes to which nothing refers any more. */
    void collect() {
        collector.collect();
    }

    /** Does what is due by the lifecycles of buckets. */
    void applyLifecycles() {
        lifecycle.run();
    }

    /** Tells the meter what is stored, once an hour. */
    void countHours() {
        hours.count();
    }

    /** Verifies as many bytes as may be read in a second. */
    void scrub() {
        scrubber.second();
    }

    /** How many damaged files the search for them has found that objects still need. */
    public long damaged() {
        return scrubber.damaged();
    }

    /**
     * What is to be done in the background, by the process that uses the folder.
     *
     * @param executor starts a virtual thread for each task
     */
    public Leases.Duty upkeep(Timers timers, Executor executor) {
        List<RepeatedDuty> duties =
                List.of(
                        new RepeatedDuty(
                                "removing the bytes of no object",
                                COLLECT_EVERY_MS,
                                this::collect,
                                timers,
                                executor),
                        new RepeatedDuty(
                                "expiring objects",
                                LIFECYCLES_EVERY_MS,
                                this::applyLifecycles,
                                timers,
                                executor),
                        new RepeatedDuty(
                                "counting stored bytes",
                                HOURS_EVERY_MS,
                                this::countHours,
                                timers,
                                executor),
                        new RepeatedDuty(
                                "verifying stored bytes",
                                SCRUB_EVERY_MS,
                                this::scrub,
                                timers,
                                executor));
        return new Leases.Duty() {
            @Override
            public void begin() {
                duties.forEach(RepeatedDuty::begin);
            }

            @Override
            public void end() {
                duties.forEach(RepeatedDuty::end);
            }
        };
    }
}
