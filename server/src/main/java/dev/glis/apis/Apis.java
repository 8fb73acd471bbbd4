package dev.glis.apis;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.apis.StoredApis.Changed;
import dev.glis.apis.clients.PublishedApi;
import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Ids;
import dev.glis.base.Limits;
import dev.glis.store.Store;
import dev.glis.store.Transaction;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * APIs as their publishers make, change, deploy and remove them. Nothing of an API is served before
 * it is deployed, and what is served changes only by deploying again or by turning a stage to
 * another deployment. Each change is one transaction, and has its effect on this node before its
 * caller is answered. Calls block.
 *
 * <p>Where a method takes {@code nameOrId}, an unknown one is a {@link Fault} NOT_FOUND with the
 * code {@code api-not-found}.
 */
public final class Apis implements AutoCloseable {
    /** The tables of this package. */
    public static final Store.Migrations MIGRATIONS =
            new Store.Migrations(
                    "apis",
                    Apis.class,
                    List.of(
                            "001_apis.sql",
                            "002_documents.sql",
                            "003_parts.sql",
                            "004_sockets.sql"));

    /** What is said of a deployment that a change made by itself. */
    public static final String AUTOMATIC =
            "Automatic deployment triggered by changes to the Api configuration";

    private static final int ID_CHARACTERS = 10;
    private static final int NAME_CHARACTERS = 63;
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern STAGE = Pattern.compile("[A-Za-z0-9_-]{1,128}");

    /** Host names that are or may become those of Glis itself. */
    private static final Set<String> RESERVED = Set.of("api", "console", "glis", "portal", "www");

    private final StoredApis stored;
    private final Ids ids;
    private final Clock clock;
    private final List<Consumer<String>> removals = new CopyOnWriteArrayList<>();

    public Apis(Store store, Ids ids, Clock clock) {
        this.stored = new StoredApis(store);
        this.ids = ids;
        this.clock = clock;
    }

    StoredApis stored() {
        return stored;
    }

    /** What is served. */
    public ApiCatalog catalog() {
        return stored;
    }

    /**
     * Makes an API without routes.
     *
     * @param name small letters, digits and hyphens; it becomes part of the API's address if no
     *     other API of this cloud has it already
     */
    public Api create(String accountId, String name, ApiSettings settings) {
        return create(accountId, name, settings, null);
    }

    /**
     * As {@link #create(String, String, ApiSettings)}, of WebSocket.
     *
     * @param selection as {@link RouteSelection} reads it; null for HTTP
     */
    public Api create(
            String accountId, String name, ApiSettings settings, @Nullable String selection) {
        requireSelection(selection);
        requireName(name);
        try {
            return stored.change(
                    tx -> {
                        Api api = fresh(tx, accountId, name, settings, selection);
                        ApiTables.insert(tx, api);
                        return new Changed<>(api.apiId(), api);
                    });
        } catch (Transaction.DuplicateKey e) {
            throw exists(name, e);
        }
    }

