package dev.glis.apis.clients;

import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Ids;
import dev.glis.base.Limits;
import dev.glis.store.Store;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * Makes, changes and removes plans. A plan is named by its ID or by its name. Calls block. Any
 * thread.
 */
public final class Plans {
    private final Store store;
    private final Clients clients;
    private final Ids ids;
    private final Clock clock;

    Plans(Store store, Clients clients, Ids ids, Clock clock) {
        this.store = store;
        this.clients = clients;
        this.ids = ids;
        this.clock = clock;
    }

    public Plan create(String accountId, String name, Plan.Terms terms) {
        ClientRules.requireName(name);
        var plan =
                new Plan(
                        ids.ulid(),
                        accountId,
                        name,
                        terms,
                        clock.instant().truncatedTo(ChronoUnit.MILLIS));
        return ClientRules.unique(
                "plan-exists",
                "There is a plan named '" + name + "' already",
                () ->
                        store.write(
                                transaction -> {
                                    transaction.lock("plans/" + accountId);
                                    ClientRules.requireRoom(
                                            PlanTable.count(transaction, accountId),
                                            Limits.PLANS,
                                            "plans");
                                    PlanTable.insert(transaction, plan);
                                    return plan;
                                }));
    }

    public List<Plan> list(String accountId) {
        return store.read(transaction -> PlanTable.list(transaction, accountId));
    }

    public Plan get(String accountId, String nameOrId) {
        return store.read(
                transaction ->
                        PlanTable.named(transaction, accountId, nameOrId)
                                .orElseThrow(() -> notFound(nameOrId)));
    }

    /** Changes the limits for all who use the plan, at once. */
    public Plan update(String accountId, String nameOrId, Plan.Terms terms) {
        Plan plan = get(accountId, nameOrId);
        return clients.changePlan(
                plan.planId(),
                transaction -> {
                    requireThere(PlanTable.lock(transaction, plan.planId()), nameOrId);
                    PlanTable.update(transaction, plan.planId(), terms);
                    return new Plan(plan.planId(), accountId, plan.name(), terms, plan.created());
                });
    }

    /** Removes a plan that nobody uses. */
    public void delete(String accountId, String nameOrId) {
        Plan plan = get(accountId, nameOrId);
        store.write(
                transaction -> {
                    requireThere(PlanTable.lock(transaction, plan.planId()), nameOrId);
                    requireUnused(plan, SubscriptionTable.countOfPlan(transaction, plan.planId()));
                    PlanTable.delete(transaction, plan.planId());
                    return plan;
                });
    }

    /** What an account that is to be removed still has; nothing if it has none. */
    Optional<String> holding(String accountId) {
        long count = store.read(transaction -> PlanTable.count(transaction, accountId));
        return count == 0
                ? Optional.empty()
                : Optional.of(count + (count == 1 ? " plan" : " plans"));
    }

    private static void requireThere(Optional<Plan> plan, String nameOrId) {
        if (plan.isEmpty()) {
            throw notFound(nameOrId);
        }
    }

    private static void requireUnused(Plan plan, long subscriptions) {
        if (subscriptions > 0) {
            throw new Fault(
                    Fault.Kind.CONFLICT,
                    "plan-in-use",
                    "The plan '"
                            + plan.name()
                            + "' has "
                            + subscriptions
                            + (subscriptions == 1 ? " subscription" : " subscriptions")
                            + "; assign another plan to them or end them first");
        }
    }

    static Fault notFound(String nameOrId) {
        return Fault.notFound("There is no plan '" + nameOrId + "'");
    }
}
