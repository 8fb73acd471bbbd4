package dev.glis.apis.clients;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.apis.clients.Subscription.State;
import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.base.testing.Await;
import dev.glis.store.PostgresStore;
import dev.glis.store.testing.TestStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Subscriptions and plans, on two nodes that share a store. */
final class SubscriptionsTest {
    private static final String PUBLISHER = "111111111111";
    private static final String CONSUMER = "222222222222";
    private static final String API = "api1";
    private static final String BY = "arn:aws:iam::222222222222:root";
    private static final Plan.Terms SLOW = new Plan.Terms(new Rate(1, 1), null, Map.of());
    private static final Plan.Terms QUICK =
            new Plan.Terms(
                    new Rate(100.5, 200),
                    new Quota(10_000, Quota.Period.MONTH),
                    Map.of("GET /pets/{id}", new Rate(0.25, 2)));

    private final TestStore database = TestStore.openGiven(Clients.MIGRATIONS);
    private final PostgresStore otherStore = database.openNode();
    private final ClientNode node = new ClientNode(database.store(), Clock.system());
    private final ClientNode other = new ClientNode(otherStore, Clock.system());
    private String clientId = "";

    @BeforeEach
    void begin() {
        node.publish(API, PUBLISHER);
        node.plans.create(PUBLISHER, "slow", SLOW);
        offer(Offer.Audience.PUBLIC, false, null);
        clientId = node.applications.create(CONSUMER, "shop").application().clientId();
    }

    @AfterEach
    void close() {
        node.close();
        other.close();
        otherStore.close();
        database.close();
    }

    @Test
    void waitsForThePublisherUnlessTheApiIsOnesOwn() {
        node.applications.create(PUBLISHER, "own");

        Subscription foreign = subscribe();
        Subscription own = node.subscriptions.subscribe(PUBLISHER, "own", API, "slow", null, BY);

        assertAll(
                () -> assertEquals(State.PENDING, foreign.state()),
                () -> assertEquals(State.ACTIVE, own.state()),
                () -> assertEquals(Optional.of(State.PENDING), stateAt(node)));
    }

    @Test
    void actsAtOnceHereAndSoonElsewhere() {
        subscribe();
        assertEquals(Optional.of(State.PENDING), stateAt(other));
        Subscription approved = node.subscriptions.approve(PUBLISHER, API, clientId, BY);

        Optional<State> here = stateAt(node);

        Await.until("approved elsewhere", () -> stateAt(other).equals(Optional.of(State.ACTIVE)));
        assertAll(
                () -> assertEquals(Optional.of(State.ACTIVE), here),
                () -> assertEquals(BY, approved.decidedBy()));
    }

    @Test
    void revokesForGood() {
        subscribe();
        node.subscriptions.approve(PUBLISHER, API, clientId, BY);
        assertEquals(Optional.of(State.ACTIVE), stateAt(other));

        node.subscriptions.revoke(PUBLISHER, API, clientId, BY);

        Await.until("revoked elsewhere", () -> stateAt(other).equals(Optional.of(State.REVOKED)));
        assertAll(
                () -> assertEquals(Optional.of(State.REVOKED), stateAt(node)),
                () ->
                        refused(
                                "subscription-state",
                                () -> node.subscriptions.approve(PUBLISHER, API, clientId, BY)),
                () ->
                        refused(
                                "subscription-state",
                                () -> node.subscriptions.unsubscribe(CONSUMER, "shop", API)),
                () -> refused("subscription-exists", this::subscribe));
    }

    @Test
    void anotherApplicationIsNoWayBack() {
        offer(Offer.Audience.PUBLIC, true, null);
        assertEquals(State.ACTIVE, subscribe().state());
        node.subscriptions.revoke(PUBLISHER, API, clientId, BY);
        node.applications.delete(CONSUMER, "shop");
        String next = node.applications.create(CONSUMER, "shop").application().clientId();

        assertEquals(State.PENDING, subscribe().state());
        node.subscriptions.approve(PUBLISHER, API, next, BY);
        node.applications.create(CONSUMER, "second");
        assertEquals(
                State.ACTIVE,
                node.subscriptions.subscribe(CONSUMER, "second", API, "slow", null, BY).state());
    }

    @Test
    void suspendsAndLetsGoOn() {
        subscribe();
        node.subscriptions.approve(PUBLISHER, API, clientId, BY);

        node.subscriptions.suspend(PUBLISHER, API, clientId, BY);

        Optional<State> suspended = stateAt(node);
        node.subscriptions.approve(PUBLISHER, API, clientId, BY);
        assertAll(
                () -> assertEquals(Optional.of(State.SUSPENDED), suspended),
                () -> assertEquals(Optional.of(State.ACTIVE), stateAt(node)));
    }

