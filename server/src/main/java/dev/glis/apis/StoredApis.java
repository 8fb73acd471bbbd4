package dev.glis.apis;

import dev.glis.apis.ServedApi.ServedStage;
import dev.glis.apis.ServedApi.Version;
import dev.glis.apis.openapi.RequestRules;
import dev.glis.apis.usage.ResponseLogSettings;
import dev.glis.base.KeyLocks;
import dev.glis.store.Handle;
import dev.glis.store.Store;
import dev.glis.store.Transaction;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The APIs that were asked for on this node, in memory; and the one way by which a change of an API
 * takes effect.
 *
 * <p>A change commits, then the API is read anew, and only then is its caller answered; other nodes
 * read anew when the store notifies them. Reading anew happens under one of a fixed number of
 * locks, so that an older state never replaces a newer one.
 *
 * <p>Labels that lead nowhere are remembered too, a bounded number of them, so that requests for
 * them do not reach the store again and again; all are forgotten whenever an API is made.
 */
final class StoredApis implements ApiCatalog, AutoCloseable {
    private static final String CHANNEL = "apis";
    private static final int LOCKS = 64;
    private static final int MOST_UNKNOWN = 10_000;

    private final Store store;
    private final String node = UUID.randomUUID().toString();
    private final Map<String, ServedApi> apis = new ConcurrentHashMap<>();
    private final Map<String, String> labels = new ConcurrentHashMap<>();
    private final Map<String, Boolean> unknown = new ConcurrentHashMap<>();
    private final AtomicLong changes = new AtomicLong();
    private final KeyLocks locks = new KeyLocks(LOCKS);
    private final Handle listening;

    StoredApis(Store store) {
        this.store = store;
        this.listening = store.listen(CHANNEL, this::hear);
    }

    @Override
    public boolean isKnown(String label) {
        return cached(label) != null || unknown.containsKey(label);
    }

    private @Nullable ServedApi cached(String label) {
        String apiId = labels.get(label);
        return apiId == null ? null : apis.get(apiId);
    }

    @Override
    public Optional<ServedApi> find(String label) {
        ServedApi cached = cached(label);
        if (cached != null || unknown.containsKey(label)) {
            return Optional.ofNullable(cached);
        }
        long changesSeen = changes.get();
        Optional<Api> api = store.read(tx -> ApiTables.byAddress(tx, label));
        if (api.isEmpty()) {
            rememberUnknown(label, changesSeen);
            return Optional.empty();
        }
        String apiId = api.get().apiId();
        return locks.under(
                apiId,
                () -> {
                    ServedApi known = apis.get(apiId);
                    return known != null ? Optional.of(known) : reread(apiId);
                });
    }

    @Override
    public ResponseLogSettings log(String apiId, String stage) {
        ServedApi api = apis.get(apiId);
        ServedStage served = api == null ? null : api.stage(stage);
        return served == null ? ResponseLogSettings.USUAL : served.main().settings().log();
    }

    /** Unless an API may have been made since the store was read. */
    private void rememberUnknown(String label, long changesSeen) {
        if (unknown.size() >= MOST_UNKNOWN) {
            unknown.clear();
        }
        unknown.put(label, true);
        if (changes.get() != changesSeen) {
            unknown.remove(label);
        }
    }

    private void forgetUnknown() {
        changes.incrementAndGet();
        unknown.clear();
    }

    /** Changes an API in a transaction, and returns when the change has its effect here. */
    <T> T change(Function<Transaction, Changed<T>> work) {
        Changed<T> changed =
                store.write(
                        tx -> {
                            Changed<T> done = work.apply(tx);
                            tx.notify(CHANNEL, node + "/" + done.apiId());
                            return done;
                        });
        refresh(changed.apiId());
        return changed.result();
    }

    /** What a change did, and to which API. */
    record Changed<T>(String apiId, T result) {}

