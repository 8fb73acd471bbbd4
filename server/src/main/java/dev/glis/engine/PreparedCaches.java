package dev.glis.engine;

import dev.glis.base.Clock;
import dev.glis.base.FileTrees;
import dev.glis.base.Ids;
import dev.glis.base.Limits;
import dev.glis.base.Timers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Caches that are prepared in the background, one function after the other, for those whose
 * initialisation was seen to be worth it.
 *
 * <pre>
 *             an initialisation took long          its turn               made and checked
 *   UNKNOWN ──────────────────────────▶ WAITING ────────────▶ TRAINING ────────────────▶ READY
 *      ▲                                   │                     │                         │
 *      │                                   │                     │ crash, timeout,         │ an instance
 *      │                                   │                     │ nothing or too much     │ died of it
 *      │         other code, deleted       │                     ▼                         │
 *      └───────────────────────────────────┴───────────────── REFUSED ◀───────────────────┘
 * </pre>
 *
 * <p><b>Why it is safe.</b> A cache of byte code is code. It is made inside a sandbox, by a process
 * that the function's code may have taken over, so whoever uses it must trust that code already:
 * its name is a hash of the account, the workload, the code and all else that it depends on, and
 * only a start of exactly that asks for it. The server never looks into it. It is one file of
 * limited size, filled through a mount of that file alone, copied when no process of the sandbox is
 * left, and mounted read-only from then on.
 *
 * <p><b>Why it is fresh.</b> There is no moment at which a cache has to be invalidated: other code
 * has another name. What an update removes is only rubbish.
 *
 * <p><b>Why it disturbs nobody.</b> A function is trained only after one of its instances took long
 * to initialise; one training goes on at a time, accounts take turns, and it gets the processor
 * time that nobody else wants, and only when its memory is free. All that goes wrong ends in plain
 * starts.
 *
 * <p>State is guarded by the monitor, which is held for no longer than a look at it. Trainings run
 * on a thread of the executor.
 */