    @Test
    void unsubscribing() {
        subscribe();

        node.subscriptions.unsubscribe(CONSUMER, "shop", API);

        assertAll(
                () -> assertEquals(Optional.empty(), stateAt(node)),
                () -> assertEquals(List.of(), node.subscriptions.ofApi(PUBLISHER, API)));
    }

    @Test
    void aChangedPlanReachesAllItsSubscribers() {
        subscribe();
        assertEquals(SLOW, termsAt(other));
        assertEquals(SLOW, termsAt(node));

        node.plans.update(PUBLISHER, "slow", QUICK);

        Plan.Terms here = termsAt(node);
        Await.until("changed elsewhere", () -> termsAt(other).equals(QUICK));
        assertEquals(QUICK, here);
    }

    @Test
    void movesASubscriberToAnotherPlan() {
        node.plans.create(PUBLISHER, "quick", QUICK);
        subscribe();

        node.subscriptions.assign(PUBLISHER, API, clientId, "quick");

        assertAll(
                () -> assertEquals(QUICK, termsAt(node)),
                () -> node.plans.delete(PUBLISHER, "slow"));
    }

    @Test
    void keepsAPlanThatIsUsed() {
        subscribe();

        refused("plan-in-use", () -> node.plans.delete(PUBLISHER, "slow"));

        assertEquals(1, node.plans.list(PUBLISHER).size());
    }

    @Test
    void offersOnlyThePublishersPlans() {
        node.plans.create(CONSUMER, "mine", QUICK);

        refused(
                "not-found",
                () -> node.subscriptions.subscribe(CONSUMER, "shop", API, "mine", null, BY));

        assertEquals(Optional.empty(), stateAt(node));
    }

    @Test
    void onlyThePublisherDecides() {
        subscribe();

        refused("api-not-found", () -> node.subscriptions.approve(CONSUMER, API, clientId, BY));

        assertEquals(Optional.of(State.PENDING), stateAt(node));
    }

    @Test
    void suspendingAnApplicationReachesOtherNodes() {
        assertTrue(other.client(clientId).isActive());

        node.applications.setState(CONSUMER, "shop", Application.State.SUSPENDED);

        Await.until("suspended elsewhere", () -> !other.client(clientId).isActive());
    }

    @Test
    void aRemovedApplicationIsGoneElsewhere() {
        assertTrue(other.client(clientId).isActive());

        node.applications.delete(CONSUMER, "shop");

        Await.until("gone elsewhere", () -> other.clients.find(clientId).isEmpty());
    }

    @Test
    void endsWithItsApi() {
        subscribe();

        node.subscriptions.apiRemoved(API);

        assertEquals(Optional.empty(), stateAt(node));
    }

    @Test
    void aPrivateApiIsItsPublishersAlone() {
        node.applications.create(PUBLISHER, "own");
        node.subscriptions.offer(PUBLISHER, API, Offer.PRIVATE, BY);

        Subscription own = node.subscriptions.subscribe(PUBLISHER, "own", API, "slow", null, BY);

        assertAll(
                () -> assertEquals(State.ACTIVE, own.state()),
                () -> refused("api-not-found", this::subscribe),
                () -> refused("api-not-found", () -> node.subscriptions.offer(CONSUMER, API)));
    }

    @Test
    void namedAccountsMaySubscribeAndOthersMayNot() {
        node.applications.create("333333333333", "third");
        offer(Offer.Audience.NAMED, true, null);

        Subscription named = subscribe();

        assertAll(
                () -> assertEquals(State.ACTIVE, named.state()),
                () ->
                        refused(
                                "api-not-found",
                                () ->
                                        node.subscriptions.subscribe(
                                                "333333333333", "third", API, "slow", null, BY)));
    }

    @Test
    void othersChooseAmongTheOfferedPlansOnly() {
        node.plans.create(PUBLISHER, "internal", QUICK);

        refused(
                "not-found",
                () -> node.subscriptions.subscribe(CONSUMER, "shop", API, "internal", null, BY));

        assertEquals(Optional.empty(), stateAt(node));
    }

    @Test
    void termsMustBeAcceptedInTheirPresentVersion() {
        offer(Offer.Audience.PUBLIC, true, new Offer.TermsOfUse("2", "Be kind."));
        refused("terms-not-accepted", this::subscribe);
        refused(
                "terms-not-accepted",
                () -> node.subscriptions.subscribe(CONSUMER, "shop", API, "slow", "1", BY));

        node.subscriptions.subscribe(CONSUMER, "shop", API, "slow", "2", BY);

        String accepted =
                database.store()
                        .read(
                                transaction ->
                                        transaction.one(
                                                row -> row.getString(1),
                                                "SELECT account_id || ' ' || version || ' ' ||"
                                                        + " accepted_by FROM terms_acceptance"));
        assertAll(
                () -> assertEquals(CONSUMER + " 2 " + BY, accepted),
                () -> assertEquals(Optional.of(State.ACTIVE), stateAt(node)));
    }

