package dev.glis.apis.clients;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.apis.clients.Application.NewSecret;
import dev.glis.apis.clients.Clients.Lookup;
import dev.glis.base.Fault;
import dev.glis.base.testing.ManualTime;
import dev.glis.store.testing.CountingStore;
import dev.glis.store.testing.TestStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ClientsTest {
    private static final String ACCOUNT = "123456789012";
    private static final String OTHER = "999999999999";

    private final ManualTime time = new ManualTime();
    private final TestStore database = TestStore.open(Clients.MIGRATIONS);
    private final CountingStore store = new CountingStore(database.store());
    private final ClientNode node = new ClientNode(store, time);

    @AfterEach
    void close() {
        node.close();
        database.close();
    }

    @Test
    void knowsASecretItMadeAndNoOther() {
        NewSecret made = node.applications.create(ACCOUNT, "shop");

        Client client = node.client(made.application().clientId());

        assertAll(
                () -> assertTrue(client.verifies(made.secret())),
                () -> assertFalse(client.verifies(made.secret().substring(1) + "x")),
                () -> assertFalse(client.verifies("")),
                () -> assertFalse(client.verifies(made.secret() + made.secret())),
                () -> assertEquals(ACCOUNT, client.accountId()),
                () -> assertEquals("shop", client.name()));
    }

    @Test
    void keepsNoSecretThatCouldBeRead() {
        NewSecret made = node.applications.create(ACCOUNT, "shop");

        String stored =
                store.read(
                        transaction ->
                                transaction.one(
                                        row ->
                                                row.getString(1)
                                                        + new String(
                                                                row.getBytes(2),
                                                                StandardCharsets.ISO_8859_1),
                                        "SELECT s::text, hash FROM application_secret s"));

        assertFalse(stored.contains(made.secret()), stored);
    }

    @Test
    void answersKnownClientsFromMemory() {
        store.withholdNotifications();
        String clientId = node.applications.create(ACCOUNT, "shop").application().clientId();
        Client read = node.client(clientId);
        long before = store.transactions();

        Lookup cached = node.clients.cached(clientId);
        Optional<Client> found = node.clients.find(clientId);

        assertAll(
                () -> assertEquals(new Lookup.Known(read), cached),
                () -> assertEquals(Optional.of(read), found),
                () -> assertEquals(before, store.transactions()));
    }

    @Test
    void neverAsksTheStoreForInventedClients() {
        String real = node.applications.create(ACCOUNT, "shop").application().clientId();
        long before = store.transactions();

        for (int i = 0; i < 1_000; i++) {
            String invented = "%016d".formatted(i) + real.substring(16);
            assertInstanceOf(Lookup.Unknown.class, node.clients.cached(invented));
            assertEquals(Optional.empty(), node.clients.find(invented));
        }

        assertEquals(before, store.transactions());
    }

    @Test
    void asksTheStoreOnceForAClientThatIsGone() {
        store.withholdNotifications();
        String clientId = node.applications.create(ACCOUNT, "shop").application().clientId();
        node.applications.delete(ACCOUNT, "shop");
        assertInstanceOf(Lookup.MustLoad.class, node.clients.cached(clientId));
        assertEquals(Optional.empty(), node.clients.find(clientId));
        long before = store.transactions();

        Lookup cached = node.clients.cached(clientId);

        assertAll(
                () -> assertInstanceOf(Lookup.Unknown.class, cached),
                () -> assertEquals(Optional.empty(), node.clients.find(clientId)),
                () -> assertEquals(before, store.transactions()));
    }

    @Test
    void acceptsBothSecretsWhileOneReplacesTheOther() {
        NewSecret first = node.applications.create(ACCOUNT, "shop");
        String clientId = first.application().clientId();
        node.client(clientId);

        NewSecret second = node.applications.addSecret(ACCOUNT, "shop", null);

        Client both = node.client(clientId);
        node.applications.removeSecret(ACCOUNT, "shop", first.secretId());
        Client one = node.client(clientId);
        assertAll(
                () -> assertTrue(both.verifies(first.secret())),
                () -> assertTrue(both.verifies(second.secret())),
                () -> assertFalse(one.verifies(first.secret())),
                () -> assertTrue(one.verifies(second.secret())));
    }

    @Test
    void hasTwoSecretsAtMost() {
        node.applications.create(ACCOUNT, "shop");
        node.applications.addSecret(ACCOUNT, "shop", null);

        var fault =
                assertThrows(Fault.class, () -> node.applications.addSecret(ACCOUNT, "shop", null));

        assertEquals("too-many-secrets", fault.code());
    }

    @Test
    void letsTheOlderSecretExpire() {
        NewSecret first = node.applications.create(ACCOUNT, "shop");
        NewSecret second = node.applications.addSecret(ACCOUNT, "shop", Duration.ofHours(1));
        Client client = node.client(first.application().clientId());
        boolean before = client.verifies(first.secret());

        time.pass(Duration.ofHours(1).toMillis());

        assertAll(
                () -> assertTrue(before),
                () -> assertFalse(client.verifies(first.secret())),
                () -> assertTrue(client.verifies(second.secret())),
                () -> node.applications.addSecret(ACCOUNT, "shop", null));
    }

    @Test
    void suspendsAndResumes() {
        String clientId = node.applications.create(ACCOUNT, "shop").application().clientId();
        node.client(clientId);

        node.applications.setState(ACCOUNT, "shop", Application.State.SUSPENDED);

        boolean suspended = node.client(clientId).isActive();
        node.applications.setState(ACCOUNT, clientId, Application.State.ACTIVE);
        assertAll(() -> assertFalse(suspended), () -> assertTrue(node.client(clientId).isActive()));
    }

    @Test
    void changesActAtOnceWhereTheyAreMade() {
        store.withholdNotifications();
        NewSecret made = node.applications.create(ACCOUNT, "shop");
        String clientId = made.application().clientId();
        node.client(clientId);

        node.applications.setState(ACCOUNT, "shop", Application.State.SUSPENDED);

        boolean active = node.client(clientId).isActive();
        node.applications.removeSecret(ACCOUNT, "shop", made.secretId());
        boolean accepted = node.client(clientId).verifies(made.secret());
        node.applications.delete(ACCOUNT, "shop");
        assertAll(
                () -> assertFalse(active),
                () -> assertFalse(accepted),
                () -> assertEquals(Optional.empty(), node.clients.find(clientId)));
    }

    @Test
    void keepsAccountsApart() {
        node.applications.create(ACCOUNT, "shop");

        String clientId = node.applications.create(OTHER, "shop").application().clientId();

        assertAll(
                () -> assertNotEquals(clientId, node.applications.get(ACCOUNT, "shop").clientId()),
                () -> assertThrows(Fault.class, () -> node.applications.delete(ACCOUNT, clientId)),
                () -> assertEquals(1, node.applications.list(OTHER).size()));
    }

    @Test
    void namesAreUniqueInAnAccount() {
        node.applications.create(ACCOUNT, "shop");

        var fault = assertThrows(Fault.class, () -> node.applications.create(ACCOUNT, "shop"));

        assertEquals("application-exists", fault.code());
    }

    @Test
    void anAccountHoldsItsApplicationsAndPlans() {
        node.applications.create(ACCOUNT, "shop");
        node.plans.create(ACCOUNT, "free", new Plan.Terms(null, null, Map.of()));
        node.plans.create(ACCOUNT, "gold", new Plan.Terms(null, null, Map.of()));

        Optional<String> holding = node.control.holding(ACCOUNT);

        assertAll(
                () -> assertEquals(Optional.of("1 application, 2 plans"), holding),
                () -> assertEquals(Optional.empty(), node.control.holding(OTHER)));
    }

    @Test
    void remembersOtherNodesClientIds() {
        String clientId = node.applications.create(ACCOUNT, "shop").application().clientId();

        try (var other = new ClientNode(database.store(), time)) {
            assertEquals("shop", other.client(clientId).name());
        }
    }
}