    private static void requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new Fault(
                    Fault.Kind.INVALID,
                    "invalid-name",
                    "'"
                            + name
                            + "' cannot be an API's name: use 1 to 63 small letters, digits and"
                            + " hyphens, no hyphen at the ends");
        }
    }

    private static Fault exists(String name, Transaction.DuplicateKey cause) {
        return new Fault(
                Fault.Kind.CONFLICT, "api-exists", "There is an API '" + name + "' already", cause);
    }

    /** As {@link #create(String, String, ApiSettings)}, with the settings that most want. */
    public Api create(String accountId, String name) {
        return create(accountId, name, ApiSettings.INITIAL);
    }

    static void requireSelection(@Nullable String selection) {
        if (selection != null) {
            RouteSelection.of(selection);
        }
    }

    Api fresh(
            Transaction tx,
            String accountId,
            String name,
            ApiSettings settings,
            @Nullable String selection) {
        if (ApiTables.count(tx, accountId) >= Limits.ACCOUNT_APIS.value()) {
            throw new Fault(
                    Fault.Kind.CONFLICT,
                    "too-many-apis",
                    "The account has " + Limits.ACCOUNT_APIS.value() + " APIs, which is the most");
        }
        Instant now = clock.instant();
        String apiId = ids.hostLabel(ID_CHARACTERS);
        boolean taken = RESERVED.contains(name) || ApiTables.labelTaken(tx, name);
        return new Api(apiId, accountId, name, taken ? apiId : name, settings, now, now, selection);
    }

    public List<Api> list(String accountId) {
        return stored.read(tx -> ApiTables.list(tx, accountId));
    }

    public Api get(String accountId, String nameOrId) {
        return stored.read(tx -> require(tx, accountId, nameOrId));
    }

    /** Anybody's API. */
    public Optional<Api> byId(String apiId) {
        return stored.read(tx -> ApiTables.byAddress(tx, apiId))
                .filter(api -> api.apiId().equals(apiId));
    }

    /** An account's API by name or ID, or anybody's by ID or label, for who subscribes to it. */
    public Optional<PublishedApi> published(String accountId, String api) {
        return stored.read(
                        tx ->
                                ApiTables.find(tx, accountId, api)
                                        .or(() -> ApiTables.byAddress(tx, api)))
                .map(found -> new PublishedApi(found.apiId(), found.accountId(), found.name()));
    }

    /** Has somebody told the IDs of APIs that were removed from now on. */
    public void afterRemoval(Consumer<String> listener) {
        removals.add(listener);
    }

    /** Replaces the settings; they are served from the next deployment on. */
    public Api configure(String accountId, String nameOrId, ApiSettings settings) {
        return change(
                accountId,
                nameOrId,
                (tx, api) -> {
                    Api changed = configured(api, settings);
                    ApiTables.update(tx, changed);
                    deployAutomatically(tx, api);
                    return changed;
                });
    }

    /** Has answers that were kept for the API's routes forgotten, by all nodes. */
    public void clearCache(String accountId, String nameOrId) {
        change(
                accountId,
                nameOrId,
                (tx, api) -> {
                    ApiTables.touch(tx, api, clock.instant());
                    return api;
                });
    }

    private Api configured(Api api, ApiSettings settings) {
        return api.with(settings, clock.instant());
    }

    /** Removes the API with its routes, stages and deployments. */
    public void delete(String accountId, String nameOrId) {
        Api removed =
                change(
                        accountId,
                        nameOrId,
                        (tx, api) -> {
                            ApiTables.delete(tx, api);
                            return api;
                        });
        removals.forEach(listener -> listener.accept(removed.apiId()));
    }

    /** The routes, by path and method. */
    public List<Route> routes(String accountId, String nameOrId) {
        return stored.read(tx -> ApiTables.routes(tx, require(tx, accountId, nameOrId)));
    }

    /** Adds a route, or replaces the one with this key. */
    public Route putRoute(String accountId, String nameOrId, Route route) {
        return change(
                accountId,
                nameOrId,
                (tx, api) -> {
                    requireFits(api, route);
                    ApiTables.putRoute(tx, api, route);
                    if (ApiTables.countRoutes(tx, api) > Limits.API_ROUTES.value()) {
                        throw new Fault(
                                Fault.Kind.CONFLICT,
                                "too-many-routes",
                                "An API has at most " + Limits.API_ROUTES.value() + " routes");
                    }
                    ApiTables.touch(tx, api, clock.instant());
                    deployAutomatically(tx, api);
                    return route;
                });
    }

    /** Refuses a route of the other kind of API. */
    static void requireFits(Api api, Route route) {
        RouteKey key = route.key();
        if (!api.isWebSocket()) {
            if (key.isAction() || route.replies()) {
                throw Fault.invalid(
                        "'" + key + "' is not a route of an HTTP API, which is METHOD /path");
            }
            return;
        }
        if (!key.isAction() && !key.isDefault()) {
            throw Fault.invalid(
                    "'"
                            + key
                            + "' is not a route of a WebSocket API: messages have no method and"
                            + " path, but what they name");
        }
        if (!(route.backend() instanceof Backend.Function)) {
            throw Fault.unsupported(
                    "A route of a WebSocket API is answered by a function; WebSockets are not passed"
                            + " on to servers");
        }
        if (!route.mapping().isEmpty()
                || route.caching() != null
                || Boolean.TRUE.equals(route.validate())) {
            throw Fault.unsupported(
                    "Messages of WebSockets are neither changed, nor kept, nor held to documents");
        }
    }

    public void deleteRoute(String accountId, String nameOrId, RouteKey key) {
        change(
                accountId,
                nameOrId,
                (tx, api) -> {
                    if (!ApiTables.deleteRoute(tx, api, key)) {
                        throw new Fault(
                                Fault.Kind.NOT_FOUND,
                                "route-not-found",
                                "The API '" + api.name() + "' has no route '" + key + "'");
                    }
                    ApiTables.touch(tx, api, clock.instant());
                    deployAutomatically(tx, api);
                    return key;
                });
    }

    /**
     * Keeps the API as it is now, for good, and has a stage serve it; the stage is made if there is
     * none.
     */
    public Deployment deploy(
            String accountId, String nameOrId, String stageName, String description) {
        requireStageName(stageName);
        requireDescription(description);
        return change(
                accountId,
                nameOrId,
                (tx, api) -> {
                    Deployment deployment = keep(tx, api, description);
                    turn(tx, api, stageName, deployment.number());
                    return deployment;
                });
    }

    /** Keeps the API as it is now, for good. */
    Deployment keep(Transaction tx, Api api, String description) {
        var definition = new Definition(api.settings(), ApiTables.routes(tx, api));
        definition.requireServable();
        definition.requestRules(ApiTables.document(tx, api));
        ApiTables.trimDeployments(tx, api, Limits.API_DEPLOYMENTS.value() - 1);
        var deployment =
                new Deployment(ApiTables.nextDeployment(tx, api), description, clock.instant());
        ApiTables.insertDeployment(tx, api, deployment, definition);
        return deployment;
    }

    /** Has the stages that want each change at once serve the API as it is in the store. */
    void deployAutomatically(Transaction tx, Api before) {
        List<String> automatic =
                PartTables.stages(tx, before).stream()
                        .filter(part -> part.details().autoDeploy())
                        .map(StagePart::name)
                        .toList();
        Api api = require(tx, before.accountId(), before.apiId());
        boolean nothingYet =
                ApiTables.routes(tx, api).isEmpty()
                        && automatic.stream()
                                .allMatch(name -> ApiTables.stage(tx, api, name).isEmpty());
        if (!nothingYet && !automatic.isEmpty()) {
            Deployment deployment = keep(tx, api, AUTOMATIC);
            automatic.forEach(name -> turn(tx, api, name, deployment.number()));
        }
    }

    /** The deployments that are kept, the latest first. */
    public List<Deployment> deployments(String accountId, String nameOrId) {
        return stored.read(tx -> ApiTables.deployments(tx, require(tx, accountId, nameOrId)));
    }

    /**
     * What a stage serves, as an OpenAPI document for those who call the API: it says nothing of
     * functions, other backends, and who is let in how.
     *
     * @param address where the API is served, as the document shall say
     */
    public ObjectNode document(
            String accountId, String nameOrId, String stageName, String address) {
        return ConsumerDocument.of(exported(accountId, nameOrId, stageName), address);
    }

    /** The API as it is now, as an OpenAPI document from which it can be made again. */
    public ObjectNode exported(String accountId, String nameOrId) {
        return stored.read(
                tx -> {
                    Api api = require(tx, accountId, nameOrId);
                    return DocumentWriter.write(
                            api,
                            new Definition(api.settings(), ApiTables.routes(tx, api)),
                            ApiTables.document(tx, api));
                });
    }

    /** As {@link #exported(String, String)}, of what a stage serves. */
    public ObjectNode exported(String accountId, String nameOrId, String stageName) {
        return stored.read(
                tx -> {
                    Api api = require(tx, accountId, nameOrId);
                    return exported(tx, api, requireStage(tx, api, stageName).deployment());
                });
    }

    /** As {@link #exported(String, String)}, of a deployment. */
    public ObjectNode exported(String accountId, String nameOrId, int deployment) {
        return stored.read(
                tx -> {
                    Api api = require(tx, accountId, nameOrId);
                    requireDeployment(tx, api, deployment);
                    return exported(tx, api, deployment);
                });
    }

    private static ObjectNode exported(Transaction tx, Api api, int deployment) {
        return DocumentWriter.write(
                api,
                ApiTables.definition(tx, api, deployment),
                ApiTables.document(tx, api, deployment));
    }

    /** Who imports a document; both throw a {@link Fault} for what it may not do. */
    public interface Publisher {
        /** May change this API, or make one if there is none. */
        void requireChange(Optional<Api> present);

        /** May have a function of that name called. */
        void requireInvocable(String function);
    }

    /**
     * Makes an API of an OpenAPI document, or makes one anew that is there: its settings and routes
     * become what the document says. What is served stays until the API is deployed.
     *
     * @param name null for one that is made of the document's title
     * @param text YAML or JSON
     * @param publisher who imports it
     * @param isTrial whether to tell only what would be done
     * @throws Fault INVALID with the code {@code invalid-document}, naming all mistakes
     */
    public ApiImport importDocument(
            String accountId,
            @Nullable String name,
            byte[] text,
            Publisher publisher,
            boolean isTrial) {
        ImportedDocument imported = DocumentReader.read(text, publisher::requireInvocable);
        String target = name == null ? nameOf(imported.document()) : name;
        requireName(target);
        if (isTrial) {
            return stored.read(
                    tx -> {
                        Optional<Api> api = ApiTables.find(tx, accountId, target);
                        publisher.requireChange(api);
                        return new ApiImport(
                                target,
                                api.isEmpty(),
                                ApiImport.changes(before(tx, api.orElse(null)), imported));
                    });
        }
        try {
            return stored.change(tx -> imported(tx, accountId, target, imported, publisher));
        } catch (Transaction.DuplicateKey e) {
            throw exists(target, e);
        }
    }

    private Changed<ApiImport> imported(
            Transaction tx,
            String accountId,
            String target,
            ImportedDocument imported,
            Publisher publisher) {
        Definition after = imported.definition();
        Optional<Api> present = ApiTables.lock(tx, accountId, target);
        publisher.requireChange(present);
        Api api = present.orElseGet(() -> fresh(tx, accountId, target, after.settings(), null));
        DocumentWriter.requireDescribable(api);
        if (present.isEmpty()) {
            ApiTables.insert(tx, api);
        }
        List<ApiImport.Change> changes =
                ApiImport.changes(before(tx, present.orElse(null)), imported);
        for (ApiImport.Change change : changes) {
            ApiImport.apply(tx, api, change);
        }
        ApiTables.putDocument(tx, api, imported.document());
        ApiTables.update(tx, configured(api, after.settings()));
        deployAutomatically(tx, api);
        return new Changed<>(api.apiId(), new ApiImport(api.name(), present.isEmpty(), changes));
    }

    private static @Nullable ImportedDocument before(Transaction tx, @Nullable Api api) {
        if (api == null) {
            return null;
        }
        var definition = new Definition(api.settings(), ApiTables.routes(tx, api));
        ObjectNode document = DocumentWriter.write(api, definition, ApiTables.document(tx, api));
        return new ImportedDocument(document, definition);
    }

    private static String nameOf(ObjectNode document) {
        String name =
                document.at("/info/title")
                        .asText()
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9]+", "-")
                        .replaceAll("^-|-$", "");
        return name.length() > NAME_CHARACTERS
                ? name.substring(0, NAME_CHARACTERS).replaceAll("-$", "")
                : name;
    }

    /** The stages, by name. */
    public List<Stage> stages(String accountId, String nameOrId) {
        return stored.read(tx -> ApiTables.stages(tx, require(tx, accountId, nameOrId)));
    }

    /** Has a stage serve one deployment, alone. */
    public Stage serve(String accountId, String nameOrId, String stageName, int deployment) {
        requireStageName(stageName);
        return change(
                accountId,
                nameOrId,
                (tx, api) -> {
                    requireDeployment(tx, api, deployment);
                    return turn(tx, api, stageName, deployment);
                });
    }

    /** Has a stage serve again what it served before its last change. */
    public Stage rollBack(String accountId, String nameOrId, String stageName) {
        return change(
                accountId,
                nameOrId,
                (tx, api) -> {
                    Stage stage = requireStage(tx, api, stageName);
                    Integer previous = stage.previous();
                    if (previous == null) {
                        throw Fault.conflict(
                                "Stage '"
                                        + stageName
                                        + "' has served nothing but deployment "
                                        + stage.deployment());
                    }
                    return turn(tx, api, stageName, previous);
                });
    }

    /**
     * Gives another deployment a part of a stage's requests.
     *
     * @param percent more than 0, less than 100
     */
    public Stage split(
            String accountId, String nameOrId, String stageName, int deployment, double percent) {
        if (!(percent > 0 && percent < 100)) {
            throw Fault.invalid("The part is " + percent + " % but must be between 0 and 100");
        }
        return change(
                accountId,
                nameOrId,
                (tx, api) -> {
                    Stage stage = requireStage(tx, api, stageName);
                    requireDeployment(tx, api, deployment);
                    if (deployment == stage.deployment()) {
                        throw Fault.conflict(
                                "Stage '"
                                        + stageName
                                        + "' serves deployment "
                                        + deployment
                                        + " already; the part must be another's");
                    }
                    return put(
                            tx,
                            api,
                            new Stage(
                                    stageName,
                                    stage.deployment(),
                                    stage.previous(),
                                    new Stage.Split(deployment, percent),
                                    clock.instant()));
                });
    }

    public void deleteStage(String accountId, String nameOrId, String stageName) {
        change(
                accountId,
                nameOrId,
                (tx, api) -> {
                    boolean described = PartTables.deleteStage(tx, api, stageName);
                    if (!ApiTables.deleteStage(tx, api, stageName) && !described) {
                        throw noStage(api, stageName);
                    }
                    return stageName;
                });
    }

    /** What an account has here, which keeps it from being removed. */
    public Optional<String> holding(String accountId) {
        long count = stored.read(tx -> ApiTables.count(tx, accountId));
        return count == 0 ? Optional.empty() : Optional.of(count == 1 ? "1 API" : count + " APIs");
    }

    @Override
    public void close() {
        stored.close();
    }

    Stage turn(Transaction tx, Api api, String stageName, int deployment) {
        Optional<Stage> before = ApiTables.stage(tx, api, stageName);
        if (before.isEmpty() && ApiTables.stages(tx, api).size() >= Limits.API_STAGES.value()) {
            throw new Fault(
                    Fault.Kind.CONFLICT,
                    "too-many-stages",
                    "An API has at most " + Limits.API_STAGES.value() + " stages");
        }
        Integer previous =
                before.map(
                                stage ->
                                        stage.deployment() == deployment
                                                ? stage.previous()
                                                : (Integer) stage.deployment())
                        .orElse(null);
        return put(tx, api, new Stage(stageName, deployment, previous, null, clock.instant()));
    }

    private static Stage put(Transaction tx, Api api, Stage stage) {
        ApiTables.putStage(tx, api, stage);
        return stage;
    }

    /** Work on an API that is held for change. */
    interface Work<T> {
        T run(Transaction tx, Api api);
    }

    <T> T change(String accountId, String nameOrId, Work<T> work) {
        return stored.change(
                tx -> {
                    Api api =
                            ApiTables.lock(tx, accountId, nameOrId)
                                    .orElseThrow(() -> noApi(nameOrId));
                    return new Changed<>(api.apiId(), work.run(tx, api));
                });
    }

    private static Api require(Transaction tx, String accountId, String nameOrId) {
        return ApiTables.find(tx, accountId, nameOrId).orElseThrow(() -> noApi(nameOrId));
    }

    private static Stage requireStage(Transaction tx, Api api, String name) {
        return ApiTables.stage(tx, api, name).orElseThrow(() -> noStage(api, name));
    }

    private static void requireDeployment(Transaction tx, Api api, int number) {
        if (!ApiTables.hasDeployment(tx, api, number)) {
            throw new Fault(
                    Fault.Kind.NOT_FOUND,
                    "deployment-not-found",
                    "The API '"
                            + api.name()
                            + "' has no deployment "
                            + number
                            + "; 'glis api show "
                            + api.name()
                            + "' lists those it has");
        }
    }

    /** Refuses what cannot be a stage's name. */
    public static void requireStageName(String name) {
        if (!name.equals(Stage.DEFAULT) && !STAGE.matcher(name).matches()) {
            throw new Fault(
                    Fault.Kind.INVALID,
                    "invalid-name",
                    "'"
                            + name
                            + "' cannot be a stage's name: use $default, or 1 to 128 letters,"
                            + " digits, hyphens and underscores");
        }
    }

    static void requireDescription(String description) {
        if (description.length() > Limits.API_DESCRIPTION_CHARACTERS.value()) {
            throw Fault.invalid(
                    "The description is longer than "
                            + Limits.API_DESCRIPTION_CHARACTERS.value()
                            + " characters");
        }
    }

    private static Fault noApi(String nameOrId) {
        return new Fault(
                Fault.Kind.NOT_FOUND,
                "api-not-found",
                "There is no API '" + nameOrId + "'; 'glis api list' shows those there are");
    }

    private static Fault noStage(Api api, String name) {
        return new Fault(
                Fault.Kind.NOT_FOUND,
                "stage-not-found",
                "The API '" + api.name() + "' has no stage '" + name + "'");
    }
}
