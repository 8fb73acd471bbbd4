package dev.glis.accounts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.accounts.Accounts.AccessKey;
import dev.glis.base.Ids;
import dev.glis.base.Limits;
import dev.glis.base.testing.ManualTime;
import dev.glis.store.testing.TestStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sessions on a real store. */
final class SessionsTest {
    private static final long MINUTE_MS = 60_000;

    private final ManualTime time = new ManualTime();
    private TestStore testStore;
    private StoredAccounts accounts;
    private Sessions sessions;
    private AccessKey key;

    @BeforeEach
    void open() {
        testStore = TestStore.open(StoredAccounts.MIGRATIONS);
        accounts = node();
        sessions = accounts.sessions();
        key = accounts.bootstrap().orElseThrow();
    }

    @AfterEach
    void close() {
        accounts.close();
        testStore.close();
    }

    private StoredAccounts node() {
        return new StoredAccounts(
                testStore.store(), testStore.folder().resolve("secrets.key"), new Ids(time), time);
    }

    @Test
    void onlyTheRightSecretBeginsOne() {
        Optional<String> wrong = sessions.begin(key.accessKeyId(), key.secretAccessKey() + "x");
        Optional<String> unknown = sessions.begin("AKIA0000000000000000", key.secretAccessKey());
        Optional<String> nonsense = sessions.begin("' or true --", "");
        Optional<String> right = sessions.begin(key.accessKeyId(), key.secretAccessKey());

        assertEquals(List.of(false, false, false), present(wrong, unknown, nonsense));
        assertEquals(key.accountId(), sessions.find(right.orElseThrow()).orElseThrow().accountId());
        assertTrue(sessions.find("x".repeat(43)).isEmpty());
    }

    @SafeVarargs
    private static List<Boolean> present(Optional<String>... tokens) {
        var present = new ArrayList<Boolean>();
        for (Optional<String> token : tokens) {
            present.add(token.isPresent());
        }
        return present;
    }

    @Test
    void theStoreHoldsNoToken() {
        String token = begin();

        long found =
                testStore
                        .store()
                        .read(
                                transaction ->
                                        transaction.one(
                                                row -> row.getLong(1),
                                                "SELECT count(*) FROM session WHERE"
                                                        + " position(?::bytea in token_hash) > 0",
                                                token.getBytes(StandardCharsets.UTF_8)));

        assertEquals(0, found);
    }

    @Test
    void itEndsWhenItIsNotUsed() {
        String token = begin();
        time.pass(Limits.SESSION_IDLE_MS.value() - MINUTE_MS);
        assertTrue(sessions.find(token).isPresent());
        time.pass(Limits.SESSION_IDLE_MS.value() - MINUTE_MS);
        assertTrue(sessions.find(token).isPresent(), "it was used in between");

        time.pass(Limits.SESSION_IDLE_MS.value() + MINUTE_MS);

        assertFalse(sessions.find(token).isPresent());
    }

    @Test
    void itEndsInAnyCase() {
        String token = begin();
        long step = Limits.SESSION_IDLE_MS.value() / 2;
        for (long passed = step; passed < Limits.SESSION_MS.value(); passed += step) {
            time.pass(step);
            assertTrue(sessions.find(token).isPresent());
        }

        time.pass(step);

        assertFalse(sessions.find(token).isPresent());
    }

    @Test
    void signingOutEndsIt() {
        String token = begin();

        sessions.end(token);

        assertFalse(sessions.find(token).isPresent());
    }

    @Test
    void itEndsWithItsKey() {
        AccessKey second = accounts.createKey(key.accountId(), "");
        String token = sessions.begin(second.accessKeyId(), second.secretAccessKey()).orElseThrow();

        accounts.deleteKey(key.accountId(), second.accessKeyId());

        assertFalse(sessions.find(token).isPresent());
    }

    @Test
    void anotherNodeKnowsIt() {
        String token = begin();

        try (StoredAccounts other = node()) {
            assertTrue(other.sessions().find(token).isPresent());
        }
    }

    @Test
    void ofOneKeyTheOldestGoes() {
        var tokens = new ArrayList<String>();
        for (int i = 0; i <= Limits.KEY_SESSIONS.value(); i++) {
            tokens.add(begin());
            time.pass(1);
        }

        assertFalse(sessions.find(tokens.getFirst()).isPresent());
        assertTrue(sessions.find(tokens.get(1)).isPresent());
        assertTrue(sessions.find(tokens.getLast()).isPresent());
    }

    private String begin() {
        return sessions.begin(key.accessKeyId(), key.secretAccessKey()).orElseThrow();
    }
}
