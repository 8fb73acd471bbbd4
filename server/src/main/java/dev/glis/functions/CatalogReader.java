package dev.glis.functions;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glis.base.Json;
import dev.glis.engine.Blueprint;
import dev.glis.engine.ContainerImage;
import dev.glis.engine.Egress;
import dev.glis.store.Transaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Reads from the store what {@link Catalog} keeps in memory. */
final class CatalogReader {
    private final CodePackages packages;
    private final Images images;
    private final Egress egress;

    CatalogReader(CodePackages packages, Images images, Egress egress) {
        this.packages = packages;
        this.images = images;
        this.egress = egress;
    }

    /** A function with all that belongs to it. */
    Optional<FunctionState> read(Transaction transaction, FunctionName name) {
        return transaction
                .find(
                        row -> new Row(row.getLong(1), reserved(row)),
                        "select function_id, reserved_concurrency"
                                + " from functions where account_id = ? and name = ?",
                        name.accountId(),
                        name.name())
                .map(row -> state(transaction, name, row));
    }

    /** Unpacks what a blueprint needs, where it is missing. */
    void prepare(Blueprint blueprint) {
        if (blueprint.image() != null) {
            images.unpackIfMissing(blueprint.code().getFileName().toString());
            return;
        }
        packages.unpackIfMissing(blueprint.code());
        blueprint.layers().forEach(packages::unpackIfMissing);
    }

    /** A function's own row. */
    private record Row(long functionId, OptionalInt reserved) {}

    /** Functions whose concurrency the engine must know from the start. */
    List<FunctionName> withConcurrency(Transaction transaction, String region) {
        return transaction.query(
                row -> new FunctionName(region, row.getString(1), row.getString(2), ""),
                "select account_id, name from functions where reserved_concurrency is not null"
                        + " or function_id in (select function_id from function_provisioned)");
    }

    Optional<FunctionName> ownerOfUrl(Transaction transaction, String region, String urlId) {
        return transaction.find(
                row -> new FunctionName(region, row.getString(1), row.getString(2), ""),
                "select f.account_id, f.name from function_urls u"
                        + " join functions f on f.function_id = u.function_id where u.url_id = ?",
                urlId);
    }

    /** What is needed to run a version, its code unpacked. */
    Optional<Blueprint> blueprint(Transaction transaction, FunctionState state, long version) {
        return blueprint(transaction, state.name(), state.functionId(), version);
    }

    private Optional<Blueprint> blueprint(
            Transaction transaction, FunctionName name, long functionId, long version) {
        return FunctionRows.version(transaction, functionId, version, name).map(this::blueprint);
    }

    private Blueprint blueprint(FunctionVersion version) {
        Settings settings = version.settings();
        ContainerImage image = image(version);
        return new Blueprint(
                version.arn(),
                version.revision(),
                version.name().accountId(),
                version.name().arn(),
                version.name().name(),
                version.label(),
                settings.runtime(),
                settings.handler(),
                image == null ? packages.folder(version.code().sha256()) : image.root(),
                settings.layers().stream().map(each -> packages.folder(each.sha256())).toList(),
                settings.environment(),
                settings.memoryMb(),
                settings.timeoutSeconds() * 1000L,
                settings.ephemeralStorageMb(),
                SettingsRules.requestsPerInstance(settings.environment()),
                egress,
                image);
    }

    private @Nullable ContainerImage image(FunctionVersion version) {
        ImageUse use = version.settings().image();
        return use == null
                ? null
                : new ContainerImage(
                        images.folders().root(version.code().sha256()),
                        use.command(),
                        use.environment(),
                        use.workingFolder(),
                        SettingsRules.port(version.settings().environment(), use));
    }

    private FunctionState state(Transaction transaction, FunctionName name, Row row) {
        long functionId = row.functionId();
        Map<String, FunctionState.Route> aliases = aliases(transaction, functionId);
        var blueprints = new ConcurrentHashMap<Long, Blueprint>(2);
        blueprints.put(0L, blueprint(transaction, name, functionId, 0).orElseThrow(name::notFound));
        return new FunctionState(
                name,
                functionId,
                versions(transaction, functionId),
                aliases,
                policies(transaction, functionId),
                queuePolicies(transaction, functionId),
                provisioned(transaction, functionId, aliases),
                row.reserved(),
                urls(transaction, name, functionId),
                blueprints);
    }

    private static OptionalInt reserved(ResultSet row) throws SQLException {
        int reserved = row.getInt(2);
        return row.wasNull() ? OptionalInt.empty() : OptionalInt.of(reserved);
    }

