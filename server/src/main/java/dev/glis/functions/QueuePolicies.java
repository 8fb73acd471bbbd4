package dev.glis.functions;

import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Limits;
import dev.glis.functions.Catalog.Reach;
import dev.glis.store.Store;
import dev.glis.store.Transaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * How queued invocations of a function, version or alias are retried and where they end: Lambda's
 * event invoke configurations. Calls block.
 */
public final class QueuePolicies {
    /** What holds when nothing is set. */
    static final FunctionCatalog.QueuePolicy DEFAULT =
            new FunctionCatalog.QueuePolicy(6L * 60 * 60 * 1000, 2, null, null);

    private static final String COLUMNS =
            "qualifier, maximum_age_seconds, maximum_retries, on_success, on_failure, modified";

    private final Store store;
    private final Catalog catalog;
    private final Clock clock;

    QueuePolicies(Store store, Catalog catalog, Clock clock) {
        this.store = store;
        this.catalog = catalog;
        this.clock = clock;
    }

    /**
     * What to set; empty and null leave a field, or its default in a new policy; an empty text
     * removes a destination.
     */
    public record Change(
            OptionalInt maximumAgeSeconds,
            OptionalInt maximumRetries,
            @Nullable String onSuccess,
            @Nullable String onFailure) {}

    /**
     * A policy as set.
     *
     * @param name with the qualifier that it is for; {@code $LATEST} when none was given
     */
    public record Policy(
            FunctionName name,
            OptionalInt maximumAgeSeconds,
            OptionalInt maximumRetries,
            @Nullable String onSuccess,
            @Nullable String onFailure,
            Instant modified) {}

    /** Sets a policy anew. */
    public Policy put(FunctionName given, Change wanted) {
        FunctionName name = qualified(given);
        return write(
                name,
                (tx, functionId) ->
                        new Policy(
                                name,
                                OptionalInt.empty(),
                                OptionalInt.empty(),
                                null,
                                null,
                                clock.instant()),
                wanted);
    }

    /** Changes a policy that there is. */
    public Policy update(FunctionName given, Change change) {
        FunctionName name = qualified(given);
        return write(name, (tx, functionId) -> require(tx, functionId, name), change);
    }

    public Policy get(FunctionName given) {
        FunctionName name = qualified(given);
        return store.read(tx -> require(tx, FunctionRows.require(tx, name), name));
    }

    public void delete(FunctionName given) {
        FunctionName name = qualified(given);
        catalog.change(
                name,
                Reach.IF_USED,
                tx -> {
                    int deleted =
                            tx.update(
                                    "delete from function_queue_policies"
                                            + " where function_id = ? and qualifier = ?",
                                    FunctionRows.lock(tx, name),
                                    name.qualifier());
                    if (deleted == 0) {
                        throw none(name);
                    }
                    return deleted;
                });
    }

    /** Lists a function's policies. */
    public Page<Policy> list(FunctionName name, @Nullable String marker, int most) {
        int size = Math.min(most, Limits.LIST_PAGE.intValue());
        List<Policy> found =
                store.read(
                        tx ->
                                tx.query(
                                        row -> policy(row, name),
                                        "select "
                                                + COLUMNS
                                                + " from function_queue_policies"
                                                + " where function_id = ? and qualifier > ?"
                                                + " order by qualifier limit ?",
                                        FunctionRows.require(tx, name),
                                        Marker.read(marker).text(),
                                        size + 1));
        return Page.of(found, size, last -> new Marker(last.name().qualifier(), 0).write());
    }

    /** Where a change starts from. */
    private interface Base {
        Policy of(Transaction tx, long functionId);
    }

    private Policy write(FunctionName name, Base base, Change change) {
        checkDestination(name, change.onSuccess());
        checkDestination(name, change.onFailure());
        return catalog.change(
                name,
                Reach.IF_USED,
                tx -> {
                    long functionId = FunctionRows.lock(tx, name);
                    FunctionRows.requireQualifier(tx, functionId, name);
                    Policy policy = changed(base.of(tx, functionId), change);
                    store(tx, functionId, policy);
                    return policy;
                });
    }

