package dev.glis.functions;

import dev.glis.base.Fault;
import dev.glis.base.Ids;
import dev.glis.base.Limits;
import dev.glis.functions.Catalog.Reach;
import dev.glis.store.Store;
import dev.glis.store.Transaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Names for versions, which can be moved, and can lead to two versions by weight. Calls block. */
public final class Aliases {
    private final Store store;
    private final Catalog catalog;
    private final Ids ids;

    Aliases(Store store, Catalog catalog, Ids ids) {
        this.store = store;
        this.catalog = catalog;
        this.ids = ids;
    }

    /**
     * An alias.
     *
     * @param name of the function, with the alias as qualifier
     * @param additional another version and the probability that it is picked, or null
     */
    public record Alias(
            FunctionName name,
            long version,
            @Nullable Additional additional,
            String description,
            String revisionId) {
        /** The version's label. */
        public String versionLabel() {
            return FunctionVersion.label(version);
        }
    }

    /** A second version of an alias. */
    public record Additional(long version, double weight) {}

    /**
     * What to set; null leaves it.
     *
     * @param weights by version's number, at most one; empty removes the second version
     */
    public record Change(
            @Nullable String version,
            @Nullable String description,
            @Nullable Map<String, Double> weights) {}

    /** Makes an alias; its name is the qualifier. */
    public Alias create(FunctionName name, Change wanted) {
        return catalog.change(
                name,
                Reach.IF_USED,
                tx -> {
                    long functionId = FunctionRows.lock(tx, name);
                    var alias = changed(new Alias(name, 0, null, "", ""), wanted);
                    check(tx, functionId, alias);
                    insert(tx, functionId, alias);
                    return alias;
                });
    }

    public Alias get(FunctionName name) {
        return store.read(tx -> require(tx, FunctionRows.require(tx, name), name));
    }

    /** Changes an alias; invocations that begin afterwards take the new way. */
    public Alias update(FunctionName name, Change change, @Nullable String revisionId) {
        return catalog.change(
                name,
                Reach.IF_USED,
                tx -> {
                    long functionId = FunctionRows.lock(tx, name);
                    Alias before = require(tx, functionId, name);
                    if (revisionId != null && !revisionId.equals(before.revisionId())) {
                        throw Revisions.mismatch("GetFunction/GetAlias");
                    }
                    Alias after = changed(before, change);
                    check(tx, functionId, after);
                    update(tx, functionId, after);
                    return after;
                });
    }

    /** Deletes an alias with all that was set for it; harmless when there is none. */
    public void delete(FunctionName name) {
        catalog.change(
                name,
                Reach.IF_USED,
                tx -> {
                    long functionId = FunctionRows.lock(tx, name);
                    if (FunctionRows.isAlias(tx, functionId, name.qualifier())) {
                        FunctionRows.forgetQualifier(tx, functionId, name.qualifier());
                    }
                    return tx.update(
                            "delete from function_aliases where function_id = ? and name = ?",
                            functionId,
                            name.qualifier());
                });
    }

    /**
     * Lists a function's aliases by name.
     *
     * @param version only those that lead to this one first, unless null
     */
    public Page<Alias> list(
            FunctionName name, @Nullable String version, @Nullable String marker, int most) {
        int size = Math.min(most, Limits.LIST_PAGE.intValue());
        long number = version == null ? -1 : number(version);
        List<Alias> found =
                store.read(
                        tx ->
                                tx.query(
                                        row -> alias(row, name),
                                        "select name, version, additional_version,"
                                                + " additional_weight, description, revision_id"
                                                + " from function_aliases where function_id = ?"
                                                + " and name > ? and (? < 0 or version = ?)"
                                                + " order by name limit ?",
                                        FunctionRows.require(tx, name),
                                        Marker.read(marker).text(),
                                        number,
                                        number,
                                        size + 1));
        return Page.of(found, size, last -> new Marker(last.name().qualifier(), 0).write());
    }

    private Alias changed(Alias before, Change change) {
        return new Alias(
                before.name(),
                change.version() == null ? before.version() : number(change.version()),
                change.weights() == null ? before.additional() : additional(change.weights()),
                change.description() == null ? before.description() : change.description(),
                ids.uuid());
    }

