package dev.glis.apis.clients;

import dev.glis.apis.clients.Subscription.State;
import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Limits;
import dev.glis.store.Store;
import dev.glis.store.Transaction;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Joins applications and APIs: consumers subscribe and unsubscribe, publishers approve, suspend and
 * revoke. What has changed acts at once on this node and within a second on others. Calls block.
 * Any thread.
 *
 * <pre>
 *   subscribe --> PENDING --approve--> ACTIVE --suspend--> SUSPENDED --approve--> ACTIVE
 *   (own API) --------------------------^        revoke, from any --> REVOKED, for good
 * </pre>
 *
 * <p>Where the publisher approves automatically, further applications of an account that was
 * suspended or revoked wait nevertheless, until the publisher approves one of them.
 */
public final class Subscriptions {
    private final Store store;
    private final Clients clients;
    private final Applications applications;
    private final PublishedApi.Directory apis;
    private final Clock clock;

    Subscriptions(
            Store store,
            Clients clients,
            Applications applications,
            PublishedApi.Directory apis,
            Clock clock) {
        this.store = store;
        this.clients = clients;
        this.applications = applications;
        this.apis = apis;
        this.clock = clock;
    }

    /**
     * Subscribes an application to an API.
     *
     * @param accountId the consumer's
     * @param application name or client ID
     * @param api as {@link PublishedApi.Directory} takes it, as everywhere here
     * @param plan name or ID of a plan of the API's publisher
     * @param acceptedTerms the version of the terms that the consumer accepts; null for none
     * @param by the ARN of who asks
     */
    public Subscription subscribe(
            String accountId,
            String application,
            String api,
            String plan,
            @Nullable String acceptedTerms,
            String by) {
        String clientId = applications.get(accountId, application).clientId();
        PublishedApi published = published(accountId, api);
        return clients.change(
                clientId,
                transaction -> {
                    Application locked =
                            ApplicationTable.lock(transaction, clientId)
                                    .orElseThrow(() -> Applications.notFound(application));
                    ClientRules.requireRoom(
                            SubscriptionTable.countOfApplication(transaction, clientId),
                            Limits.SUBSCRIPTIONS,
                            "subscriptions of this application");
                    return insert(
                            transaction,
                            locked,
                            published,
                            lockedPlan(transaction, published, plan),
                            acceptedTerms,
                            by);
                });
    }

    /** Ends a subscription, unless the publisher has suspended or revoked it. */
    public void unsubscribe(String accountId, String application, String api) {
        String clientId = applications.get(accountId, application).clientId();
        String apiId = published(accountId, api).apiId();
        clients.change(
                clientId,
                transaction -> {
                    Subscription found = locked(transaction, clientId, apiId);
                    requireState(found, Set.of(State.PENDING, State.ACTIVE));
                    SubscriptionTable.delete(transaction, clientId, apiId);
                    return found;
                });
    }

    public List<Subscription> ofApplication(String accountId, String application) {
        String clientId = applications.get(accountId, application).clientId();
        return store.read(transaction -> SubscriptionTable.ofApplication(transaction, clientId));
    }

    /** Those of all applications of an account. */
    public List<Subscription> ofAccount(String accountId) {
        return store.read(transaction -> SubscriptionTable.ofAccount(transaction, accountId));
    }

    /** All subscriptions to an API, for its publisher. */
    public List<Subscription> ofApi(String publisherAccountId, String api) {
        String apiId = own(publisherAccountId, api).apiId();
        return store.read(transaction -> SubscriptionTable.ofApi(transaction, apiId));
    }

    /** Lets a client that waits, or was suspended, use the API. */
    public Subscription approve(String publisherAccountId, String api, String client, String by) {
        return decide(
                publisherAccountId,
                api,
                client,
                Set.of(State.PENDING, State.SUSPENDED),
                State.ACTIVE,
                by);
    }

    public Subscription suspend(String publisherAccountId, String api, String client, String by) {
        return decide(publisherAccountId, api, client, Set.of(State.ACTIVE), State.SUSPENDED, by);
    }

    public Subscription revoke(String publisherAccountId, String api, String client, String by) {
        return decide(
                publisherAccountId,
                api,
                client,
                Set.of(State.PENDING, State.ACTIVE, State.SUSPENDED),
                State.REVOKED,
                by);
    }

    /** Puts a client under another of the publisher's plans. */
    public Subscription assign(String publisherAccountId, String api, String client, String plan) {
        PublishedApi own = own(publisherAccountId, api);
        return clients.change(
                client,
                transaction -> {
                    Subscription found = locked(transaction, client, own.apiId());
                    SubscriptionTable.setPlan(
                            transaction, found, lockedPlan(transaction, own, plan).planId());
                    return locked(transaction, client, own.apiId());
                });
    }

    /** Ends all subscriptions to an API that is removed. */
    public void apiRemoved(String apiId) {
        clients.changeAll(
                transaction -> {
                    OfferTable.delete(transaction, apiId);
                    DistrustTable.deleteOfApi(transaction, apiId);
                    return SubscriptionTable.deleteOfApi(transaction, apiId);
                });
    }