    /** Reads. */
    <T extends @Nullable Object> T read(Store.Work<T> work) {
        return store.read(work);
    }

    private void hear(String text) {
        if (text.isEmpty()) {
            forgetUnknown();
            apis.keySet().forEach(this::refresh);
            return;
        }
        String[] parts = text.split("/", 2);
        if (!parts[0].equals(node)) {
            refresh(parts[1]);
        }
    }

    private void refresh(String apiId) {
        forgetUnknown();
        locks.under(apiId, () -> apis.containsKey(apiId) ? reread(apiId) : Optional.empty());
    }

    /** Reads anew; should that fail, the old state is forgotten, so that nobody acts on it. */
    private Optional<ServedApi> reread(String apiId) {
        ServedApi before = apis.get(apiId);
        try {
            Optional<ServedApi> after = store.read(tx -> served(tx, apiId, before));
            if (after.isEmpty()) {
                forget(apiId);
            } else {
                apis.put(apiId, after.get());
                labels.put(apiId, apiId);
                labels.put(after.get().api().label(), apiId);
            }
            return after;
        } catch (RuntimeException e) {
            forget(apiId);
            throw e;
        }
    }

    private void forget(String apiId) {
        apis.remove(apiId);
        labels.values().removeIf(apiId::equals);
    }

    private static Optional<ServedApi> served(
            Transaction tx, String apiId, @Nullable ServedApi before) {
        return ApiTables.byAddress(tx, apiId)
                .filter(api -> api.apiId().equals(apiId))
                .map(api -> served(tx, api, before));
    }

    /** A deployment never changes, so those that were made ready before are taken over. */
    private static ServedApi served(Transaction tx, Api api, @Nullable ServedApi before) {
        var versions = new HashMap<Ready, Version>();
        if (before != null) {
            before.stages().values().forEach(stage -> remember(versions, stage));
        }
        var settings = new HashMap<String, StageSettings>();
        PartTables.stages(tx, api)
                .forEach(part -> settings.put(part.name(), part.details().settings()));
        var stages = new LinkedHashMap<String, ServedStage>();
        for (Stage stage : ApiTables.stages(tx, api)) {
            StageSettings own = settings.getOrDefault(stage.name(), StageSettings.NONE);
            Stage.Split split = stage.split();
            stages.put(
                    stage.name(),
                    new ServedStage(
                            stage.name(),
                            version(tx, api, stage.deployment(), own, versions),
                            split == null
                                    ? null
                                    : version(tx, api, split.deployment(), own, versions),
                            split == null ? 0 : split.percent(),
                            own));
        }
        return new ServedApi(api, stages);
    }

    /** A deployment with the variables that were filled in. */
    private record Ready(int number, Map<String, String> variables) {}

    private static void remember(Map<Ready, Version> versions, ServedStage stage) {
        Map<String, String> variables = stage.settings().variables();
        versions.put(new Ready(stage.main().number(), variables), stage.main());
        Version other = stage.other();
        if (other != null) {
            versions.put(new Ready(other.number(), variables), other);
        }
    }

    private static Version version(
            Transaction tx,
            Api api,
            int number,
            StageSettings settings,
            Map<Ready, Version> known) {
        return known.computeIfAbsent(
                new Ready(number, settings.variables()),
                missing -> {
                    Definition definition = ApiTables.definition(tx, api, number);
                    List<Route> routes =
                            definition.routes().stream()
                                    .map(route -> route.with(settings.filledIn(route.backend())))
                                    .toList();
                    return new Version(
                            number,
                            definition.settings(),
                            new Router(routes),
                            rules(tx, api, number, definition));
                });
    }

    private static @Nullable RequestRules rules(
            Transaction tx, Api api, int number, Definition definition) {
        return definition.validated().isEmpty()
                ? null
                : definition.requestRules(ApiTables.document(tx, api, number));
    }

    @Override
    public void close() {
        listening.close();
    }
}