    private static @Nullable Additional additional(Map<String, Double> weights) {
        if (weights.size() > 1) {
            throw Fault.invalid(
                    "Number of items in AdditionalVersionWeights cannot be greater than 1");
        }
        for (Map.Entry<String, Double> each : weights.entrySet()) {
            return new Additional(number(each.getKey()), each.getValue());
        }
        return null;
    }

    private static long number(String label) {
        if (label.equals(FunctionName.LATEST)) {
            return 0;
        }
        return Versions.number(label)
                .orElseThrow(
                        () ->
                                Fault.invalid(
                                        "Invalid function version "
                                                + label
                                                + "; it must be $LATEST or a version's number"));
    }

    private static void check(Transaction tx, long functionId, Alias alias) {
        requireVersion(tx, functionId, alias.name(), alias.version());
        Additional additional = alias.additional();
        if (additional == null) {
            return;
        }
        if (alias.version() == 0 || additional.version() == 0) {
            throw Fault.invalid(
                    "$LATEST is not supported for an alias pointing to more than 1 version");
        }
        if (alias.version() == additional.version()) {
            throw Fault.invalid(
                    "Invalid function version "
                            + additional.version()
                            + ". Function version "
                            + additional.version()
                            + " is already included in routing configuration.");
        }
        requireVersion(tx, functionId, alias.name(), additional.version());
        if (isProvisioned(tx, functionId, alias)) {
            throw Fault.invalid("Alias with weights can not be used with Provisioned Concurrency");
        }
    }

    private static boolean isProvisioned(Transaction tx, long functionId, Alias alias) {
        return tx.find(
                        row -> true,
                        "select from function_provisioned where function_id = ? and qualifier = ?",
                        functionId,
                        alias.name().qualifier())
                .isPresent();
    }

    private static void requireVersion(
            Transaction tx, long functionId, FunctionName name, long version) {
        FunctionRows.requireVersion(
                tx, functionId, version, name.with(FunctionVersion.label(version)));
    }

    private static void insert(Transaction tx, long functionId, Alias alias) {
        Additional additional = alias.additional();
        int inserted =
                tx.update(
                        "insert into function_aliases (function_id, name, version,"
                                + " additional_version, additional_weight, description,"
                                + " revision_id) values (?, ?, ?, ?, ?, ?, ?)"
                                + " on conflict do nothing",
                        functionId,
                        alias.name().qualifier(),
                        alias.version(),
                        additional == null ? null : additional.version(),
                        additional == null ? null : additional.weight(),
                        alias.description(),
                        alias.revisionId());
        if (inserted == 0) {
            throw Fault.conflict("Alias already exists: " + alias.name().qualifiedArn());
        }
    }

    private static void update(Transaction tx, long functionId, Alias alias) {
        Additional additional = alias.additional();
        tx.update(
                "update function_aliases set version = ?, additional_version = ?,"
                        + " additional_weight = ?, description = ?, revision_id = ?"
                        + " where function_id = ? and name = ?",
                alias.version(),
                additional == null ? null : additional.version(),
                additional == null ? null : additional.weight(),
                alias.description(),
                alias.revisionId(),
                functionId,
                alias.name().qualifier());
    }

    private static Alias require(Transaction tx, long functionId, FunctionName name) {
        Optional<Alias> alias =
                tx.find(
                        row -> alias(row, name),
                        "select name, version, additional_version, additional_weight,"
                                + " description, revision_id from function_aliases"
                                + " where function_id = ? and name = ?",
                        functionId,
                        name.qualifier());
        return alias.orElseThrow(
                () -> Fault.notFound("Cannot find alias arn: " + name.qualifiedArn()));
    }

    private static Alias alias(ResultSet row, FunctionName name) throws SQLException {
        long additional = row.getLong("additional_version");
        boolean single = row.wasNull();
        return new Alias(
                name.with(row.getString("name")),
                row.getLong("version"),
                single ? null : new Additional(additional, row.getDouble("additional_weight")),
                row.getString("description"),
                row.getString("revision_id"));
    }
}
