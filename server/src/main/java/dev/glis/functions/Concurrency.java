package dev.glis.functions;

import dev.glis.accounts.Accounts;
import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Limits;
import dev.glis.engine.Engine;
import dev.glis.functions.Catalog.Reach;
import dev.glis.store.Store;
import dev.glis.store.Transaction;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * How many invocations of a function may be at work at once, and how many instances are kept
 * started for it. Calls block.
 */
public final class Concurrency {
    private final Store store;
    private final Catalog catalog;
    private final Engine engine;
    private final Accounts accounts;
    private final Clock clock;

    Concurrency(Store store, Catalog catalog, Engine engine, Accounts accounts, Clock clock) {
        this.store = store;
        this.catalog = catalog;
        this.engine = engine;
        this.accounts = accounts;
        this.clock = clock;
    }

    /**
     * Instances kept started for a version or alias.
     *
     * @param name with the version or alias as qualifier
     * @param available how many are there by now
     */
    public record Provisioned(FunctionName name, int requested, int available, Instant modified) {
        public boolean isReady() {
            return available >= requested;
        }
    }

    /** Reserves a part of the account's concurrency for a function, and limits it to that. */
    public void reserve(FunctionName name, int concurrency) {
        int quota = accounts.quotas(name.accountId()).concurrency();
        catalog.change(
                name,
                Reach.ALWAYS,
                tx -> {
                    lockAccount(tx, name);
                    long functionId = FunctionRows.lock(tx, name);
                    long others = reservedByOthers(tx, name);
                    long least = Limits.FUNCTION_UNRESERVED_CONCURRENCY.value();
                    if (quota - others - concurrency < least) {
                        throw Fault.invalid(
                                "Specified ReservedConcurrentExecutions for function decreases"
                                        + " account's UnreservedConcurrentExecution below its"
                                        + " minimum value of ["
                                        + least
                                        + "].");
                    }
                    if (concurrency < provisionedSum(tx, functionId, "")) {
                        throw Fault.invalid(
                                "ReservedConcurrentExecutions must not be less than the"
                                        + " Provisioned Concurrency of the function, "
                                        + provisionedSum(tx, functionId, ""));
                    }
                    return setReserved(tx, functionId, concurrency);
                });
    }

    /** Lifts a reservation. */
    public void unreserve(FunctionName name) {
        catalog.change(
                name, Reach.ALWAYS, tx -> setReserved(tx, FunctionRows.lock(tx, name), null));
    }

    /** The reserved concurrency, if there is one. */
    public OptionalInt reserved(FunctionName name) {
        return store.read(
                tx -> {
                    Optional<Integer> reserved =
                            tx.find(
                                    row -> row.getInt(1),
                                    "select reserved_concurrency from functions"
                                            + " where function_id = ?"
                                            + " and reserved_concurrency is not null",
                                    FunctionRows.require(tx, name));
                    return reserved.map(OptionalInt::of).orElse(OptionalInt.empty());
                });
    }

    /** How much of the account's concurrency no function has reserved. */
    public int unreserved(String accountId) {
        int quota = accounts.quotas(accountId).concurrency();
        long reserved =
                store.read(
                        tx ->
                                tx.one(
                                        row -> row.getLong(1),
                                        "select coalesce(sum(reserved_concurrency), 0)"
                                                + " from functions where account_id = ?"
                                                + " and reserved_concurrency is not null",
                                        accountId));
        return (int) Math.max(0, quota - reserved);
    }

    /** Keeps instances started for a version or alias. */
    public Provisioned provision(FunctionName name, int instances) {
        if (name.isLatest()) {
            throw Fault.invalid(
                    "Provisioned Concurrency Configs cannot be applied to unpublished function"
                            + " versions.");
        }
        int quota = accounts.quotas(name.accountId()).concurrency();
        Instant now = clock.instant();
        catalog.change(
                name,
                Reach.ALWAYS,
                tx -> {
                    lockAccount(tx, name);
                    long functionId = FunctionRows.lock(tx, name);
                    FunctionRows.requireQualifier(tx, functionId, name);
                    checkSingleVersion(tx, functionId, name);
                    checkRoom(tx, functionId, name, instances, quota);
                    return tx.update(
                            "insert into function_provisioned (function_id, qualifier, instances,"
                                    + " modified) values (?, ?, ?, ?)"
                                    + " on conflict (function_id, qualifier) do update set"
                                    + " instances = excluded.instances,"
                                    + " modified = excluded.modified",
                            functionId,
                            name.qualifier(),
                            instances,
                            now);
                });
        return provisioned(name);
    }

