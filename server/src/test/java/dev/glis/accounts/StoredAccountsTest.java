package dev.glis.accounts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.accounts.Accounts.AccessKey;
import dev.glis.accounts.Accounts.Quotas;
import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Ids;
import dev.glis.base.Limits;
import dev.glis.net.HttpRequest;
import dev.glis.store.testing.TestStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Accounts on a real store. */
final class StoredAccountsTest {
    private static final String ALLOW_INVOKE =
            """
            {"Version":"2012-10-17","Statement":
              {"Effect":"Allow","Action":"lambda:InvokeFunction","Resource":"*"}}
            """;
    private static final String FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:orders";

    private final Clock clock = Clock.system();
    private TestStore testStore;
    private Path keyFile;
    private StoredAccounts accounts;
    private AccessKey root;

    @BeforeEach
    void open() {
        testStore = TestStore.open(StoredAccounts.MIGRATIONS);
        keyFile = testStore.folder().resolve("secrets.key");
        accounts = newNode();
        root = accounts.bootstrap().orElseThrow();
    }

    @AfterEach
    void close() {
        accounts.close();
        testStore.close();
    }

    @Test
    void theFirstStartMakesTheRootAccountAndItsKeyOnce() {
        Optional<AccessKey> again = accounts.bootstrap();

        assertTrue(again.isEmpty());
        assertEquals("000000000000", root.accountId());
        assertTrue(root.accessKeyId().matches("AKIA[A-Z0-9]{16}"), root.accessKeyId());
        assertEquals(40, root.secretAccessKey().length());
        assertEquals(1, accounts.list().size());
        assertEquals(root.accessKeyId(), accounts.keys("000000000000").getFirst().accessKeyId());
    }

