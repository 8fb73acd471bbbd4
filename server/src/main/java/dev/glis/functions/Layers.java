package dev.glis.functions;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glis.accounts.Accounts;
import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Ids;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import dev.glis.store.Store;
import dev.glis.store.Transaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Layers: packages of code that functions share, in numbered versions that never change. A function
 * keeps what a layer version was when it began to use it, so that it outlives the layer. Calls
 * block.
 */
public final class Layers {
    private static final String COLUMNS =
            "l.name, v.version, v.created, v.description, v.license, v.runtimes, v.architectures,"
                    + " v.code_sha256, v.code_bytes, p.unpacked_bytes";
    private static final String TABLES =
            " from layers l join layer_versions v on v.layer_id = l.layer_id"
                    + " join code_packages p on p.sha256 = v.code_sha256 ";

    private final Store store;
    private final CodePackages packages;
    private final Accounts accounts;
    private final Ids ids;
    private final Clock clock;

    Layers(Store store, CodePackages packages, Accounts accounts, Ids ids, Clock clock) {
        this.store = store;
        this.packages = packages;
        this.accounts = accounts;
        this.ids = ids;
        this.clock = clock;
    }

    /** What a version says of itself. */
    public record About(
            String description,
            String license,
            List<String> runtimes,
            List<String> architectures) {}

    /** A layer version. */
    public record LayerVersion(LayerName name, Instant created, About about, CodePackage code) {}

    /** Which layers to list; null is any. */
    public record Filter(@Nullable String runtime, @Nullable String architecture) {}

    /** A layer version's policy. */
    public record Policy(String document, String revisionId) {}

    /** Makes the next version of a layer. */
    public LayerVersion publish(LayerName layer, About about, byte[] zip) {
        long quota = accounts.quotas(layer.accountId()).codeStorageBytes();
        CodePackage code = packages.accept(zip);
        Instant now = clock.instant();
        return store.write(
                tx -> {
                    packages.use(tx, code, zip);
                    LayerName name = layer.with(nextVersion(tx, layer));
                    var version = new LayerVersion(name, now, about, code);
                    insert(tx, version);
                    CodeUsage.check(tx, layer.accountId(), quota);
                    return version;
                });
    }

    /** A version; the name must have one. */
    public LayerVersion get(LayerName name) {
        return store.read(tx -> find(tx, name))
                .orElseThrow(() -> Fault.notFound("The resource you requested does not exist."));
    }

    /** Deletes a version; harmless when there is none. Functions that use it keep it. */
    public void delete(LayerName name) {
        store.write(
                tx -> {
                    Optional<LayerVersion> version = find(tx, name);
                    version.ifPresent(
                            found -> {
                                tx.update(
                                        "delete from layer_versions v using layers l"
                                                + " where l.layer_id = v.layer_id"
                                                + " and l.account_id = ? and l.name = ?"
                                                + " and v.version = ?",
                                        name.accountId(),
                                        name.name(),
                                        name.version());
                                packages.release(tx, found.code().sha256());
                            });
                    return version.isPresent();
                });
    }

    /** Lists an account's layers by name, each with its newest version that passes the filter. */
    public Page<LayerVersion> list(
            String region, String accountId, Filter filter, @Nullable String marker, int most) {
        int size = Math.min(most, Limits.LIST_PAGE.intValue());
        List<LayerVersion> found =
                store.read(
                        tx ->
                                tx.query(
                                        row -> version(row, region, accountId),
                                        "select distinct on (l.name) "
                                                + COLUMNS
                                                + TABLES
                                                + "where l.account_id = ? and l.name > ?"
                                                + " and (? or v.runtimes @> ?)"
                                                + " and (? or v.architectures @> ?)"
                                                + " order by l.name, v.version desc limit ?",
                                        accountId,
                                        Marker.read(marker).text(),
                                        filter.runtime() == null,
                                        element(filter.runtime()),
                                        filter.architecture() == null,
                                        element(filter.architecture()),
                                        size + 1));
        return Page.of(found, size, last -> new Marker(last.name().name(), 0).write());
    }

