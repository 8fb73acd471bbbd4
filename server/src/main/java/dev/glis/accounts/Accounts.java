package dev.glis.accounts;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tenants, their users and keys. Calls block; each change is one transaction, and holds on all
 * nodes within a second, on this one when the call returns.
 */
public interface Accounts {
    /**
     * Makes the root account and its key if there is no account yet.
     *
     * @return the new key, or nothing when there were accounts already
     */
    Optional<AccessKey> bootstrap();

    /** The account that the first start made: its root manages the other accounts. */
    String operatorAccountId();

    /** Makes an account with a root key. */
    NewAccount create(String name);

    List<Account> list();

    /** Removes an account without resources; its keys stop working. */
    void delete(String accountId);

    /** Makes a key for the account's root, or for one of its users when the name is not empty. */
    AccessKey createKey(String accountId, String userName);

    /** Keys of an account, without secrets. */
    List<KeyInfo> keys(String accountId);

    /** Ends a key at once. */
    void deleteKey(String accountId, String accessKeyId);

    /** Makes a user, who may do nothing until a policy allows it. */
    void createUser(String accountId, String userName);

    List<User> users(String accountId);

    /** Removes a user with its keys and policies. */
    void deleteUser(String accountId, String userName);

    /** Sets or replaces a user's policy of this name: an AWS policy document, fully checked. */
    void putPolicy(String accountId, String userName, String policyName, String document);

    /** A user's policies: document by name. */
    Map<String, String> policies(String accountId, String userName);

    void deletePolicy(String accountId, String userName, String policyName);

    /** The quotas of an account; defaults come from {@link dev.glis.base.Limits}. */
    Quotas quotas(String accountId);

    void setQuotas(String accountId, Quotas quotas);

    /** A tenant. */
    record Account(String accountId, String name, Instant created) {}

    /** A new tenant with its first key. */
    record NewAccount(Account account, AccessKey key) {}

    /** A key with its secret, shown once. */
    record AccessKey(String accountId, String accessKeyId, String secretAccessKey) {}

    /** A key as listed; the user's name is empty for the account's root. */
    record KeyInfo(String accessKeyId, String userName, Instant created) {}

    /** A user of an account. */
    record User(String userName, String userId, String arn, Instant created) {}

    /** What an account may use at most. */
    record Quotas(int concurrency, long codeStorageBytes) {}
}
