package dev.glis.apis.clients;

import dev.glis.apis.clients.Application.NewSecret;
import dev.glis.apis.clients.Application.State;
import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Ids;
import dev.glis.base.Limits;
import dev.glis.store.Store;
import dev.glis.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes, changes and removes applications and their secrets. An application is named by its client
 * ID or by its name. Calls block. Any thread.
 */
public final class Applications {
    private final Store store;
    private final Clients clients;
    private final Ids ids;
    private final Clock clock;

    Applications(Store store, Clients clients, Ids ids, Clock clock) {
        this.store = store;
        this.clients = clients;
        this.ids = ids;
        this.clock = clock;
    }

    /** Makes an application with its first secret. */
    public NewSecret create(String accountId, String name) {
        ClientRules.requireName(name);
        var application =
                new Application(
                        clients.newClientId(), accountId, name, State.ACTIVE, now(), List.of());
        return ClientRules.unique(
                "application-exists",
                "There is an application named '" + name + "' already",
                () ->
                        clients.change(
                                application.clientId(),
                                transaction -> {
                                    transaction.lock("applications/" + accountId);
                                    ClientRules.requireRoom(
                                            ApplicationTable.count(transaction, accountId),
                                            Limits.APPLICATIONS,
                                            "applications");
                                    ApplicationTable.insert(transaction, application);
                                    return addSecret(transaction, application);
                                }));
    }

    public List<Application> list(String accountId) {
        return store.read(transaction -> ApplicationTable.list(transaction, accountId));
    }

    public Application get(String accountId, String nameOrId) {
        return store.read(
                transaction ->
                        ApplicationTable.named(transaction, accountId, nameOrId)
                                .orElseThrow(() -> notFound(nameOrId)));
    }

    /**
     * Makes a second secret, so that one can be replaced while both are accepted.
     *
     * @param overlap how long the older one is still accepted; null until it is removed
     */
    public NewSecret addSecret(String accountId, String nameOrId, @Nullable Duration overlap) {
        return change(
                accountId,
                nameOrId,
                (transaction, application) -> {
                    requireRoomForSecret(transaction, application);
                    if (overlap != null) {
                        ApplicationTable.expireSecrets(
                                transaction, application.clientId(), now().plus(overlap));
                    }
                    return addSecret(transaction, application);
                });
    }

    /** Refuses a secret from now on. */
    public void removeSecret(String accountId, String nameOrId, String secretId) {
        change(
                accountId,
                nameOrId,
                (transaction, application) -> {
                    String clientId = application.clientId();
                    if (ApplicationTable.deleteSecret(transaction, clientId, secretId) == 0) {
                        throw Fault.notFound(
                                "The application '"
                                        + application.name()
                                        + "' has no secret "
                                        + secretId);
                    }
                    return secretId;
                });
    }

    /** Suspends an application or lets it go on. */
    public Application setState(String accountId, String nameOrId, State state) {
        return change(
                accountId,
                nameOrId,
                (transaction, application) -> {
                    ApplicationTable.setState(transaction, application.clientId(), state);
                    return read(transaction, application);
                });
    }

    /** Removes an application with its secrets and subscriptions. */
    public void delete(String accountId, String nameOrId) {
        change(
                accountId,
                nameOrId,
                (transaction, application) -> {
                    ApplicationTable.delete(transaction, application.clientId());
                    return application;
                });
    }

    /** What an account that is to be removed still has; nothing if it has none. */
    Optional<String> holding(String accountId) {
        long count = store.read(transaction -> ApplicationTable.count(transaction, accountId));
        return count == 0
                ? Optional.empty()
                : Optional.of(count + (count == 1 ? " application" : " applications"));
    }

    /** What changes an application that is locked until the transaction ends. */
    interface Work<T> {
        T run(Transaction transaction, Application application);
    }

    private <T> T change(String accountId, String nameOrId, Work<T> work) {
        String clientId = get(accountId, nameOrId).clientId();
        return clients.change(
                clientId,
                transaction ->
                        work.run(
                                transaction,
                                ApplicationTable.lock(transaction, clientId)
                                        .orElseThrow(() -> notFound(nameOrId))));
    }

    private void requireRoomForSecret(Transaction transaction, Application application) {
        ApplicationTable.deleteExpiredSecrets(transaction, application.clientId(), now());
        int have = ApplicationTable.secrets(transaction, application.clientId()).size();
        if (have >= Limits.APPLICATION_SECRETS.value()) {
            throw new Fault(
                    Fault.Kind.CONFLICT,
                    "too-many-secrets",
                    "The application '"
                            + application.name()
                            + "' has "
                            + have
                            + " secrets already; remove the one that is no longer used first");
        }
    }

    private NewSecret addSecret(Transaction transaction, Application application) {
        String text = Secret.make(ids);
        Secret secret = Secret.of(text, ids, now());
        ApplicationTable.insertSecret(transaction, application.clientId(), secret);
        return new NewSecret(read(transaction, application), secret.secretId(), text);
    }

    private static Application read(Transaction transaction, Application application) {
        return ApplicationTable.find(transaction, application.clientId())
                .orElseThrow(() -> notFound(application.name()));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    static Fault notFound(String nameOrId) {
        return Fault.notFound("There is no application '" + nameOrId + "'");
    }
}
