package dev.glis.apis.clients;

import dev.glis.base.Clock;
import dev.glis.base.Ids;
import dev.glis.store.Store;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What one node has of this package, and APIs that exist because a test says so. */
final class ClientNode implements AutoCloseable {
    final Clients clients;
    final ClientControl control;
    final Applications applications;
    final Plans plans;
    final Subscriptions subscriptions;
    private final Map<String, PublishedApi> apis = new ConcurrentHashMap<>();

    ClientNode(Store store, Clock clock) {
        var ids = new Ids(clock);
        clients = new Clients(store, ids, clock);
        control =
                ClientControl.of(
                        store,
                        clients,
                        (account, api) -> Optional.ofNullable(apis.get(api)),
                        ids,
                        clock);
        applications = control.applications();
        plans = control.plans();
        subscriptions = control.subscriptions();
    }

    void publish(String apiId, String accountId) {
        apis.put(apiId, new PublishedApi(apiId, accountId, apiId));
    }

    Client client(String clientId) {
        return clients.find(clientId).orElseThrow();
    }

    @Override
    public void close() {
        clients.close();
    }
}
