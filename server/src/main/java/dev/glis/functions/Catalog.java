package dev.glis.functions;

import dev.glis.accounts.Accounts;
import dev.glis.base.Fault;
import dev.glis.base.KeyLocks;
import dev.glis.base.Limits;
import dev.glis.engine.Blueprint;
import dev.glis.engine.Engine;
import dev.glis.store.Store;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The functions that were used on this node since it started, in memory; and the one way by which a
 * change of a function reaches the engine.
 *
 * <p><b>Always current.</b> Every change goes through {@link #change}: it commits, then reads the
 * function anew, replaces what is in memory, tells the engine what is different, and only then
 * returns to be answered. So whoever has got an answer sees the change. Other nodes do the same
 * when the store notifies them. Reading anew happens under one of a fixed number of locks, chosen
 * by the function's name: of two readers the later one reads the later state, so an old state can
 * never overwrite a newer one, and a deleted function cannot come back.
 *
 * <p><b>Cheap.</b> A function that nobody uses is not in memory, unless it was made just now and
 * few are. Loading one takes a handful of queries by key. Functions stay until they are deleted;
 * versions other than {@code $LATEST} are read when they are used first.
 *
 * <p>Safe for use by any thread. {@link #cached} never blocks; everything else may read the store.
 */
final class Catalog implements FunctionCatalog, AutoCloseable {
    private static final String CHANNEL = "functions";
    private static final int LOCKS = 256;

    /** Whether to read a function after a change even if it is not in memory. */
    enum Reach {
        /** Only a function in memory is read anew. */
        IF_USED,
        /**
         * The node that made the change is likely to be asked next: it reads the function, while
         * few are in memory.
         */
        EXPECTED_HERE,
        /** The engine must know of this change, used or not. */
        ALWAYS
    }

    private final Store store;
    private final CatalogReader reader;
    private final Engine engine;
    private final Accounts accounts;
    private final RandomGenerator chance;
    private final String region;
    private final String node = UUID.randomUUID().toString();
    private final Map<FunctionName, FunctionState> functions = new ConcurrentHashMap<>();
    private final Map<String, FunctionName> urls = new ConcurrentHashMap<>();
    private final Set<String> limitedAccounts = ConcurrentHashMap.newKeySet();
    private final KeyLocks locks = new KeyLocks(LOCKS);
    private @Nullable AutoCloseable listening;

    Catalog(
            Store store,
            CatalogReader reader,
            Engine engine,
            Accounts accounts,
            RandomGenerator chance,
            String region) {
        this.store = store;
        this.reader = reader;
        this.engine = engine;
        this.accounts = accounts;
        this.chance = chance;
        this.region = region;
    }

    /** Tells the engine of reserved and provisioned concurrency, and follows other nodes. */
    void start() {
        listening = store.listen(CHANNEL, this::hear);
        for (FunctionName name : store.read(tx -> reader.withConcurrency(tx, region))) {
            load(name);
        }
    }

    @Override
    public void close() {
        AutoCloseable handle = listening;
        if (handle == null) {
            return;
        }
        try {
            handle.close();
        } catch (Exception e) {
            throw Fault.internal("Ending the listening for changes of functions failed", e);
        }
    }

    /** Changes a function in a transaction, and returns when the change has its effect here. */
    <T> T change(FunctionName name, Reach reach, Store.Work<T> work) {
        Reach elsewhere = reach == Reach.EXPECTED_HERE ? Reach.IF_USED : reach;
        String text = String.join("/", node, name.accountId(), name.name(), elsewhere.name());
        T result =
                store.write(
                        transaction -> {
                            T done = work.run(transaction);
                            transaction.notify(CHANNEL, text);
                            return done;
                        });
        refresh(name.unqualified(), reach);
        if (reach == Reach.EXPECTED_HERE && functions.size() < Limits.FUNCTIONS_EXPECTED.value()) {
            Optional<FunctionState> ignored = load(name.unqualified());
        }
        return result;
    }

    @Override
    public Optional<Target> cached(
            String callerAccountId, String function, @Nullable String qualifier) {
        FunctionName name = FunctionName.parse(region, callerAccountId, function, qualifier);
        FunctionState state = functions.get(name.unqualified());
        if (state == null) {
            return Optional.empty();
        }
        return state.pick(name.qualifier(), chance)
                .flatMap(version -> Optional.ofNullable(state.blueprints().get(version)))
                .map(blueprint -> target(state, name, blueprint));
    }

    @Override
    public Target resolve(String callerAccountId, String function, @Nullable String qualifier) {
        FunctionName name = FunctionName.parse(region, callerAccountId, function, qualifier);
        FunctionState state = state(name).orElseThrow(name::notFound);
        long version = state.pick(name.qualifier(), chance).orElseThrow(name::notFound);
        return target(state, name, blueprint(state, version));
    }

    @Override
    public QueuePolicy queuePolicy(String functionArn, String qualifier) {
        FunctionName name = FunctionName.ofArn(functionArn);
        String key = qualifier.isEmpty() ? FunctionName.LATEST : qualifier;
        return state(name)
                .map(state -> state.queuePolicies().get(key))
                .orElse(QueuePolicies.DEFAULT);
    }

    @Override
    public Optional<UrlTarget> url(String urlId) {
        FunctionName name = urls.get(urlId);
        if (name == null) {
            name = store.read(tx -> reader.ownerOfUrl(tx, region, urlId)).orElse(null);
        }
        if (name == null) {
            return Optional.empty();
        }
        return state(name).flatMap(state -> url(state, urlId));
    }

    @Override
    public Optional<UrlTarget> cachedUrl(String urlId) {
        FunctionName name = urls.get(urlId);
        FunctionState state = name == null ? null : functions.get(name.unqualified());
        return state == null ? Optional.empty() : url(state, urlId);
    }

    private static Optional<UrlTarget> url(FunctionState state, String urlId) {
        for (UrlTarget url : state.urls()) {
            if (url.urlId().equals(urlId)) {
                return Optional.of(url);
            }
        }
        return Optional.empty();
    }

    /** A function, read if it is not in memory. */
    Optional<FunctionState> state(FunctionName name) {
        FunctionState state = functions.get(name.unqualified());
        return state != null ? Optional.of(state) : load(name.unqualified());
    }

    /** The version that a qualifier leads to. */
    Optional<Long> versionOf(FunctionName name) {
        return state(name).flatMap(state -> state.pick(name.qualifier(), chance));
    }

    /** The blueprint of a version that exists. */
    Blueprint blueprint(FunctionState state, long version) {
        Blueprint known = state.blueprints().get(version);
        if (known != null) {
            return known;
        }
        Blueprint read =
                store.read(tx -> reader.blueprint(tx, state, version))
                        .orElseThrow(state.name().with(FunctionVersion.label(version))::notFound);
        reader.prepare(read);
        state.blueprints().put(version, read);
        return read;
    }

    private static Target target(FunctionState state, FunctionName name, Blueprint blueprint) {
        String arn = name.qualifier().isEmpty() ? blueprint.functionArn() : name.qualifiedArn();
        return new Target(
                blueprint, arn, name.qualifier(), arn, state.policies().get(name.qualifier()));
    }

    private void hear(String text) {
        if (text.isEmpty()) {
            functions.keySet().forEach(name -> refresh(name, Reach.IF_USED));
            return;
        }
        String[] parts = text.split("/", 4);
        if (!parts[0].equals(node)) {
            refresh(new FunctionName(region, parts[1], parts[2], ""), Reach.valueOf(parts[3]));
        }
    }

    private Optional<FunctionState> load(FunctionName name) {
        return locks.under(
                name,
                () -> {
                    FunctionState state = functions.get(name);
                    return state != null ? Optional.of(state) : reread(name);
                });
    }

    private void refresh(FunctionName name, Reach reach) {
        locks.under(
                name,
                () ->
                        reach == Reach.ALWAYS || functions.containsKey(name)
                                ? reread(name)
                                : Optional.empty());
    }

    /** Reads anew; should that fail, the old state is forgotten, so that nobody acts on it. */
    private Optional<FunctionState> reread(FunctionName name) {
        FunctionState before = functions.get(name);
        try {
            return adopt(name, before, store.read(tx -> reader.read(tx, name)));
        } catch (RuntimeException e) {
            functions.remove(name);
            throw e;
        }
    }

    private Optional<FunctionState> adopt(
            FunctionName name, @Nullable FunctionState before, Optional<FunctionState> read) {
        Optional<FunctionState> after = read.map(state -> carryOver(before, state));
        if (after.isPresent()) {
            FunctionState state = after.get();
            reader.prepare(state.latest());
            limitAccount(name.accountId());
            prepareProvisioned(state);
            functions.put(name, state);
            state.urls().forEach(url -> urls.put(url.urlId(), name));
            tellEngine(before, state);
        } else if (before != null) {
            functions.remove(name);
            retire(before);
        }
        forgetUrls(before, after.orElse(null));
        return after;
    }

    /** Keeps the blueprints of versions that are still the same. */
    private static FunctionState carryOver(@Nullable FunctionState before, FunctionState after) {
        if (before != null && before.functionId() == after.functionId()) {
            before.blueprints()
                    .forEach(
                            (version, blueprint) -> {
                                if (after.versions().contains(version)) {
                                    after.blueprints().putIfAbsent(version, blueprint);
                                }
                            });
        }
        return after;
    }

    private void prepareProvisioned(FunctionState state) {
        state.provisioned().keySet().forEach(version -> blueprint(state, version));
    }

    private void limitAccount(String accountId) {
        if (limitedAccounts.add(accountId)) {
            engine.limitAccount(accountId, accounts.quotas(accountId).concurrency());
        }
    }

    private void tellEngine(@Nullable FunctionState before, FunctionState after) {
        if (before != null && before.functionId() != after.functionId()) {
            retire(before);
            tellEngine(null, after);
            return;
        }
        if (before != null) {
            if (before.latest().revision() < after.latest().revision()) {
                engine.replace(after.latest());
            }
            retireMissing(before, after);
        }
        OptionalInt reservedBefore = before == null ? OptionalInt.empty() : before.reserved();
        if (!reservedBefore.equals(after.reserved())) {
            engine.reserve(after.name().arn(), after.name().accountId(), after.reserved());
        }
        provision(before == null ? Map.of() : before.provisioned(), after);
    }

    private void retireMissing(FunctionState before, FunctionState after) {
        for (Long version : before.versions()) {
            if (!after.versions().contains(version)) {
                engine.retire(workload(before, version));
            }
        }
    }

    private void provision(Map<Long, Integer> before, FunctionState after) {
        after.provisioned()
                .forEach(
                        (version, instances) -> {
                            if (!instances.equals(before.get(version))) {
                                engine.provision(blueprint(after, version), instances);
                            }
                        });
        for (Long version : before.keySet()) {
            if (!after.provisioned().containsKey(version) && after.versions().contains(version)) {
                engine.provision(blueprint(after, version), 0);
            }
        }
    }

    private void retire(FunctionState gone) {
        engine.retire(workload(gone, 0));
        for (Long version : gone.versions()) {
            engine.retire(workload(gone, version));
        }
        if (gone.reserved().isPresent()) {
            engine.reserve(gone.name().arn(), gone.name().accountId(), OptionalInt.empty());
        }
    }

    private static String workload(FunctionState state, long version) {
        return state.name().with(FunctionVersion.label(version)).qualifiedArn();
    }

    private void forgetUrls(@Nullable FunctionState before, @Nullable FunctionState after) {
        if (before == null) {
            return;
        }
        List<UrlTarget> kept = after == null ? List.of() : after.urls();
        for (UrlTarget url : before.urls()) {
            if (kept.stream().noneMatch(each -> each.urlId().equals(url.urlId()))) {
                urls.remove(url.urlId());
            }
        }
    }
}