public final class PreparedCaches implements Caches, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(PreparedCaches.class.getName());
    private static final int ID_LENGTH = 24;
    private static final String NOBODY = "runtime";
    private static final int RUNTIME_MEMORY_MB = 512;
    private static final String EMPTY = "empty";
    private static final String SHELF = "ready";
    private static final String WORKSHOP = "workshop";

    private final Path folder;
    private final CacheShelf shelf;
    private final Runtimes runtimes;
    private final Supplier<Training> trainings;
    private final Supplier<String> ids;
    private final Executor executor;
    private volatile MemoryLender lender = MemoryLender.UNLIMITED;

    /** Names that wait, are in training, or were refused; a name that is ready is on the shelf. */
    private final Map<CacheName, State> states = new LinkedHashMap<>();

    private final Turns<Wish> waiting = new Turns<>();
    private boolean atWork;
    private boolean closed;
    private @Nullable Training current;

    private enum State {
        WAITING,
        TRAINING,
        REFUSED
    }

    private record Wish(CacheName name, CacheMaker maker, Blueprint blueprint) {}

    PreparedCaches(
            Path folder,
            CacheShelf shelf,
            Runtimes runtimes,
            Supplier<Training> trainings,
            Supplier<String> ids,
            Executor executor) {
        this.folder = folder;
        this.shelf = shelf;
        this.runtimes = runtimes;
        this.trainings = trainings;
        this.ids = ids;
        this.executor = executor;
    }

    /**
     * Takes up the caches of earlier runs.
     *
     * @param folder for this class alone, for files that can be made again
     * @param sandboxes in which caches are made; they must isolate
     * @param executor for trainings; its threads may be blocked
     */
    public static PreparedCaches open(
            Path folder,
            Sandboxes sandboxes,
            Runtimes runtimes,
            GuestProtocol protocol,
            Clock clock,
            Timers timers,
            Ids ids,
            Executor executor,
            String region)
            throws IOException {
        makeFolders(folder);
        return new PreparedCaches(
                folder,
                CacheShelf.open(folder.resolve(SHELF), Limits.CACHES_BYTES.value()),
                runtimes,
                () -> new Training(sandboxes, protocol, clock, timers, region),
                () -> ids.hostLabel(ID_LENGTH),
                executor);
    }

    /** Only the server may enter the workshop: what is made there is writable for all. */
    static void makeFolders(Path folder) throws IOException {
        FileTrees.delete(folder.resolve(WORKSHOP));
        Files.createDirectories(folder.resolve(EMPTY));
        Files.createDirectories(folder.resolve(WORKSHOP));
        Files.setPosixFilePermissions(
                folder.resolve(WORKSHOP), PosixFilePermissions.fromString("rwx------"));
        Files.setPosixFilePermissions(
                folder.resolve(EMPTY), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    // ---- What the scheduler asks and tells ----

    @Override
    public void borrowFrom(MemoryLender memory) {
        lender = memory;
    }

    @Override
    public Optional<Use> find(Runtimes.Language language, Blueprint blueprint) {
        Optional<CacheMaker> maker = language.caches().filter(each -> each.suits(blueprint));
        if (maker.isEmpty()) {
            return Optional.empty();
        }
        return shelf.find(CacheName.of(maker.get(), blueprint))
                .map(ready -> new Use(maker.get().launch(blueprint, ready), true))
                .or(() -> maker.get().runtimeAlone().flatMap(alone -> use(alone, blueprint)));
    }

    private Optional<Use> use(CacheMaker runtimeAlone, Blueprint blueprint) {
        return findOrWish(runtimeAlone, nobody(blueprint.runtime()))
                .map(cache -> new Use(runtimeAlone.launch(blueprint, cache), false));
    }

    @Override
    public Runtimes.Launch ofCell(Runtimes.Language language, Runtimes.Launch stem) {
        return language.caches()
                .flatMap(CacheMaker::ofCell)
                .flatMap(
                        maker ->
                                findOrWish(maker, nobody(language.name()))
                                        .map(cache -> maker.launch(stem, cache)))
                .orElse(stem);
    }

    private Optional<Path> findOrWish(CacheMaker maker, Blueprint blueprint) {
        CacheName name = CacheName.of(maker, blueprint);
        Optional<Path> ready = shelf.find(name);
        if (ready.isEmpty()) {
            wish(new Wish(name, maker, blueprint));
        }
        return ready;
    }

    /** The blueprint of no function at all. */
    private Blueprint nobody(String runtime) {
        return new Blueprint(
                "runtime:" + runtime,
                1,
                NOBODY,
                "runtime:" + runtime,
                NOBODY,
                "$LATEST",
                runtime,
                "none",
                folder.resolve(EMPTY),
                List.of(),
                Map.of(),
                RUNTIME_MEMORY_MB,
                Limits.CACHE_TRAINING_MS.value(),
                RUNTIME_MEMORY_MB,
                1,
                Egress.NONE);
    }

    @Override
    public void initialised(Blueprint blueprint, long tookMs, boolean prepared) {
        if (prepared) {
            return;
        }
        makerFor(blueprint)
                .filter(maker -> tookMs >= maker.worthMs())
                .ifPresent(maker -> executor.execute(() -> wish(maker, blueprint)));
    }

    private void wish(CacheMaker maker, Blueprint blueprint) {
        wish(new Wish(CacheName.of(maker, blueprint), maker, blueprint));
    }

    private Optional<CacheMaker> makerFor(Blueprint blueprint) {
        return runtimes.find(blueprint.runtime())
                .flatMap(Runtimes.Language::caches)
                .filter(maker -> maker.suits(blueprint));
    }

    @Override
    public void broken(Blueprint blueprint) {
        makerFor(blueprint)
                .map(maker -> CacheName.of(maker, blueprint))
                .ifPresent(
                        name -> {
                            refuse(name, blueprint, "an instance that used it ended at once");
                            shelf.removeIf(name::equals);
                        });
    }

    @Override
    public void replaced(Blueprint blueprint) {
        String workload = CacheName.hashOfWorkload(blueprint.workload());
        executor.execute(
                () -> {
                    Optional<CacheName> kept =
                            makerFor(blueprint).map(maker -> CacheName.of(maker, blueprint));
                    forget(
                            name ->
                                    name.workload().equals(workload)
                                            && !kept.equals(Optional.of(name)));
                });
    }

    @Override
    public void retired(String workload) {
        String hash = CacheName.hashOfWorkload(workload);
        executor.execute(() -> forget(name -> name.workload().equals(hash)));
    }

    private void forget(Predicate<CacheName> which) {
        synchronized (this) {
            states.keySet().removeIf(which);
            waiting.removeIf(wish -> which.test(wish.name()));
        }
        shelf.removeIf(which);
    }

    // ---- Making them ----

    private void wish(Wish wish) {
        synchronized (this) {
            if (closed
                    || states.containsKey(wish.name())
                    || shelf.has(wish.name())
                    || waiting.size() >= Limits.CACHE_QUEUE.intValue()) {
                return;
            }
            states.put(wish.name(), State.WAITING);
            waiting.add(wish.name().account(), wish);
            if (atWork) {
                return;
            }
            atWork = true;
        }
        executor.execute(this::work);
    }

    /** Until nothing waits any more. */
    private void work() {
        for (Wish wish = take(); wish != null; wish = take()) {
            try {
                makeWhenMemoryIsFree(wish);
            } catch (IOException | UncheckedIOException e) {
                refuse(wish.name(), wish.blueprint(), String.valueOf(e.getMessage()));
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "A cache could not be prepared", e);
                refuse(wish.name(), wish.blueprint(), String.valueOf(e));
            }
        }
    }

    private synchronized @Nullable Wish take() {
        current = null;
        Wish wish = closed ? null : waiting.next();
        if (wish == null) {
            atWork = false;
            return null;
        }
        states.put(wish.name(), State.TRAINING);
        current = trainings.get();
        return wish;
    }

    /** Where it is not, the next start that takes long asks for the cache again. */
    private void makeWhenMemoryIsFree(Wish wish) throws IOException {
        int memoryMb = Training.memoryMb(wish.blueprint());
        if (lender.lend(memoryMb)) {
            try {
                make(wish);
            } finally {
                lender.giveBack(memoryMb);
            }
        } else {
            synchronized (this) {
                states.remove(wish.name());
            }
        }
    }

    private void make(Wish wish) throws IOException {
        String id = ids.get();
        Path product = folder.resolve(WORKSHOP).resolve(id);
        Path unfinished = shelf.begin();
        try {
            wish.maker().furnish(wish.blueprint(), unfinished);
            train(id, wish, unfinished, product);
            publish(wish, unfinished, product);
        } finally {
            Files.deleteIfExists(product);
            CacheShelf.deleteTree(unfinished);
        }
    }

    private void train(String id, Wish wish, Path unfinished, Path product) throws IOException {
        Training training;
        synchronized (this) {
            training = current;
        }
        if (training == null) {
            throw new IOException("the server is stopping");
        }
        Runtimes.Launch launch = wish.maker().training(wish.blueprint(), unfinished);
        training.run(id, wish.blueprint(), launch, product);
    }

    /** Unless it was forgotten meanwhile. */
    private void publish(Wish wish, Path unfinished, Path product) throws IOException {
        synchronized (this) {
            if (states.get(wish.name()) != State.TRAINING) {
                return;
            }
        }
        shelf.finish(wish.name(), unfinished, product, Limits.CACHE_BYTES.value());
        synchronized (this) {
            if (states.remove(wish.name(), State.TRAINING)) {
                LOG.log(
                        System.Logger.Level.INFO,
                        "Starts of {0} have a cache now",
                        wish.blueprint().workload());
                return;
            }
        }
        shelf.removeIf(wish.name()::equals);
    }

    private void refuse(CacheName name, Blueprint blueprint, String why) {
        synchronized (this) {
            if (closed) {
                return;
            }
            states.put(name, State.REFUSED);
            while (states.size() > Limits.CACHE_NAMES.intValue()) {
                states.remove(states.keySet().iterator().next());
            }
        }
        LOG.log(
                System.Logger.Level.WARNING,
                "Starts of {0} stay without a cache: {1}",
                blueprint.workload(),
                why);
    }

    /** Ends the training that is under way; what is ready stays for the next run. */
    @Override
    public void close() {
        Training training;
        synchronized (this) {
            closed = true;
            training = current;
            current = null;
        }
        if (training != null) {
            training.cancel();
        }
    }
}