    @Test
    void whoIsNoLongerOfferedAnApiIsStoppedEverywhere() {
        offer(Offer.Audience.PUBLIC, true, null);
        subscribe();
        assertEquals(Optional.of(State.ACTIVE), stateAt(other));
        assertEquals(Optional.of(State.ACTIVE), stateAt(node));

        node.subscriptions.offer(PUBLISHER, API, Offer.PRIVATE, BY);

        Optional<State> here = stateAt(node);
        Await.until("stopped there", () -> stateAt(other).equals(Optional.of(State.SUSPENDED)));
        assertAll(
                () -> assertEquals(Optional.of(State.SUSPENDED), here),
                () ->
                        refused(
                                "not-in-audience",
                                () -> node.subscriptions.approve(PUBLISHER, API, clientId, BY)));
    }

    @Test
    void refusesOffersThatMakeNoSense() {
        var wrong =
                List.of(
                        "{}",
                        "{\"audience\": \"all\"}",
                        "{\"audience\": \"public\"}",
                        "{\"audience\": \"named\", \"plans\": [\"a\"]}",
                        "{\"audience\": \"named\", \"plans\": [\"a\"], \"accounts\": [\"x\"]}",
                        "{\"audience\": \"private\", \"accounts\": [\"123456789012\"]}",
                        "{\"audience\": \"private\", \"approval\": \"never\"}",
                        "{\"audience\": \"private\", \"terms\": {\"version\": \"1\"}}",
                        "{\"audience\": \"private\", \"other\": 1}");

        assertAll(
                wrong.stream()
                        .map(
                                text ->
                                        () ->
                                                refused(
                                                        "invalid",
                                                        () -> OfferJson.read(Json.parse(text)))));
    }

    @Test
    void plansReadAsTheyWereWritten() {
        var json =
                Json.parse(
                        """
                        {"rate": {"perSecond": 0.5}, "quota": {"requests": 7, "period": "week"},
                         "routes": {"$default": {"perSecond": 20, "burst": 1}}}
                        """);

        Plan.Terms terms = TermsJson.read(json);

        assertAll(
                () ->
                        assertEquals(
                                new Plan.Terms(
                                        new Rate(0.5, 1),
                                        new Quota(7, Quota.Period.WEEK),
                                        Map.of("$default", new Rate(20, 1))),
                                terms),
                () -> assertEquals(terms, TermsJson.read(TermsJson.write(terms))));
    }

    @Test
    void refusesPlansThatMakeNoSense() {
        var wrong =
                List.of(
                        "[]",
                        "{\"rates\": {}}",
                        "{\"rate\": {\"burst\": 1}}",
                        "{\"rate\": {\"perSecond\": 0}}",
                        "{\"rate\": {\"perSecond\": 2e6}}",
                        "{\"rate\": {\"perSecond\": \"10\"}}",
                        "{\"rate\": {\"perSecond\": 1, \"burst\": 0}}",
                        "{\"rate\": {\"perSecond\": 1, \"burst\": 1.5}}",
                        "{\"quota\": {\"requests\": 5}}",
                        "{\"quota\": {\"requests\": 5, \"period\": \"year\"}}",
                        "{\"quota\": {\"requests\": -5, \"period\": \"day\"}}",
                        "{\"routes\": []}",
                        "{\"routes\": {\"GET /\": {}}}");

        assertAll(
                wrong.stream()
                        .map(
                                text ->
                                        () ->
                                                refused(
                                                        "invalid",
                                                        () -> TermsJson.read(Json.parse(text)))));
    }

    private void offer(
            Offer.Audience audience, boolean automatic, Offer.@Nullable TermsOfUse terms) {
        Set<String> accounts =
                audience == Offer.Audience.NAMED ? Set.of(CONSUMER) : Set.<String>of();
        node.subscriptions.offer(
                PUBLISHER,
                API,
                new Offer(audience, accounts, automatic, Set.of("slow"), terms),
                BY);
    }

    private Subscription subscribe() {
        return node.subscriptions.subscribe(CONSUMER, "shop", API, "slow", null, BY);
    }

    private Optional<State> stateAt(ClientNode where) {
        return where.client(clientId).subscription(API).map(Subscription.Use::state);
    }

    private Plan.Terms termsAt(ClientNode where) {
        return where.client(clientId).subscription(API).orElseThrow().plan().terms();
    }

    private static void refused(String code, org.junit.jupiter.api.function.Executable work) {
        assertEquals(code, assertThrows(Fault.class, work).code());
    }
}
