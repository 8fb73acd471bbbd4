package dev.glis.apis.clients;

import dev.glis.base.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An application as requests need it, in memory. Any thread; never blocks. */
public final class Client {
    private final Application application;
    private final List<Secret> secrets;
    private final Map<String, Held> subscriptions;
    private final Clock clock;

    /** A subscription; its plan is always the latest. */
    record Held(PlanMemory.Slot plan, Subscription.State state) {}

    Client(
            Application application,
            List<Secret> secrets,
            Map<String, Held> subscriptions,
            Clock clock) {
        this.application = application;
        this.secrets = List.copyOf(secrets);
        this.subscriptions = Map.copyOf(subscriptions);
        this.clock = clock;
    }

    public String clientId() {
        return application.clientId();
    }

    public String accountId() {
        return application.accountId();
    }

    public String name() {
        return application.name();
    }

    /** False while it is suspended: then nothing of it is answered. */
    public boolean isActive() {
        return application.state() == Application.State.ACTIVE;
    }

    /**
     * Whether this is one of its live secrets; takes as long for a wrong one as for a right one.
     */
    public boolean verifies(String secret) {
        return Secret.isOneOf(secrets, secret, clock.instant());
    }

    /** What it may do with an API; nothing when it never subscribed to it. */
    public Optional<Subscription.Use> subscription(String apiId) {
        Held held = subscriptions.get(apiId);
        return held == null
                ? Optional.empty()
                : Optional.of(new Subscription.Use(held.plan().plan(), held.state()));
    }

    boolean uses(String planId) {
        return subscriptions.values().stream()
                .anyMatch(held -> held.plan().plan().planId().equals(planId));
    }
}
