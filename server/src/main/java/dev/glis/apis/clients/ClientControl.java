package dev.glis.apis.clients;

import dev.glis.base.Clock;
import dev.glis.base.Ids;
import dev.glis.store.Store;
import java.util.Optional;
import java.util.stream.Stream;

/** All by which applications, plans and subscriptions are managed. */
public record ClientControl(Applications applications, Plans plans, Subscriptions subscriptions) {
    public static ClientControl of(
            Store store, Clients clients, PublishedApi.Directory apis, Ids ids, Clock clock) {
        var applications = new Applications(store, clients, ids, clock);
        return new ClientControl(
                applications,
                new Plans(store, clients, ids, clock),
                new Subscriptions(store, clients, applications, apis, clock));
    }

    /** What an account has here, which keeps it from being removed. */
    public Optional<String> holding(String accountId) {
        return Stream.of(applications.holding(accountId), plans.holding(accountId))
                .flatMap(Optional::stream)
                .reduce((first, second) -> first + ", " + second);
    }
}
