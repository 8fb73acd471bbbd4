package dev.glis.accounts;

import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Fault.Kind;
import dev.glis.base.Ids;
import dev.glis.base.Limits;
import dev.glis.base.Limits.Limit;
import dev.glis.store.Store;
import dev.glis.store.Transaction;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Accounts on the store, and what is decided from them: who signs, and what they may do.
 *
 * <p>Keys with their users' policies, and quotas, are kept in memory, so that a request neither
 * reads the store nor blocks. Each change tells all nodes in its own transaction; this node forgets
 * before the change returns to its caller. Any thread.
 */
public final class StoredAccounts implements Accounts, AutoCloseable {
    /** The tables of this package. */
    public static final Store.Migrations MIGRATIONS =
            new Store.Migrations(
                    "accounts",
                    StoredAccounts.class,
                    List.of("001_accounts.sql", "002_sessions.sql"));

    private static final System.Logger LOG = System.getLogger(StoredAccounts.class.getName());
    private static final String CHANNEL = "accounts";
    private static final String LOCK = "accounts";
    private static final String OPERATOR_ACCOUNT_ID = "000000000000";
    private static final String OPERATOR_NAME = "root";

    private final Store store;
    private final SecretBox secrets;
    private final Ids ids;
    private final Clock clock;
    private final KeyMemory keys;
    private final Remembered<Quotas> quotas;
    private final List<Function<String, Optional<String>>> holdings = new CopyOnWriteArrayList<>();
    private final FailedAttempts failedAttempts;
    private final AutoCloseable subscription;

    /**
     * Accounts whose tables have been made by {@link #MIGRATIONS}.
     *
     * @param secretsKeyFile holds the key that encrypts secrets; made, mode 0600, if there is none
     */
    public StoredAccounts(Store store, Path secretsKeyFile, Ids ids, Clock clock) {
        this.store = store;
        this.secrets = SecretBox.open(secretsKeyFile);
        this.ids = ids;
        this.clock = clock;
        this.keys = new KeyMemory(store, secrets);
        this.quotas = new Remembered<>(this::readQuotas, quotas -> false);
        this.failedAttempts = new FailedAttempts(clock);
        this.subscription = store.listen(CHANNEL, this::forget);
    }

    /**
     * Verifies signatures for this region and these services.
     *
     * @param services as credential scopes name them, such as {@code lambda}
     */
    public Authenticator authenticator(String region, Set<String> services) {
        return new SigV4Authenticator(keys, region, services, failedAttempts, clock);
    }

    /** Encrypts secrets of other services under the same key. */
    public SecretBox secrets() {
        return secrets;
    }

    /** Who guesses keys of accounts here, to count with them those who guess others. */
    public FailedAttempts failedAttempts() {
        return failedAttempts;
    }

    /** People who sign in with these accounts' keys. */
    public Sessions sessions() {
        return new Sessions(store, keys, ids, clock);
    }

    /** Decides by the policies of these accounts' users. */
    public Authorizer authorizer() {
        return new PolicyAuthorizer(keys, clock);
    }

    /**
     * Lets another service object to the removal of an account.
     *
     * @param holding says what the account still has, such as "3 functions", or nothing
     */
    public void refuseDeletionWhile(Function<String, Optional<String>> holding) {
        holdings.add(holding);
    }

    @Override
    public Optional<AccessKey> bootstrap() {
        Optional<AccessKey> made =
                store.write(
                        transaction -> {
                            transaction.lock(LOCK);
                            return AccountTables.countAccounts(transaction) > 0
                                    ? Optional.<AccessKey>empty()
                                    : Optional.of(makeOperator(transaction));
                        });
        if (made.isEmpty()) {
            requireReadableSecrets();
        }
        return made;
    }

    @Override
    public String operatorAccountId() {
        return OPERATOR_ACCOUNT_ID;
    }

    @Override
    public NewAccount create(String name) {
        AccountNames.requireAccount(name);
        return exclusive(
                "account-exists",
                "There is an account named '" + name + "' already",
                () -> store.write(transaction -> makeAccount(transaction, name)));
    }

    @Override
    public List<Account> list() {
        return store.read(AccountTables::accounts);
    }

    @Override
    public void delete(String accountId) {
        if (accountId.equals(OPERATOR_ACCOUNT_ID)) {
            throw Fault.conflict(
                    "The account "
                            + accountId
                            + " manages the others and cannot be removed; remove the data folder"
                            + " to remove the whole cloud");
        }
        requireNoHoldings(accountId);
        change(
                accountId,
                transaction ->
                        requireOne(
                                AccountTables.deleteAccount(transaction, accountId),
                                noAccount(accountId)));
    }