    private static Set<Long> versions(Transaction transaction, long functionId) {
        return Set.copyOf(
                new HashSet<>(
                        transaction.query(
                                row -> row.getLong(1),
                                "select version from function_versions"
                                        + " where function_id = ? and version > 0",
                                functionId)));
    }

    private static Map<String, FunctionState.Route> aliases(
            Transaction transaction, long functionId) {
        var aliases = new HashMap<String, FunctionState.Route>();
        transaction.query(
                row ->
                        aliases.put(
                                row.getString(1),
                                new FunctionState.Route(
                                        row.getLong(2), row.getLong(3), row.getDouble(4))),
                "select name, version, additional_version, additional_weight"
                        + " from function_aliases where function_id = ?",
                functionId);
        return Map.copyOf(aliases);
    }

    private static Map<String, String> policies(Transaction transaction, long functionId) {
        var policies = new HashMap<String, String>();
        transaction.query(
                row -> policies.put(row.getString(1), row.getString(2)),
                "select qualifier, document from function_policies where function_id = ?",
                functionId);
        return Map.copyOf(policies);
    }

    private static Map<String, FunctionCatalog.QueuePolicy> queuePolicies(
            Transaction transaction, long functionId) {
        var policies = new HashMap<String, FunctionCatalog.QueuePolicy>();
        transaction.query(
                row -> policies.put(row.getString("qualifier"), queuePolicy(row)),
                "select qualifier, maximum_age_seconds, maximum_retries, on_success, on_failure"
                        + " from function_queue_policies where function_id = ?",
                functionId);
        return Map.copyOf(policies);
    }

    private static FunctionCatalog.QueuePolicy queuePolicy(ResultSet row) throws SQLException {
        long ageMs = row.getLong("maximum_age_seconds") * 1000;
        int retries = row.getInt("maximum_retries");
        boolean noRetries = row.wasNull();
        return new FunctionCatalog.QueuePolicy(
                ageMs == 0 ? QueuePolicies.DEFAULT.maximumAgeMs() : ageMs,
                noRetries ? QueuePolicies.DEFAULT.maximumRetries() : retries,
                row.getString("on_success"),
                row.getString("on_failure"));
    }

    /** Instances by version; what an alias and its version ask for adds up. */
    private static Map<Long, Integer> provisioned(
            Transaction transaction, long functionId, Map<String, FunctionState.Route> aliases) {
        var provisioned = new HashMap<Long, Integer>();
        transaction.query(
                row -> {
                    String qualifier = row.getString(1);
                    FunctionState.Route route = aliases.get(qualifier);
                    long version =
                            route == null
                                    ? Versions.number(qualifier).orElseThrow()
                                    : route.version();
                    return provisioned.merge(version, row.getInt(2), Integer::sum);
                },
                "select qualifier, instances from function_provisioned where function_id = ?",
                functionId);
        return Map.copyOf(provisioned);
    }

    private static List<FunctionCatalog.UrlTarget> urls(
            Transaction transaction, FunctionName name, long functionId) {
        return transaction.query(
                row -> url(row, name),
                "select url_id, qualifier, auth_type, invoke_mode, cors from function_urls"
                        + " where function_id = ?",
                functionId);
    }

    private static FunctionCatalog.UrlTarget url(ResultSet row, FunctionName name)
            throws SQLException {
        String qualifier = row.getString("qualifier");
        return new FunctionCatalog.UrlTarget(
                row.getString("url_id"),
                name.accountId(),
                name.name(),
                qualifier.isEmpty() ? null : qualifier,
                row.getString("auth_type").equals("AWS_IAM"),
                row.getString("invoke_mode").equals("RESPONSE_STREAM"),
                cors(row.getString("cors")));
    }

    static FunctionCatalog.@Nullable Cors cors(@Nullable String text) {
        if (text == null) {
            return null;
        }
        JsonNode json = Json.parse(text);
        return new FunctionCatalog.Cors(
                json.path("allowCredentials").asBoolean(),
                texts(json.path("allowHeaders")),
                texts(json.path("allowMethods")),
                texts(json.path("allowOrigins")),
                texts(json.path("exposeHeaders")),
                json.has("maxAgeSeconds")
                        ? OptionalLong.of(json.path("maxAgeSeconds").asLong())
                        : OptionalLong.empty());
    }

    private static List<String> texts(JsonNode array) {
        var texts = new ArrayList<String>();
        array.forEach(each -> texts.add(each.asText()));
        return List.copyOf(texts);
    }
}