    @Test
    void storesNoSecretInTheClear() throws Exception {
        byte[] stored =
                testStore
                        .store()
                        .read(
                                transaction ->
                                        transaction.one(
                                                row -> row.getBytes(1),
                                                "SELECT secret FROM access_key"));

        assertFalse(
                new String(stored, StandardCharsets.ISO_8859_1).contains(root.secretAccessKey()));
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(keyFile)));
    }

    @Test
    void saysSoWhenTheKeyFileIsAnother() throws Exception {
        Files.delete(keyFile);
        try (var other = newNode()) {
            Fault fault = assertThrows(Fault.class, other::bootstrap);

            assertEquals("secrets-key", fault.code());
            assertTrue(fault.text().contains(keyFile.toString()));
        }
    }

    @Test
    void refusesAKeyFileThatOthersMayRead() throws Exception {
        Files.setPosixFilePermissions(keyFile, PosixFilePermissions.fromString("rw-r--r--"));

        Fault fault = assertThrows(Fault.class, this::newNode);

        assertTrue(fault.text().contains("chmod 600"));
    }

    @Test
    void accountsHaveTheirOwnKeysAndNames() {
        var made = accounts.create("Acme Ltd.");
        Fault taken = assertThrows(Fault.class, () -> accounts.create("Acme Ltd."));
        Fault misnamed = assertThrows(Fault.class, () -> accounts.create(" "));

        assertTrue(made.account().accountId().matches("[1-9][0-9]{11}"));
        assertEquals(made.account().accountId(), authenticated(made.key()).accountId());
        assertEquals("account-exists", taken.code());
        assertEquals("invalid-name", misnamed.code());
    }

    @Test
    void deletedAccountsLeaveNothing() {
        var made = accounts.create("gone");
        String id = made.account().accountId();
        accounts.createUser(id, "u");
        AccessKey userKey = accounts.createKey(id, "u");
        accounts.putPolicy(id, "u", "p", ALLOW_INVOKE);
        authenticated(userKey);

        accounts.delete(id);

        assertEquals(1, accounts.list().size());
        assertEquals("invalid-client-token-id", refusal(made.key()).code());
        assertEquals("invalid-client-token-id", refusal(userKey).code());
        assertEquals(
                Fault.Kind.NOT_FOUND, assertThrows(Fault.class, () -> accounts.delete(id)).kind());
    }

    @Test
    void keepsAccountsThatStillHaveSomething() {
        String id = accounts.create("busy").account().accountId();
        accounts.refuseDeletionWhile(asked -> Optional.of("3 functions"));

        Fault busy = assertThrows(Fault.class, () -> accounts.delete(id));
        Fault operator = assertThrows(Fault.class, () -> accounts.delete(root.accountId()));

        assertEquals("account-in-use", busy.code());
        assertTrue(busy.text().contains("3 functions"));
        assertEquals(Fault.Kind.CONFLICT, operator.kind());
    }

    @Test
    void aPolicyCountsAtOnceAndSoDoesItsEnd() {
        accounts.createUser(root.accountId(), "alice");
        AccessKey key = accounts.createKey(root.accountId(), "alice");
        Principal alice = authenticated(key);
        boolean before = mayInvoke(alice);

        accounts.putPolicy(root.accountId(), "alice", "invoke", ALLOW_INVOKE);
        boolean during = mayInvoke(authenticated(key));
        accounts.deletePolicy(root.accountId(), "alice", "invoke");
        boolean after = mayInvoke(authenticated(key));

        assertFalse(before);
        assertTrue(during);
        assertFalse(after);
    }

    @Test
    void anotherNodeLearnsOfChanges() throws Exception {
        AccessKey key = accounts.createKey(root.accountId(), "");
        try (var other = newNode()) {
            Authenticator there = authenticator(other);
            there.authenticate(request(key));

            accounts.deleteKey(root.accountId(), key.accessKeyId());

            long deadline = clock.nanoTime() + 5_000_000_000L;
            while (!there.wouldBlock(request(key)) && clock.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
            Fault fault = assertThrows(Fault.class, () -> there.authenticate(request(key)));
            assertEquals("invalid-client-token-id", fault.code());
        }
    }

    @Test
    void knownAndUnknownKeysNeedTheStoreOnce() {
        var unknown = new AccessKey("", "AKIAQQQQQQQQQQQQQQQQ", "x");
        Authenticator authenticator = authenticator(accounts);
        AccessKey known = accounts.createKey(root.accountId(), "");
        boolean beforeKnown = authenticator.wouldBlock(request(known));
        boolean beforeUnknown = authenticator.wouldBlock(request(unknown));

        // The news of the key's own creation may come late, and makes all keys unknown once more.
        boolean afterKnown;
        boolean afterUnknown;
        long deadline = clock.nanoTime() + 5_000_000_000L;
        do {
            authenticator.authenticate(request(known));
            assertThrows(Fault.class, () -> authenticator.authenticate(request(unknown)));
            afterKnown = authenticator.wouldBlock(request(known));
            afterUnknown = authenticator.wouldBlock(request(unknown));
        } while ((afterKnown || afterUnknown) && clock.nanoTime() < deadline);

        assertTrue(beforeKnown);
        assertTrue(beforeUnknown);
        assertFalse(afterKnown);
        assertFalse(afterUnknown);
    }

    @Test
    void whoGuessesKeysIsStoppedBeforeTheStoreAndHoldsUpNoKnownKey() {
        // Given
        Authenticator authenticator = authenticator(accounts);
        AccessKey known = accounts.createKey(root.accountId(), "");
        authenticator.authenticate(request(known));
        // When
        for (int i = 0; i < Limits.FAILED_ATTEMPTS.value(); i++) {
            assertEquals("invalid-client-token-id", guess(authenticator, i).code());
        }
        // Then
        Fault stopped = guess(authenticator, Limits.FAILED_ATTEMPTS.intValue());
        assertEquals("too-many-failures", stopped.code());
        assertEquals(Fault.Kind.THROTTLED, stopped.kind());
        authenticator.authenticate(request(known));
    }

    @Test
    void whoGuessesTheSecretOfAKeyIsStopped() {
        // Given
        AccessKey key = accounts.createKey(root.accountId(), "");
        AccessKey other = accounts.createKey(root.accountId(), "");
        Authenticator authenticator = authenticator(accounts);
        var guessed = new AccessKey("", key.accessKeyId(), "wrong");
        // When
        for (int i = 0; i < Limits.FAILED_ATTEMPTS.value(); i++) {
            assertEquals(
                    "signature-does-not-match",
                    faultOf(() -> authenticator.authenticate(request(guessed))).code());
        }
        // Then
        assertEquals(
                "too-many-failures",
                faultOf(() -> authenticator.authenticate(request(guessed))).code());
        authenticator.authenticate(request(other));
    }

    private Fault guess(Authenticator authenticator, int number) {
        var key = new AccessKey("", String.format(Locale.ROOT, "AKIA%016d", number), "x");
        return faultOf(() -> authenticator.authenticate(request(key)));
    }

    @Test
    void usersAreChecked() {
        String id = root.accountId();
        accounts.createUser(id, "Alice");

        assertEquals("user-exists", faultOf(() -> accounts.createUser(id, "alice")).code());
        assertEquals("invalid-name", faultOf(() -> accounts.createUser(id, "a/b")).code());
        assertEquals("not-found", faultOf(() -> accounts.createUser("123456789012", "a")).code());
        assertEquals("not-found", faultOf(() -> accounts.createKey(id, "nobody")).code());
        assertEquals(
                "not-found", faultOf(() -> accounts.putPolicy(id, "b", "p", ALLOW_INVOKE)).code());
        assertEquals(
                "malformed-policy",
                faultOf(() -> accounts.putPolicy(id, "Alice", "p", "{}")).code());
        assertEquals("Alice", accounts.users(id).getFirst().userName());
        assertEquals(Map.of(), accounts.policies(id, "Alice"));
    }

    @Test
    void limitsKeysOfOneUser() {
        for (int i = 1; i < Limits.USER_KEYS.value(); i++) {
            accounts.createKey(root.accountId(), "");
        }

        Fault fault = faultOf(() -> accounts.createKey(root.accountId(), ""));

        assertEquals("too-many", fault.code());
    }

    @Test
    void quotasHaveDefaultsAndCanBeSet() {
        Quotas usual = accounts.quotas(root.accountId());

        accounts.setQuotas(root.accountId(), new Quotas(7, 1_000));

        assertEquals(Limits.ACCOUNT_CONCURRENCY.intValue(), usual.concurrency());
        assertEquals(new Quotas(7, 1_000), accounts.quotas(root.accountId()));
        assertEquals("not-found", faultOf(() -> accounts.quotas("123456789012")).code());
    }

    private StoredAccounts newNode() {
        return new StoredAccounts(testStore.store(), keyFile, new Ids(clock), clock);
    }

    private static Authenticator authenticator(StoredAccounts node) {
        return node.authenticator("us-east-1", Set.of("lambda"));
    }

    private Principal authenticated(AccessKey key) {
        return authenticator(accounts).authenticate(request(key)).principal();
    }

    private Fault refusal(AccessKey key) {
        return faultOf(() -> authenticated(key));
    }

    private HttpRequest request(AccessKey key) {
        return new RequestSigner(key.accessKeyId(), key.secretAccessKey(), "us-east-1")
                .sign(clock.instant(), "lambda", "GET", "/", new byte[0]);
    }

    private boolean mayInvoke(Principal principal) {
        try {
            accounts.authorizer()
                    .require(principal, "lambda:InvokeFunction", FUNCTION, null, Map.of());
            return true;
        } catch (Fault e) {
            assertEquals("access-denied", e.code());
            return false;
        }
    }

    private static Fault faultOf(Runnable action) {
        return assertThrows(Fault.class, action::run);
    }
}