    @Override
    public AccessKey createKey(String accountId, String userName) {
        return change(
                accountId,
                transaction -> {
                    transaction.lock(LOCK + accountId);
                    requireAccount(transaction, accountId);
                    if (!userName.isEmpty()) {
                        requireUser(transaction, accountId, userName);
                    }
                    requireRoom(
                            AccountTables.countKeys(transaction, accountId, userName),
                            Limits.USER_KEYS,
                            "access keys of one user");
                    return makeKey(transaction, accountId, userName);
                });
    }

    @Override
    public List<KeyInfo> keys(String accountId) {
        return store.read(
                transaction -> {
                    requireAccount(transaction, accountId);
                    return AccountTables.keys(transaction, accountId);
                });
    }

    @Override
    public void deleteKey(String accountId, String accessKeyId) {
        change(
                accountId,
                transaction ->
                        requireOne(
                                AccountTables.deleteKey(transaction, accountId, accessKeyId),
                                "The account " + accountId + " has no key " + accessKeyId));
    }

    @Override
    public void createUser(String accountId, String userName) {
        AccountNames.requireUser(userName);
        exclusive(
                "user-exists",
                "The account "
                        + accountId
                        + " has a user '"
                        + userName
                        + "' already; names that differ only in case are the same",
                () -> change(accountId, transaction -> makeUser(transaction, accountId, userName)));
    }

    @Override
    public List<User> users(String accountId) {
        return store.read(
                transaction -> {
                    requireAccount(transaction, accountId);
                    return AccountTables.users(transaction, accountId);
                });
    }

    @Override
    public void deleteUser(String accountId, String userName) {
        change(
                accountId,
                transaction ->
                        requireOne(
                                AccountTables.deleteUser(transaction, accountId, userName),
                                noUser(accountId, userName)));
    }

    @Override
    public void putPolicy(String accountId, String userName, String policyName, String document) {
        AccountNames.requirePolicy(policyName);
        if (document.length() > Limits.USER_POLICY_CHARACTERS.value()) {
            throw PolicyParser.malformed(
                    "a user's policy has at most "
                            + Limits.USER_POLICY_CHARACTERS.value()
                            + " characters");
        }
        PolicyParser.requireIdentityPolicy(document);
        change(
                accountId,
                transaction -> {
                    transaction.lock(LOCK + accountId);
                    requireUser(transaction, accountId, userName);
                    var others = AccountTables.policies(transaction, accountId, userName);
                    others.remove(policyName);
                    requireRoom(others.size(), Limits.USER_POLICIES, "policies of one user");
                    AccountTables.putPolicy(transaction, accountId, userName, policyName, document);
                    return true;
                });
    }

    @Override
    public Map<String, String> policies(String accountId, String userName) {
        return store.read(
                transaction -> {
                    requireUser(transaction, accountId, userName);
                    return AccountTables.policies(transaction, accountId, userName);
                });
    }

    @Override
    public void deletePolicy(String accountId, String userName, String policyName) {
        change(
                accountId,
                transaction ->
                        requireOne(
                                AccountTables.deletePolicy(
                                        transaction, accountId, userName, policyName),
                                "The user '"
                                        + userName
                                        + "' of account "
                                        + accountId
                                        + " has no policy '"
                                        + policyName
                                        + "'"));
    }

    @Override
    public Quotas quotas(String accountId) {
        return quotas.get(accountId);
    }

    @Override
    public void setQuotas(String accountId, Quotas wanted) {
        if (wanted.concurrency() < 0 || wanted.codeStorageBytes() < 0) {
            throw Fault.invalid("A quota is a number from 0");
        }
        change(
                accountId,
                transaction ->
                        requireOne(
                                AccountTables.setQuotas(transaction, accountId, wanted),
                                noAccount(accountId)));
    }

    @Override
    public void close() {
        try {
            subscription.close();
        } catch (Exception e) {
            LOG.log(System.Logger.Level.WARNING, "Ending the subscription to changes failed", e);
        }
    }

    static String userArn(String accountId, String userName) {
        return "arn:aws:iam::" + accountId + (userName.isEmpty() ? ":root" : ":user/" + userName);
    }

    // ---- steps inside transactions