    private Subscription insert(
            Transaction transaction,
            Application application,
            PublishedApi api,
            Plan plan,
            @Nullable String acceptedTerms,
            String by) {
        Instant now = now();
        boolean active = api.accountId().equals(application.accountId());
        if (!active) {
            Offer offer = OfferTable.lock(transaction, api.apiId());
            requireOffered(offer, application, api, plan);
            accept(transaction, offer, application, api, acceptedTerms, by);
            active =
                    offer.automatic()
                            && !DistrustTable.has(
                                    transaction, api.apiId(), application.accountId());
        }
        var wanted =
                new Subscription(
                        application.clientId(),
                        application.name(),
                        application.accountId(),
                        api.apiId(),
                        plan.planId(),
                        plan.name(),
                        plan.accountId(),
                        active ? State.ACTIVE : State.PENDING,
                        now,
                        by,
                        active ? now : null,
                        active ? by : null);
        if (!SubscriptionTable.insert(transaction, wanted)) {
            throw new Fault(
                    Fault.Kind.CONFLICT,
                    "subscription-exists",
                    "The application '"
                            + application.name()
                            + "' has a subscription to this API already; the publisher may assign"
                            + " another plan to it");
        }
        return wanted;
    }

    private static void requireOffered(
            Offer offer, Application application, PublishedApi api, Plan plan) {
        if (!offer.isFor(application.accountId())) {
            throw noApi(api.name());
        }
        if (!offer.plans().contains(plan.name())) {
            throw Plans.notFound(plan.name());
        }
    }

    private void accept(
            Transaction transaction,
            Offer offer,
            Application application,
            PublishedApi api,
            @Nullable String acceptedTerms,
            String by) {
        Offer.TermsOfUse terms = offer.terms();
        if (terms == null) {
            return;
        }
        if (!terms.version().equals(acceptedTerms)) {
            throw new Fault(
                    Fault.Kind.PRECONDITION,
                    "terms-not-accepted",
                    "Who subscribes to this API must accept its terms of version "
                            + terms.version());
        }
        OfferTable.accept(transaction, api.apiId(), application, terms.version(), now(), by);
    }

    /** What an API is offered under; its publisher sees it always, others if it is for them. */
    public Offer offer(String accountId, String api) {
        PublishedApi published = published(accountId, api);
        Offer offer = store.read(transaction -> OfferTable.find(transaction, published.apiId()));
        if (!published.accountId().equals(accountId) && !offer.isFor(accountId)) {
            throw noApi(api);
        }
        return offer;
    }

    /**
     * Offers an API anew. Subscriptions of accounts to which it is not offered any more are
     * suspended with it.
     */
    public void offer(String publisherAccountId, String api, Offer offer, String by) {
        PublishedApi own = own(publisherAccountId, api);
        clients.changeAll(
                transaction -> {
                    for (String plan : offer.plans()) {
                        if (PlanTable.named(transaction, publisherAccountId, plan).isEmpty()) {
                            throw Plans.notFound(plan);
                        }
                    }
                    OfferTable.put(transaction, own.apiId(), offer);
                    return SubscriptionTable.suspendOutside(transaction, own, offer, now(), by);
                });
    }

    private Subscription decide(
            String publisherAccountId,
            String api,
            String client,
            Set<State> from,
            State to,
            String by) {
        PublishedApi own = own(publisherAccountId, api);
        String apiId = own.apiId();
        return clients.change(
                client,
                transaction -> {
                    Offer offer = OfferTable.lock(transaction, apiId);
                    Subscription found = locked(transaction, client, apiId);
                    requireState(found, from);
                    if (to == State.ACTIVE) {
                        requireAudience(offer, found, own);
                    }
                    SubscriptionTable.setState(transaction, found, to, now(), by);
                    if (to == State.ACTIVE) {
                        DistrustTable.delete(transaction, apiId, found.accountId());
                    } else {
                        DistrustTable.insert(transaction, apiId, found.accountId(), now());
                    }
                    return locked(transaction, client, apiId);
                });
    }

    private static void requireAudience(Offer offer, Subscription found, PublishedApi own) {
        if (!found.accountId().equals(own.accountId()) && !offer.isFor(found.accountId())) {
            throw new Fault(
                    Fault.Kind.CONFLICT,
                    "not-in-audience",
                    "The API is not shared with account "
                            + found.accountId()
                            + "; share it first, then approve");
        }
    }

    private static Subscription locked(Transaction transaction, String clientId, String apiId) {
        return SubscriptionTable.lock(transaction, clientId, apiId)
                .orElseThrow(
                        () ->
                                Fault.notFound(
                                        "The client "
                                                + clientId
                                                + " has no subscription to the API "
                                                + apiId));
    }

    private static Plan lockedPlan(Transaction transaction, PublishedApi api, String plan) {
        return PlanTable.named(transaction, api.accountId(), plan)
                .flatMap(found -> PlanTable.lock(transaction, found.planId()))
                .orElseThrow(() -> Plans.notFound(plan));
    }

    private static void requireState(Subscription subscription, Set<State> allowed) {
        if (!allowed.contains(subscription.state())) {
            throw new Fault(
                    Fault.Kind.CONFLICT,
                    "subscription-state",
                    "The subscription of '"
                            + subscription.applicationName()
                            + "' is "
                            + subscription.state().name().toLowerCase(Locale.ROOT)
                            + ", which does not allow this");
        }
    }

    /** An API of the account. */
    public PublishedApi own(String accountId, String api) {
        PublishedApi published = published(accountId, api);
        if (!published.accountId().equals(accountId)) {
            throw noApi(api);
        }
        return published;
    }

    private PublishedApi published(String accountId, String api) {
        return apis.find(accountId, api).orElseThrow(() -> noApi(api));
    }

    private static Fault noApi(String api) {
        return new Fault(Fault.Kind.NOT_FOUND, "api-not-found", "There is no API '" + api + "'");
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