    /** Lists a layer's versions, the newest first. */
    public Page<LayerVersion> versions(
            LayerName layer, Filter filter, @Nullable String marker, int most) {
        int size = Math.min(most, Limits.LIST_PAGE.intValue());
        long before = marker == null ? Long.MAX_VALUE : Marker.read(marker).number();
        List<LayerVersion> found =
                store.read(
                        tx ->
                                tx.query(
                                        row -> version(row, layer.region(), layer.accountId()),
                                        "select "
                                                + COLUMNS
                                                + TABLES
                                                + "where l.account_id = ? and l.name = ?"
                                                + " and v.version < ?"
                                                + " and (? or v.runtimes @> ?)"
                                                + " and (? or v.architectures @> ?)"
                                                + " order by v.version desc limit ?",
                                        layer.accountId(),
                                        layer.name(),
                                        before,
                                        filter.runtime() == null,
                                        element(filter.runtime()),
                                        filter.architecture() == null,
                                        element(filter.architecture()),
                                        size + 1));
        return Page.of(found, size, last -> new Marker("", last.name().version()).write());
    }

    /** The layers that a function wants to use, in the same order. */
    List<LayerUse> uses(String region, List<String> arns) {
        if (arns.size() > Limits.FUNCTION_LAYERS.value()) {
            throw Fault.invalid(
                    "Cannot reference more than "
                            + Limits.FUNCTION_LAYERS.value()
                            + " layers; there are "
                            + arns.size());
        }
        var seen = new HashMap<String, String>();
        var uses = new ArrayList<LayerUse>();
        for (String arn : arns) {
            LayerName name = LayerName.parse(region, "", arn);
            String other = seen.put(name.layerArn(), arn);
            if (other != null) {
                throw Fault.invalid(
                        "Two different versions of the same layer are not allowed to be referenced"
                                + " in the same function. "
                                + other
                                + " and "
                                + arn
                                + " are versions of the same layer");
            }
            uses.add(use(name, arn));
        }
        return uses;
    }

    /** The policy document of a version, if there is such a version and it has one. */
    public Optional<String> document(LayerName name) {
        return store.read(tx -> policy(tx, name)).map(Policy::document);
    }

    public Policy policy(LayerName name) {
        return store.read(tx -> policy(tx, name)).orElseThrow(Layers::noPolicy);
    }

    /**
     * Lets another account, or all, use a version.
     *
     * @return the statement as JSON, and the policy's new revision
     */
    public Policy allow(
            LayerName name, String statementId, String principal, @Nullable String revisionId) {
        var statement =
                PolicyDocument.allow(
                        statementId, principal, "lambda:GetLayerVersion", name.versionArn());
        return store.write(
                tx -> {
                    lock(tx, name);
                    Optional<Policy> before = policy(tx, name);
                    checkRevision(before, revisionId);
                    var document = PolicyDocument.ofJson(before.map(Policy::document).orElse(null));
                    document.add(statement);
                    return new Policy(Json.text(statement), write(tx, name, document));
                });
    }

    /** Removes a statement. */
    public void disallow(LayerName name, String statementId, @Nullable String revisionId) {
        store.write(
                tx -> {
                    lock(tx, name);
                    Policy before = policy(tx, name).orElseThrow(Layers::noPolicy);
                    checkRevision(Optional.of(before), revisionId);
                    var document = PolicyDocument.ofJson(before.document());
                    document.remove(statementId);
                    return write(tx, name, document);
                });
    }

    private LayerUse use(LayerName name, String arn) {
        LayerVersion version =
                store.read(tx -> find(tx, name))
                        .orElseThrow(
                                () -> Fault.invalid("Layer version " + arn + " does not exist."));
        return new LayerUse(
                arn,
                version.code().sha256(),
                version.code().sizeBytes(),
                version.code().unpackedBytes());
    }

    private static long nextVersion(Transaction tx, LayerName layer) {
        return tx.one(
                row -> row.getLong(1),
                "insert into layers (account_id, name, last_version) values (?, ?, 1)"
                        + " on conflict (account_id, name) do update"
                        + " set last_version = layers.last_version + 1 returning last_version",
                layer.accountId(),
                layer.name());
    }