    public Provisioned provisioned(FunctionName name) {
        Optional<Provisioned> found =
                store.read(
                        tx ->
                                tx.find(
                                        row ->
                                                new Provisioned(
                                                        name,
                                                        row.getInt(1),
                                                        0,
                                                        FunctionRows.instant(row, "modified")),
                                        "select instances, modified from function_provisioned"
                                                + " where function_id = ? and qualifier = ?",
                                        FunctionRows.require(tx, name),
                                        name.qualifier()));
        return counted(found.orElseThrow(Concurrency::noneProvisioned));
    }

    public void unprovision(FunctionName name) {
        catalog.change(
                name,
                Reach.ALWAYS,
                tx ->
                        tx.update(
                                "delete from function_provisioned"
                                        + " where function_id = ? and qualifier = ?",
                                FunctionRows.lock(tx, name),
                                name.qualifier()));
    }

    /** Lists what is provisioned for a function's versions and aliases. */
    public Page<Provisioned> listProvisioned(FunctionName name, @Nullable String marker, int most) {
        int size = Math.min(most, Limits.LIST_PAGE.intValue());
        List<Provisioned> found =
                store.read(
                        tx ->
                                tx.query(
                                        row ->
                                                new Provisioned(
                                                        name.with(row.getString("qualifier")),
                                                        row.getInt("instances"),
                                                        0,
                                                        FunctionRows.instant(row, "modified")),
                                        "select qualifier, instances, modified"
                                                + " from function_provisioned"
                                                + " where function_id = ? and qualifier > ?"
                                                + " order by qualifier limit ?",
                                        FunctionRows.require(tx, name),
                                        Marker.read(marker).text(),
                                        size + 1));
        return Page.of(
                found.stream().map(this::counted).toList(),
                size,
                last -> new Marker(last.name().qualifier(), 0).write());
    }

    private Provisioned counted(Provisioned stored) {
        int ready =
                catalog.versionOf(stored.name())
                        .map(FunctionVersion::label)
                        .map(label -> engine.count(stored.name().with(label).qualifiedArn()))
                        .map(count -> count.idle() + count.busy())
                        .orElse(0);
        return new Provisioned(
                stored.name(),
                stored.requested(),
                Math.min(stored.requested(), ready),
                stored.modified());
    }

    private static void lockAccount(Transaction tx, FunctionName name) {
        tx.lock("concurrency:" + name.accountId());
    }

    private static int setReserved(Transaction tx, long functionId, @Nullable Integer concurrency) {
        return tx.update(
                "update functions set reserved_concurrency = ? where function_id = ?",
                concurrency,
                functionId);
    }

    private static long reservedByOthers(Transaction tx, FunctionName name) {
        return tx.one(
                row -> row.getLong(1),
                "select coalesce(sum(reserved_concurrency), 0) from functions"
                        + " where account_id = ? and name <> ? and reserved_concurrency is not null",
                name.accountId(),
                name.name());
    }

    private static long provisionedSum(Transaction tx, long functionId, String except) {
        return tx.one(
                row -> row.getLong(1),
                "select coalesce(sum(instances), 0) from function_provisioned"
                        + " where function_id = ? and qualifier <> ?",
                functionId,
                except);
    }

    private static void checkSingleVersion(Transaction tx, long functionId, FunctionName name) {
        boolean weighted =
                tx.find(
                                row -> true,
                                "select from function_aliases where function_id = ? and name = ?"
                                        + " and additional_version is not null",
                                functionId,
                                name.qualifier())
                        .isPresent();
        if (weighted) {
            throw Fault.invalid("Alias with weights can not be used with Provisioned Concurrency");
        }
    }

    private static void checkRoom(
            Transaction tx, long functionId, FunctionName name, int instances, int quota) {
        long wanted = provisionedSum(tx, functionId, name.qualifier()) + instances;
        Optional<Integer> reserved =
                tx.find(
                        row -> row.getInt(1),
                        "select reserved_concurrency from functions where function_id = ?"
                                + " and reserved_concurrency is not null",
                        functionId);
        if (reserved.isPresent() && wanted > reserved.get()) {
            throw Fault.invalid(
                    "Requested Provisioned Concurrency should not be greater than the"
                            + " reservedConcurrentExecution for function");
        }
        long room =
                quota - reservedByOthers(tx, name) - Limits.FUNCTION_UNRESERVED_CONCURRENCY.value();
        if (reserved.isEmpty() && wanted > room) {
            throw Fault.invalid(
                    "Specified ConcurrentExecutions for function is greater than account's"
                            + " unreserved concurrency ["
                            + Math.max(0, room)
                            + "].");
        }
    }

    private static Fault noneProvisioned() {
        return new Fault(
                Fault.Kind.NOT_FOUND,
                "provisioned-concurrency-config-not-found",
                "No Provisioned Concurrency Config found for this function");
    }
}
