package dev.glis.functions;

import dev.glis.store.Transaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The SQL of functions and their versions. */
final class FunctionRows {
    /** Columns that {@link #version} reads. */
    static final String VERSION_COLUMNS =
            "f.name, v.version, v.revision, v.revision_id, v.modified, v.settings, v.code_sha256,"
                    + " v.code_bytes, p.unpacked_bytes";

    /** Where they come from. */
    static final String VERSION_TABLES =
            " from functions f join function_versions v on v.function_id = f.function_id"
                    + " join code_packages p on p.sha256 = v.code_sha256 ";

    private static final List<String> QUALIFIED =
            List.of(
                    "function_policies",
                    "function_queue_policies",
                    "function_urls",
                    "function_provisioned");

    private FunctionRows() {}

    /** Finds a function and holds it for change until the transaction's end. */
    static long lock(Transaction transaction, FunctionName name) {
        return transaction
                .find(
                        row -> row.getLong(1),
                        "select function_id from functions where account_id = ? and name = ?"
                                + " for update",
                        name.accountId(),
                        name.name())
                .orElseThrow(() -> name.unqualified().notFound());
    }

    static Optional<Long> find(Transaction transaction, FunctionName name) {
        return transaction.find(
                row -> row.getLong(1),
                "select function_id from functions where account_id = ? and name = ?",
                name.accountId(),
                name.name());
    }

    static long require(Transaction transaction, FunctionName name) {
        return find(transaction, name).orElseThrow(() -> name.unqualified().notFound());
    }

    /** The version that a qualifier means: of an alias, its first one. */
    static FunctionVersion version(Transaction transaction, FunctionName name) {
        long functionId = require(transaction, name);
        long number = number(transaction, functionId, name);
        return version(transaction, functionId, number, name).orElseThrow(name::notFound);
    }

    static Optional<FunctionVersion> version(
            Transaction transaction, long functionId, long number, FunctionName name) {
        return transaction.find(
                row -> version(row, name),
                "select "
                        + VERSION_COLUMNS
                        + VERSION_TABLES
                        + "where v.function_id = ? and v.version = ?",
                functionId,
                number);
    }

    /** The number that a qualifier stands for. */
    static long number(Transaction transaction, long functionId, FunctionName name) {
        if (name.isLatest()) {
            return 0;
        }
        Optional<Long> number = Versions.number(name.qualifier());
        return number.isPresent()
                ? number.get()
                : transaction
                        .find(
                                row -> row.getLong(1),
                                "select version from function_aliases"
                                        + " where function_id = ? and name = ?",
                                functionId,
                                name.qualifier())
                        .orElseThrow(name::notFound);
    }

    static FunctionVersion version(ResultSet row, FunctionName name) throws SQLException {
        return new FunctionVersion(
                name,
                row.getLong("version"),
                row.getLong("revision"),
                row.getString("revision_id"),
                row.getTimestamp("modified").toInstant(),
                Settings.ofJson(row.getString("settings")),
                new CodePackage(
                        row.getString("code_sha256"),
                        row.getLong("code_bytes"),
                        row.getLong("unpacked_bytes")));
    }

    static long nextRevision(Transaction transaction) {
        return transaction.one(row -> row.getLong(1), "select nextval('function_revision')");
    }

    static void insertVersion(Transaction transaction, long functionId, FunctionVersion version) {
        transaction.update(
                "insert into function_versions (function_id, version, account_id, revision,"
                        + " revision_id, modified, settings, code_sha256, code_bytes)"
                        + " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                functionId,
                version.number(),
                version.name().accountId(),
                version.revision(),
                version.revisionId(),
                version.modified(),
                new Transaction.Jsonb(version.settings().toJson()),
                version.code().sha256(),
                version.code().sizeBytes());
        insertLayers(transaction, functionId, version);
    }

    static void updateVersion(Transaction transaction, long functionId, FunctionVersion version) {
        transaction.update(
                "update function_versions set revision = ?, revision_id = ?, modified = ?,"
                        + " settings = ?, code_sha256 = ?, code_bytes = ?"
                        + " where function_id = ? and version = ?",
                version.revision(),
                version.revisionId(),
                version.modified(),
                new Transaction.Jsonb(version.settings().toJson()),
                version.code().sha256(),
                version.code().sizeBytes(),
                functionId,
                version.number());
        transaction.update(
                "delete from function_version_layers where function_id = ? and version = ?",
                functionId,
                version.number());
        insertLayers(transaction, functionId, version);
    }

    private static void insertLayers(
            Transaction transaction, long functionId, FunctionVersion version) {
        List<LayerUse> layers = version.settings().layers();
        for (int i = 0; i < layers.size(); i++) {
            transaction.update(
                    "insert into function_version_layers (function_id, version, position, sha256)"
                            + " values (?, ?, ?, ?)",
                    functionId,
                    version.number(),
                    i,
                    layers.get(i).sha256());
        }
    }

    /** Requires that a function has this version or alias, or {@code $LATEST}. */
    static void requireQualifier(Transaction transaction, long functionId, FunctionName name) {
        long number = number(transaction, functionId, name);
        requireVersion(transaction, functionId, number, name);
    }

    /** Requires that a function has a version; the name is for the fault. */
    static void requireVersion(
            Transaction transaction, long functionId, long number, FunctionName name) {
        boolean exists =
                transaction
                        .find(
                                row -> true,
                                "select from function_versions"
                                        + " where function_id = ? and version = ?",
                                functionId,
                                number)
                        .isPresent();
        if (!exists) {
            throw name.notFound();
        }
    }

    /** Whether a qualifier is an alias of the function. */
    static boolean isAlias(Transaction transaction, long functionId, String qualifier) {
        return transaction
                .find(
                        row -> true,
                        "select from function_aliases where function_id = ? and name = ?",
                        functionId,
                        qualifier)
                .isPresent();
    }

    /** Removes what was set for a version or alias that is going. */
    static void forgetQualifier(Transaction transaction, long functionId, String qualifier) {
        for (String table : QUALIFIED) {
            transaction.update(
                    "delete from " + table + " where function_id = ? and qualifier = ?",
                    functionId,
                    qualifier);
        }
    }

    static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getTimestamp(column).toInstant();
    }
}