    private static void insert(Transaction tx, LayerVersion version) {
        About about = version.about();
        tx.update(
                "insert into layer_versions (layer_id, version, account_id, created, description,"
                        + " license, runtimes, architectures, code_sha256, code_bytes)"
                        + " select layer_id, ?, account_id, ?, ?, ?, ?, ?, ?, ? from layers"
                        + " where account_id = ? and name = ?",
                version.name().version(),
                version.created(),
                about.description(),
                about.license(),
                new Transaction.Jsonb(texts(about.runtimes())),
                new Transaction.Jsonb(texts(about.architectures())),
                version.code().sha256(),
                version.code().sizeBytes(),
                version.name().accountId(),
                version.name().name());
    }

    private static Optional<LayerVersion> find(Transaction tx, LayerName name) {
        return tx.find(
                row -> version(row, name.region(), name.accountId()),
                "select "
                        + COLUMNS
                        + TABLES
                        + "where l.account_id = ? and l.name = ? and v.version = ?",
                name.accountId(),
                name.name(),
                name.version());
    }

    private static LayerVersion version(ResultSet row, String region, String accountId)
            throws SQLException {
        return new LayerVersion(
                new LayerName(region, accountId, row.getString("name"), row.getLong("version")),
                FunctionRows.instant(row, "created"),
                new About(
                        row.getString("description"),
                        row.getString("license"),
                        texts(row.getString("runtimes")),
                        texts(row.getString("architectures"))),
                new CodePackage(
                        row.getString("code_sha256"),
                        row.getLong("code_bytes"),
                        row.getLong("unpacked_bytes")));
    }

    private static void lock(Transaction tx, LayerName name) {
        boolean exists =
                tx.find(
                                row -> true,
                                "select v.version from layers l join layer_versions v"
                                        + " on v.layer_id = l.layer_id where l.account_id = ?"
                                        + " and l.name = ? and v.version = ? for update of v",
                                name.accountId(),
                                name.name(),
                                name.version())
                        .isPresent();
        if (!exists) {
            throw Fault.notFound("Layer version " + name.versionArn() + " does not exist.");
        }
    }

    private static Optional<Policy> policy(Transaction tx, LayerName name) {
        return tx.find(
                row -> new Policy(row.getString(1), row.getString(2)),
                "select v.policy, v.policy_revision_id from layers l join layer_versions v"
                        + " on v.layer_id = l.layer_id where l.account_id = ? and l.name = ?"
                        + " and v.version = ? and v.policy is not null",
                name.accountId(),
                name.name(),
                name.version());
    }

    private String write(Transaction tx, LayerName name, PolicyDocument document) {
        String revisionId = ids.uuid();
        tx.update(
                "update layer_versions v set policy = ?, policy_revision_id = ? from layers l"
                        + " where l.layer_id = v.layer_id and l.account_id = ? and l.name = ?"
                        + " and v.version = ?",
                document.isEmpty() ? null : new Transaction.Jsonb(document.text()),
                revisionId,
                name.accountId(),
                name.name(),
                name.version());
        return revisionId;
    }

    private static void checkRevision(Optional<Policy> before, @Nullable String revisionId) {
        if (revisionId != null && !revisionId.equals(before.map(Policy::revisionId).orElse(null))) {
            throw Revisions.mismatch("GetLayerVersionPolicy");
        }
    }

    private static Fault noPolicy() {
        return Fault.notFound("No policy is associated with the given resource.");
    }

    private static Transaction.Jsonb element(@Nullable String text) {
        return new Transaction.Jsonb(texts(text == null ? List.of() : List.of(text)));
    }

    private static String texts(List<String> texts) {
        var array = Json.array();
        texts.forEach(array::add);
        return Json.text(array);
    }

    private static List<String> texts(String json) {
        var texts = new ArrayList<String>();
        for (JsonNode each : Json.parse(json)) {
            texts.add(each.asText());
        }
        return List.copyOf(texts);
    }
}
