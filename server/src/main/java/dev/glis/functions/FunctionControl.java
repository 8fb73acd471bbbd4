package dev.glis.functions;

import dev.glis.accounts.Accounts;
import dev.glis.base.Clock;
import dev.glis.base.Ids;
import dev.glis.base.Limits;
import dev.glis.base.Timers;
import dev.glis.engine.Egress;
import dev.glis.engine.Engine;
import dev.glis.engine.Runtimes;
import dev.glis.engine.image.ImageFolders;
import dev.glis.store.Blobs;
import dev.glis.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/** The control plane of functions: makes its parts, starts and stops them. */
public final class FunctionControl implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(FunctionControl.class.getName());

    private final String region;
    private final CodePackages packages;
    private final Images images;
    private final ImageUploads imageUploads;
    private final Catalog catalog;
    private final FunctionAdmin functions;
    private final Permissions permissions;
    private final Aliases aliases;
    private final Concurrency concurrency;
    private final QueuePolicies queuePolicies;
    private final Tags tags;
    private final FunctionUrls urls;
    private final Layers layers;
    private final Accounts accounts;
    private final Timers timers;
    private final Executor executor;
    private volatile boolean closed;

    /**
     * Wires the parts; {@link #start} begins their work.
     *
     * @param codeFolder for unpacked code; made again from blobs where it is missing
     * @param imageFolder the same for container images
     * @param executor for work that blocks, on virtual threads
     * @param chance picks a version where an alias has weights
     * @param egress which network functions may reach
     */
    public FunctionControl(
            Store store,
            Blobs blobs,
            Path codeFolder,
            Path imageFolder,
            Images.ImageRules imageRules,
            Engine engine,
            Runtimes runtimes,
            Accounts accounts,
            Clock clock,
            Timers timers,
            Ids ids,
            Executor executor,
            RandomGenerator chance,
            String region,
            Egress egress) {
        this.region = region;
        this.accounts = accounts;
        this.timers = timers;
        this.executor = executor;
        var imageFolders = new ImageFolders(blobs, imageFolder);
        packages = new CodePackages(store, blobs, codeFolder, imageFolders, clock);
        images =
                new Images(
                        store, packages, blobs, imageFolders, accounts, timers, clock, imageRules);
        imageUploads = new ImageUploads(images, imageFolder.resolve("uploads"), ids, clock);
        catalog =
                new Catalog(
                        store,
                        new CatalogReader(packages, images, egress),
                        engine,
                        accounts,
                        chance,
                        region);
        permissions = new Permissions(store, catalog, ids);
        aliases = new Aliases(store, catalog, ids);
        concurrency = new Concurrency(store, catalog, engine, accounts, clock);
        queuePolicies = new QueuePolicies(store, catalog, clock);
        tags = new Tags(store);
        urls = new FunctionUrls(store, catalog, ids, clock);
        layers = new Layers(store, packages, accounts, ids, clock);
        var rules = new SettingsRules(runtimes, images);
        functions =
                new FunctionAdmin(
                        store, packages, images, catalog, layers, rules, accounts, ids, clock);
    }

    /** The tables, for {@link Store#migrate}. */
    public static Store.Migrations migrations() {
        return new Store.Migrations(
                "functions", FunctionControl.class, List.of("001_functions.sql", "002_images.sql"));
    }

    /** Begins work; the tables must be there. Blocks. */
    public void start() {
        packages.start();
        startImages();
        catalog.start();
        sweepLater();
    }

    private void startImages() {
        try {
            images.folders().start();
            imageUploads.start();
        } catch (IOException e) {
            throw CodePackages.broken("Preparing the folder for images failed", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        catalog.close();
    }

    public String region() {
        return region;
    }

    public FunctionCatalog catalog() {
        return catalog;
    }

    public FunctionAdmin functions() {
        return functions;
    }

    public Permissions permissions() {
        return permissions;
    }

    public Aliases aliases() {
        return aliases;
    }

    public Concurrency concurrency() {
        return concurrency;
    }

    public QueuePolicies queuePolicies() {
        return queuePolicies;
    }

    public Tags tags() {
        return tags;
    }

    public FunctionUrls urls() {
        return urls;
    }

    public Layers layers() {
        return layers;
    }

    public Images images() {
        return images;
    }

    public ImageUploads imageUploads() {
        return imageUploads;
    }

    /** What an account may use at most. */
    public Accounts.Quotas quotas(String accountId) {
        return accounts.quotas(accountId);
    }

    /** What an account still has, such as {@code 3 functions}; nothing when it may go. */
    public Optional<String> holding(String accountId) {
        long count = functions.usage(accountId).functions();
        if (count > 0) {
            return Optional.of(count == 1 ? "1 function" : count + " functions");
        }
        boolean hasLayers =
                !layers.list(region, accountId, new Layers.Filter(null, null), null, 1)
                        .items()
                        .isEmpty();
        return hasLayers ? Optional.of("layers") : Optional.empty();
    }

    private void sweepLater() {
        timers.after(Limits.CODE_SWEEP_MS.value(), () -> executor.execute(this::sweep));
    }

    private void sweep() {
        if (closed) {
            return;
        }
        try {
            packages.sweep();
            imageUploads.sweep();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "Removing unreferenced code failed", e);
        }
        sweepLater();
    }
}
