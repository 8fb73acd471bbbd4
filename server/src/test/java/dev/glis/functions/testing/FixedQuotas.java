package dev.glis.functions.testing;

import dev.glis.accounts.Accounts;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Accounts of which only the quotas are known, the same for all. */
public final class FixedQuotas implements Accounts {
    private volatile Quotas quotas = new Quotas(1_000, 1_000_000);

    @Override
    public Quotas quotas(String accountId) {
        return quotas;
    }

    @Override
    public void setQuotas(String accountId, Quotas quotas) {
        this.quotas = quotas;
    }

    @Override
    public Optional<AccessKey> bootstrap() {
        throw unknown();
    }

    @Override
    public String operatorAccountId() {
        throw unknown();
    }

    @Override
    public NewAccount create(String name) {
        throw unknown();
    }

    @Override
    public List<Account> list() {
        throw unknown();
    }

    @Override
    public void delete(String accountId) {
        throw unknown();
    }

    @Override
    public AccessKey createKey(String accountId, String userName) {
        throw unknown();
    }

    @Override
    public List<KeyInfo> keys(String accountId) {
        throw unknown();
    }

    @Override
    public void deleteKey(String accountId, String accessKeyId) {
        throw unknown();
    }

    @Override
    public void createUser(String accountId, String userName) {
        throw unknown();
    }

    @Override
    public List<User> users(String accountId) {
        throw unknown();
    }

    @Override
    public void deleteUser(String accountId, String userName) {
        throw unknown();
    }

    @Override
    public void putPolicy(String accountId, String userName, String policyName, String document) {
        throw unknown();
    }

    @Override
    public Map<String, String> policies(String accountId, String userName) {
        throw unknown();
    }

    @Override
    public void deletePolicy(String accountId, String userName, String policyName) {
        throw unknown();
    }

    private static UnsupportedOperationException unknown() {
        return new UnsupportedOperationException("Only quotas are known here");
    }
}
