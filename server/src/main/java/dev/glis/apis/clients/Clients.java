package dev.glis.apis.clients;

import dev.glis.base.Clock;
import dev.glis.base.Ids;
import dev.glis.base.KeyLocks;
import dev.glis.base.Limits;
import dev.glis.store.Handle;
import dev.glis.store.Store;
import dev.glis.store.Transaction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The applications that called something on this node, in memory, with their secrets, subscriptions
 * and plans.
 *
 * <p><b>Always current.</b> A change tells all nodes in its own transaction. Each then forgets the
 * client, and reads it anew when it calls next; the node that made the change has forgotten it
 * before the change is answered, and does so again when it hears of it, as a commit whose answer
 * was lost may come late. Reading and forgetting happen under one of a fixed number of locks,
 * chosen by the client ID, so that what was read before a change cannot stay after it. A changed
 * plan is read anew at once and stands in one place for all its subscribers.
 *
 * <p><b>Bounded.</b> {@link ClientIds} tells an invented client ID from one that this cloud made,
 * so guesses do not reach the store and are not remembered. Of IDs whose application is gone a
 * limited number is remembered; then all of these are forgotten.
 *
 * <p>Safe for use by any thread. {@link #cached} never blocks; everything else may read the store.
 */
public final class Clients implements AutoCloseable {
    /** The tables of this package. */
    public static final Store.Migrations MIGRATIONS =
            new Store.Migrations(
                    "apis.clients",
                    Clients.class,
                    List.of(
                            "001_applications.sql",
                            "002_plans.sql",
                            "003_quotas.sql",
                            "004_offers.sql",
                            "005_distrust.sql"));

    private static final String CHANNEL = "api-clients";
    private static final String CLIENT = "client:";
    private static final String PLAN = "plan:";
    private static final int LOCKS = 256;

    /** What memory says of a client ID. */
    public sealed interface Lookup {
        /** There is such a client. */
        record Known(Client client) implements Lookup {}

        /** There is none. */
        record Unknown() implements Lookup {}

        /** Only {@link Clients#find} can tell. */
        record MustLoad() implements Lookup {}
    }

    private static final Lookup UNKNOWN = new Lookup.Unknown();
    private static final Lookup MUST_LOAD = new Lookup.MustLoad();

    private final Store store;
    private final Clock clock;
    private final ClientIds clientIds;
    private final PlanMemory plans;
    private final Map<String, Client> known = new ConcurrentHashMap<>();
    private final Set<String> gone = ConcurrentHashMap.newKeySet();
    private final KeyLocks locks = new KeyLocks(LOCKS);
    private final List<ClientWatcher> watchers = new CopyOnWriteArrayList<>();
    private final Handle listening;

    /** Clients whose tables have been made by {@link #MIGRATIONS}. */
    public Clients(Store store, Ids ids, Clock clock) {
        this.store = store;
        this.clock = clock;
        this.clientIds = ClientIds.open(store, ids);
        this.plans = new PlanMemory(store);
        this.listening = store.listen(CHANNEL, this::hear);
    }

    @Override
    public void close() {
        listening.close();
    }

    /** Has somebody told what changes from now on. */
    public void watch(ClientWatcher watcher) {
        watchers.add(watcher);
    }

    /** What memory knows of a client; never blocks. */
    public Lookup cached(String clientId) {
        Client client = known.get(clientId);
        if (client != null) {
            return new Lookup.Known(client);
        }
        return isSurelyUnknown(clientId) ? UNKNOWN : MUST_LOAD;
    }

    /** The client of this ID; reads the store unless it is in memory. */
    public Optional<Client> find(String clientId) {
        Client client = known.get(clientId);
        if (client != null) {
            return Optional.of(client);
        }
        return isSurelyUnknown(clientId)
                ? Optional.empty()
                : locks.under(clientId, () -> load(clientId));
    }

    private boolean isSurelyUnknown(String clientId) {
        return gone.contains(clientId) || !clientIds.isOurs(clientId);
    }

    // ---- for those who change applications and plans

    String newClientId() {
        return clientIds.make();
    }

    /** Changes a client in a transaction, and returns when the change has its effect here. */
    <T> T change(String clientId, Store.Work<T> work) {
        T result = changed(CLIENT + clientId, work);
        forget(clientId);
        return result;
    }

    /** Changes many clients in a transaction, which says which, as {@link #change} does one. */
    List<String> changeAll(Store.Work<List<String>> work) {
        List<String> clientIds =
                store.write(
                        transaction -> {
                            List<String> changed = work.run(transaction);
                            changed.forEach(each -> transaction.notify(CHANNEL, CLIENT + each));
                            return changed;
                        });
        clientIds.forEach(this::forget);
        return clientIds;
    }

    /** Changes a plan in a transaction, and returns when the change has its effect here. */
    <T> T changePlan(String planId, Store.Work<T> work) {
        T result = changed(PLAN + planId, work);
        refreshPlan(planId);
        return result;
    }

    private <T> T changed(String notice, Store.Work<T> work) {
        return store.write(
                transaction -> {
                    T done = work.run(transaction);
                    transaction.notify(CHANNEL, notice);
                    return done;
                });
    }

    // ---- memory

    private void hear(String notice) {
        if (notice.startsWith(CLIENT)) {
            forget(notice.substring(CLIENT.length()));
        } else if (notice.startsWith(PLAN)) {
            refreshPlan(notice.substring(PLAN.length()));
        } else {
            plans.clear();
            locks.underAll(
                    () -> {
                        known.clear();
                        gone.clear();
                    });
            watchers.forEach(ClientWatcher::allChanged);
        }
    }

    private void forget(String clientId) {
        locks.under(
                clientId,
                () -> {
                    gone.remove(clientId);
                    return known.remove(clientId);
                });
        watchers.forEach(watcher -> watcher.changed(clientId));
    }

    /** A plan that cannot be read is forgotten with its subscribers, so that nobody acts on it. */
    private void refreshPlan(String planId) {
        try {
            plans.refresh(planId);
        } catch (RuntimeException e) {
            locks.underAll(() -> known.values().removeIf(client -> client.uses(planId)));
            throw e;
        }
    }

    private Optional<Client> load(String clientId) {
        Client meanwhile = known.get(clientId);
        if (meanwhile != null) {
            return Optional.of(meanwhile);
        }
        Optional<Client> read =
                store.read(transaction -> stored(transaction, clientId)).map(this::client);
        read.ifPresentOrElse(client -> known.put(clientId, client), () -> rememberGone(clientId));
        return read;
    }

    private void rememberGone(String clientId) {
        if (gone.size() >= Limits.CLIENTS_GONE.value()) {
            gone.clear();
        }
        gone.add(clientId);
    }

    /** What the store holds of a client. */
    private record Stored(
            Application application, List<Secret> secrets, List<SubscriptionTable.Row> rows) {}

    private static Optional<Stored> stored(Transaction transaction, String clientId) {
        return ApplicationTable.find(transaction, clientId)
                .map(
                        application ->
                                new Stored(
                                        application,
                                        ApplicationTable.secrets(transaction, clientId),
                                        SubscriptionTable.uses(transaction, clientId)));
    }

    /**
     * A subscription whose plan is gone has just been changed or ended; the news of that is on its
     * way and will have the client read anew.
     */
    private Client client(Stored stored) {
        var held = new HashMap<String, Client.Held>();
        for (SubscriptionTable.Row row : stored.rows()) {
            plans.slot(row.planId())
                    .ifPresent(slot -> held.put(row.apiId(), new Client.Held(slot, row.state())));
        }
        return new Client(stored.application(), stored.secrets(), held, clock);
    }
}