    private AccessKey makeOperator(Transaction transaction) {
        AccountTables.insertAccount(
                transaction,
                new Account(
                        OPERATOR_ACCOUNT_ID,
                        OPERATOR_NAME,
                        clock.instant().truncatedTo(ChronoUnit.MILLIS)));
        AccessKey key = makeKey(transaction, OPERATOR_ACCOUNT_ID, "");
        transaction.notify(CHANNEL, OPERATOR_ACCOUNT_ID);
        return key;
    }

    private NewAccount makeAccount(Transaction transaction, String name) {
        transaction.lock(LOCK);
        requireRoom(AccountTables.countAccounts(transaction), Limits.ACCOUNTS, "accounts");
        String accountId = ids.digits(12);
        while (AccountTables.hasAccount(transaction, accountId)) {
            accountId = ids.digits(12);
        }
        var account = new Account(accountId, name, clock.instant().truncatedTo(ChronoUnit.MILLIS));
        AccountTables.insertAccount(transaction, account);
        AccessKey key = makeKey(transaction, accountId, "");
        transaction.notify(CHANNEL, accountId);
        return new NewAccount(account, key);
    }

    private boolean makeUser(Transaction transaction, String accountId, String userName) {
        transaction.lock(LOCK + accountId);
        requireAccount(transaction, accountId);
        requireRoom(
                AccountTables.countUsers(transaction, accountId),
                Limits.ACCOUNT_USERS,
                "users of one account");
        AccountTables.insertUser(
                transaction,
                accountId,
                new User(
                        userName,
                        "AIDA" + ids.upper(17),
                        userArn(accountId, userName),
                        clock.instant()));
        return true;
    }

    private AccessKey makeKey(Transaction transaction, String accountId, String userName) {
        String accessKeyId = "AKIA" + ids.upper(16);
        String secret = ids.secret(40);
        AccountTables.insertKey(
                transaction,
                accountId,
                userName,
                accessKeyId,
                secrets.encrypt(secret, accessKeyId),
                clock.instant());
        return new AccessKey(accountId, accessKeyId, secret);
    }

    private Quotas readQuotas(String accountId) {
        return store.read(transaction -> AccountTables.quotas(transaction, accountId))
                .orElseThrow(() -> Fault.notFound(noAccount(accountId)));
    }

    private void requireReadableSecrets() {
        store.read(AccountTables::anyKey).ifPresent(keys::read);
    }

    private void requireNoHoldings(String accountId) {
        var held = new ArrayList<String>();
        holdings.forEach(holding -> holding.apply(accountId).ifPresent(held::add));
        if (!held.isEmpty()) {
            throw new Fault(
                    Kind.CONFLICT,
                    "account-in-use",
                    "The account "
                            + accountId
                            + " still has "
                            + String.join(", ", held)
                            + "; remove them first");
        }
    }

    private static void requireAccount(Transaction transaction, String accountId) {
        if (!AccountTables.hasAccount(transaction, accountId)) {
            throw Fault.notFound(noAccount(accountId));
        }
    }

    private static void requireUser(Transaction transaction, String accountId, String userName) {
        if (!AccountTables.hasUser(transaction, accountId, userName)) {
            throw Fault.notFound(noUser(accountId, userName));
        }
    }

    private static boolean requireOne(int changed, String otherwise) {
        if (changed == 0) {
            throw Fault.notFound(otherwise);
        }
        return true;
    }

    private static void requireRoom(long have, Limit most, String what) {
        if (have >= most.value()) {
            throw new Fault(
                    Kind.CONFLICT,
                    "too-many",
                    "There are " + have + " " + what + " already, which is the limit");
        }
    }

    private static String noAccount(String accountId) {
        return "There is no account " + accountId;
    }

    private static String noUser(String accountId, String userName) {
        return "The account " + accountId + " has no user '" + userName + "'";
    }

    // ---- changes

    private <T> T change(String accountId, Store.Work<T> work) {
        T result =
                store.write(
                        transaction -> {
                            T done = work.run(transaction);
                            transaction.notify(CHANNEL, accountId);
                            return done;
                        });
        forget(accountId);
        return result;
    }

    private static <T> T exclusive(String code, String conflict, Supplier<T> work) {
        try {
            return work.get();
        } catch (Transaction.DuplicateKey e) {
            throw new Fault(Kind.CONFLICT, code, conflict, e);
        }
    }

    /** Forgets what is known of an account, or, after a gap in the news, everything. */
    private void forget(String accountId) {
        keys.forget(accountId);
        quotas.changed(quota -> true);
    }
}