    private Policy changed(Policy before, Change change) {
        return new Policy(
                before.name(),
                change.maximumAgeSeconds().isPresent()
                        ? change.maximumAgeSeconds()
                        : before.maximumAgeSeconds(),
                change.maximumRetries().isPresent()
                        ? change.maximumRetries()
                        : before.maximumRetries(),
                destination(change.onSuccess(), before.onSuccess()),
                destination(change.onFailure(), before.onFailure()),
                clock.instant());
    }

    private static @Nullable String destination(@Nullable String wanted, @Nullable String before) {
        if (wanted == null) {
            return before;
        }
        return wanted.isEmpty() ? null : wanted;
    }

    private static void checkDestination(FunctionName name, @Nullable String arn) {
        if (arn == null || arn.isEmpty()) {
            return;
        }
        String[] parts = arn.split(":", -1);
        boolean function =
                parts.length >= 7
                        && parts.length <= 8
                        && parts[2].equals("lambda")
                        && parts[5].equals("function");
        if (!function) {
            throw Fault.unsupported(
                    "The destination "
                            + arn
                            + " is not supported: for now only a function's ARN can be one");
        }
        FunctionName destination = FunctionName.parse(name.region(), name.accountId(), arn, null);
        if (!destination.accountId().equals(name.accountId())) {
            throw Fault.unsupported(
                    "The destination " + arn + " is not supported: it belongs to another account");
        }
        if (destination.name().equals(name.name())) {
            throw Fault.invalid(
                    "The destination " + arn + " is the function itself; it must be another one");
        }
    }

    private static void store(Transaction tx, long functionId, Policy policy) {
        tx.update(
                "insert into function_queue_policies (function_id, qualifier,"
                        + " maximum_age_seconds, maximum_retries, on_success, on_failure,"
                        + " modified) values (?, ?, ?, ?, ?, ?, ?)"
                        + " on conflict (function_id, qualifier) do update set"
                        + " maximum_age_seconds = excluded.maximum_age_seconds,"
                        + " maximum_retries = excluded.maximum_retries,"
                        + " on_success = excluded.on_success,"
                        + " on_failure = excluded.on_failure, modified = excluded.modified",
                functionId,
                policy.name().qualifier(),
                boxed(policy.maximumAgeSeconds()),
                boxed(policy.maximumRetries()),
                policy.onSuccess(),
                policy.onFailure(),
                policy.modified());
    }

    private static Policy require(Transaction tx, long functionId, FunctionName name) {
        Optional<Policy> policy =
                tx.find(
                        row -> policy(row, name),
                        "select "
                                + COLUMNS
                                + " from function_queue_policies"
                                + " where function_id = ? and qualifier = ?",
                        functionId,
                        name.qualifier());
        return policy.orElseThrow(() -> none(name));
    }

    private static Policy policy(ResultSet row, FunctionName name) throws SQLException {
        return new Policy(
                name.with(row.getString("qualifier")),
                optional(row.getObject("maximum_age_seconds", Integer.class)),
                optional(row.getObject("maximum_retries", Integer.class)),
                row.getString("on_success"),
                row.getString("on_failure"),
                FunctionRows.instant(row, "modified"));
    }

    private static Fault none(FunctionName name) {
        return Fault.notFound(
                "The function " + name.qualifiedArn() + " doesn't have an EventInvokeConfig");
    }

    private static FunctionName qualified(FunctionName name) {
        return name.qualifier().isEmpty() ? name.with(FunctionName.LATEST) : name;
    }

    private static OptionalInt optional(@Nullable Integer value) {
        return value == null ? OptionalInt.empty() : OptionalInt.of(value);
    }

    private static @Nullable Integer boxed(OptionalInt value) {
        return value.isPresent() ? value.getAsInt() : null;
    }
}
