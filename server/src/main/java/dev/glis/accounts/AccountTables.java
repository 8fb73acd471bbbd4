package dev.glis.accounts;

import dev.glis.accounts.Accounts.Account;
import dev.glis.accounts.Accounts.KeyInfo;
import dev.glis.accounts.Accounts.Quotas;
import dev.glis.accounts.Accounts.User;
import dev.glis.base.Limits;
import dev.glis.store.Transaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The SQL of this package. An empty user name stands for the account's root. */
final class AccountTables {
    /** A key as stored. */
    record StoredKey(String accountId, String userName, String userId, byte[] secret) {}

    private AccountTables() {}

    static void insertAccount(Transaction transaction, Account account) {
        transaction.update(
                "INSERT INTO account (account_id, name, created) VALUES (?, ?, ?)",
                account.accountId(),
                account.name(),
                account.created());
    }

    static boolean hasAccount(Transaction transaction, String accountId) {
        return count(transaction, "SELECT count(*) FROM account WHERE account_id = ?", accountId)
                == 1;
    }

    static long countAccounts(Transaction transaction) {
        return count(transaction, "SELECT count(*) FROM account");
    }

    static List<Account> accounts(Transaction transaction) {
        return transaction.query(
                row -> new Account(row.getString(1), row.getString(2), instant(row, 3)),
                "SELECT account_id, name, created FROM account ORDER BY created, account_id");
    }

    static int deleteAccount(Transaction transaction, String accountId) {
        return transaction.update("DELETE FROM account WHERE account_id = ?", accountId);
    }

    static Optional<Quotas> quotas(Transaction transaction, String accountId) {
        return transaction.find(
                AccountTables::quotas,
                "SELECT concurrency, code_storage_bytes FROM account WHERE account_id = ?",
                accountId);
    }

    static int setQuotas(Transaction transaction, String accountId, Quotas quotas) {
        return transaction.update(
                "UPDATE account SET concurrency = ?, code_storage_bytes = ? WHERE account_id = ?",
                quotas.concurrency(),
                quotas.codeStorageBytes(),
                accountId);
    }

    static void insertUser(Transaction transaction, String accountId, User user) {
        transaction.update(
                "INSERT INTO account_user (account_id, user_name, user_id, created)"
                        + " VALUES (?, ?, ?, ?)",
                accountId,
                user.userName(),
                user.userId(),
                user.created());
    }

    static boolean hasUser(Transaction transaction, String accountId, String userName) {
        return count(
                        transaction,
                        "SELECT count(*) FROM account_user WHERE account_id = ? AND user_name = ?",
                        accountId,
                        userName)
                == 1;
    }

    static long countUsers(Transaction transaction, String accountId) {
        return count(
                transaction, "SELECT count(*) FROM account_user WHERE account_id = ?", accountId);
    }

    static List<User> users(Transaction transaction, String accountId) {
        return transaction.query(
                row ->
                        new User(
                                row.getString(1),
                                row.getString(2),
                                StoredAccounts.userArn(accountId, row.getString(1)),
                                instant(row, 3)),
                "SELECT user_name, user_id, created FROM account_user WHERE account_id = ?"
                        + " ORDER BY user_name",
                accountId);
    }

    static int deleteUser(Transaction transaction, String accountId, String userName) {
        return transaction.update(
                "DELETE FROM account_user WHERE account_id = ? AND user_name = ?",
                accountId,
                userName);
    }

    static void insertKey(
            Transaction transaction,
            String accountId,
            String userName,
            String accessKeyId,
            byte[] secret,
            Instant created) {
        transaction.update(
                "INSERT INTO access_key (access_key_id, account_id, user_name, secret, created)"
                        + " VALUES (?, ?, nullif(?, ''), ?, ?)",
                accessKeyId,
                accountId,
                userName,
                secret,
                created);
    }

    static Optional<StoredKey> key(Transaction transaction, String accessKeyId) {
        return transaction.find(
                row ->
                        new StoredKey(
                                row.getString(1),
                                row.getString(2),
                                row.getString(3),
                                row.getBytes(4)),
                "SELECT account_id, coalesce(user_name, ''), coalesce(user_id, account_id), secret"
                        + " FROM access_key LEFT JOIN account_user USING (account_id, user_name)"
                        + " WHERE access_key_id = ?",
                accessKeyId);
    }

    /** The ID of any key, the oldest first. */
    static Optional<String> anyKey(Transaction transaction) {
        return transaction.find(
                row -> row.getString(1),
                "SELECT access_key_id FROM access_key ORDER BY created LIMIT 1");
    }

    static List<KeyInfo> keys(Transaction transaction, String accountId) {
        return transaction.query(
                row -> new KeyInfo(row.getString(1), row.getString(2), instant(row, 3)),
                "SELECT access_key_id, coalesce(user_name, ''), created FROM access_key"
                        + " WHERE account_id = ? ORDER BY created, access_key_id",
                accountId);
    }

    static long countKeys(Transaction transaction, String accountId, String userName) {
        return count(
                transaction,
                "SELECT count(*) FROM access_key"
                        + " WHERE account_id = ? AND coalesce(user_name, '') = ?",
                accountId,
                userName);
    }

    static int deleteKey(Transaction transaction, String accountId, String accessKeyId) {
        return transaction.update(
                "DELETE FROM access_key WHERE account_id = ? AND access_key_id = ?",
                accountId,
                accessKeyId);
    }

    static void putPolicy(
            Transaction transaction,
            String accountId,
            String userName,
            String policyName,
            String document) {
        transaction.update(
                "INSERT INTO user_policy (account_id, user_name, policy_name, document)"
                        + " VALUES (?, ?, ?, ?) ON CONFLICT (account_id, user_name, policy_name)"
                        + " DO UPDATE SET document = excluded.document",
                accountId,
                userName,
                policyName,
                document);
    }

    static Map<String, String> policies(
            Transaction transaction, String accountId, String userName) {
        var policies = new LinkedHashMap<String, String>();
        transaction
                .query(
                        row -> Map.entry(row.getString(1), row.getString(2)),
                        "SELECT policy_name, document FROM user_policy"
                                + " WHERE account_id = ? AND user_name = ? ORDER BY policy_name",
                        accountId,
                        userName)
                .forEach(policy -> policies.put(policy.getKey(), policy.getValue()));
        return policies;
    }

    static int deletePolicy(
            Transaction transaction, String accountId, String userName, String policyName) {
        return transaction.update(
                "DELETE FROM user_policy WHERE account_id = ? AND user_name = ?"
                        + " AND policy_name = ?",
                accountId,
                userName,
                policyName);
    }

    private static Quotas quotas(ResultSet row) throws SQLException {
        int concurrency = row.getInt(1);
        boolean usualConcurrency = row.wasNull();
        long codeStorageBytes = row.getLong(2);
        boolean usualStorage = row.wasNull();
        return new Quotas(
                usualConcurrency ? Limits.ACCOUNT_CONCURRENCY.intValue() : concurrency,
                usualStorage ? Limits.CODE_STORAGE_BYTES.value() : codeStorageBytes);
    }

    private static Instant instant(ResultSet row, int column) throws SQLException {
        return row.getTimestamp(column).toInstant();
    }

    private static long count(Transaction transaction, String sql, Object... parameters) {
        return transaction.one(row -> row.getLong(1), sql, parameters);
    }
}
