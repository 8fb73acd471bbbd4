package dev.glis.accounts;

import dev.glis.accounts.AccountTables.StoredKey;
import dev.glis.base.Fault;
import dev.glis.store.Store;
import dev.glis.store.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Access keys in use, each with its secret and what its user's policies say; also which keys do not
 * exist, so that a client with a wrong key does not keep the store busy. Those make room first, so
 * that one who guesses keys drives none in use out of memory. Any thread.
 */
final class KeyMemory implements KeySource, UserPolicies {
    private static final System.Logger LOG = System.getLogger(KeyMemory.class.getName());
    private static final Pattern FORM = Pattern.compile("AKIA[A-Z0-9]{16}");

    private final Store store;
    private final SecretBox secrets;
    private final Remembered<Optional<Credential>> credentials;

    KeyMemory(Store store, SecretBox secrets) {
        this.store = store;
        this.secrets = secrets;
        this.credentials = new Remembered<>(this::read, Optional::isEmpty);
    }

    @Override
    public boolean isInMemory(String accessKeyId) {
        return !isKeyId(accessKeyId) || credentials.isFresh(accessKeyId);
    }

    @Override
    public @Nullable Credential find(String accessKeyId) {
        return isKeyId(accessKeyId) ? credentials.get(accessKeyId).orElse(null) : null;
    }

    @Override
    public Policy policyOf(Principal user) {
        Optional<Credential> known = credentials.latest(user.accessKeyId());
        Credential credential = known == null ? find(user.accessKeyId()) : known.orElse(null);
        return credential == null ? Policy.NOTHING : credential.policy();
    }

    /** Forgets an account's keys and those that did not exist; with an empty ID, all. */
    void forget(String accountId) {
        credentials.changed(
                credential ->
                        accountId.isEmpty()
                                || credential.isEmpty()
                                || credential.get().principal().accountId().equals(accountId));
    }

    Optional<Credential> read(String accessKeyId) {
        return store.read(
                transaction ->
                        AccountTables.key(transaction, accessKeyId)
                                .map(key -> credential(transaction, accessKeyId, key)));
    }

    private Credential credential(Transaction transaction, String accessKeyId, StoredKey key) {
        var principal =
                new Principal(
                        key.accountId(),
                        accessKeyId,
                        StoredAccounts.userArn(key.accountId(), key.userName()),
                        key.userId());
        Policy policy =
                key.userName().isEmpty()
                        ? Policy.NOTHING
                        : policy(
                                AccountTables.policies(
                                        transaction, key.accountId(), key.userName()));
        return new Credential(principal, secrets.decrypt(key.secret(), accessKeyId), policy);
    }

    /** A policy of an older version that is not understood any more takes everything away. */
    private static Policy policy(Map<String, String> documents) {
        var statements = new ArrayList<Policy.Statement>();
        for (var document : documents.entrySet()) {
            try {
                statements.addAll(PolicyParser.identityPolicy(document.getValue()).statements());
            } catch (Fault e) {
                LOG.log(
                        System.Logger.Level.ERROR,
                        "The stored policy " + document.getKey() + " is not understood",
                        e);
                return Policy.NOTHING;
            }
        }
        return new Policy(List.copyOf(statements));
    }

    private static boolean isKeyId(String text) {
        return FORM.matcher(text).matches();
    }
}
