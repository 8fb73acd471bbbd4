package dev.glis.apis;

import dev.glis.apis.StoredApis.Changed;
import dev.glis.apis.clients.Rate;
import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Ids;
import dev.glis.base.Limits;
import dev.glis.net.Headers;
import dev.glis.store.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * APIs in the parts that AWS's control API knows: each has an ID, integrations exist apart from
 * routes, and stages before they serve. They are the same APIs as those of {@link Apis}: a route
 * that was made there has a backend of its own, which here is an integration that has the route's
 * ID. Calls block.
 *
 * <p>APIs are known by their IDs alone, since policies name them so. What is not there is a {@link
 * Fault} NOT_FOUND in AWS's words.
 */
public final class ApiParts {
    static final int PART_ID_CHARACTERS = 7;
    static final int AUTHORIZER_ID_CHARACTERS = 6;
    private static final int NAME_CHARACTERS = 63;
    private static final long USUAL_TIMEOUT_MS = 30_000;
    private static final Pattern VARIABLE_NAME = Pattern.compile("[A-Za-z0-9_]{1,64}");
    private static final Pattern VARIABLE_VALUE = Pattern.compile("[A-Za-z0-9._~:/?#&=,-]{1,512}");

    /** What stands for the backend of a route that has none, which is never served. */
    private static final Backend NOTHING = new Backend.Mock(404, new Headers(), "");

    private final Apis apis;
    private final Ids ids;
    private final Clock clock;

    public ApiParts(Apis apis, Ids ids, Clock clock) {
        this.apis = apis;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * What an API has from its beginning: one route with its backend, and a stage {@code $default}
     * to which each change is deployed.
     */
    public record QuickStart(RouteKey key, Integration integration) {}

    /**
     * Makes an API. Its name is made of the title; it is its ID if no name can be, or if the
     * account has an API of that name.
     */
    public ApiPart create(
            String accountId,
            ApiDetails details,
            ApiSettings settings,
            @Nullable String selection,
            @Nullable QuickStart quickStart) {
        Apis.requireSelection(selection);
        return apis.stored()
                .change(
                        tx -> {
                            Api api = insert(tx, accountId, details, checked(settings), selection);
                            if (quickStart != null) {
                                start(tx, api, quickStart);
                            }
                            return new Changed<>(api.apiId(), new ApiPart(api, details));
                        });
    }

    Api insert(
            Transaction tx,
            String accountId,
            ApiDetails details,
            ApiSettings settings,
            @Nullable String selection) {
        String name = nameOf(details.title());
        boolean usable = !name.isEmpty() && ApiTables.find(tx, accountId, name).isEmpty();
        Api api = apis.fresh(tx, accountId, usable ? name : ids.hostLabel(10), settings, selection);
        ApiTables.insert(tx, api);
        requireTags(details.tags());
        PartTables.putDetails(tx, api, details);
        return api;
    }

    private static String nameOf(String title) {
        String name = hyphensTrimmed(title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-"));
        return name.length() <= NAME_CHARACTERS
                ? name
                : hyphensTrimmed(name.substring(0, NAME_CHARACTERS));
    }

    private static String hyphensTrimmed(String text) {
        return text.replaceAll("^-|-$", "");
    }

    private void start(Transaction tx, Api api, QuickStart quickStart) {
        Integration integration = insert(tx, api, quickStart.integration());
        var route =
                new RoutePart(
                        ids.hostLabel(PART_ID_CHARACTERS),
                        attached(quickStart.key(), Admission.OPEN, null, integration),
                        integration.integrationId());
        PartTables.insert(tx, api, route);
        Instant now = clock.instant();
        var automatic = new StagePart.Details(true, "", Map.of(), StageSettings.NONE);
        PartTables.put(tx, api, new StagePart(Stage.DEFAULT, null, automatic, now, now));
        apis.deployAutomatically(tx, api);
    }

    public List<ApiPart> list(String accountId) {
        return apis.stored()
                .read(
                        tx -> {
                            Map<String, ApiDetails> details = PartTables.details(tx, accountId);
                            return ApiTables.list(tx, accountId).stream()
                                    .map(api -> part(api, details))
                                    .toList();
                        });
    }

    private static ApiPart part(Api api, Map<String, ApiDetails> details) {
        ApiDetails known = details.get(api.apiId());
        return new ApiPart(api, known == null ? new ApiDetails("", "", Map.of()) : known);
    }

    public ApiPart get(String accountId, String apiId) {
        return read(accountId, apiId, (tx, api) -> new ApiPart(api, PartTables.details(tx, api)));
    }

    /** Replaces an API's details and settings. */
    public ApiPart update(String accountId, String apiId, UnaryOperator<ApiPart> change) {
        return change(
                accountId,
                apiId,
                (tx, api) -> {
                    ApiPart changed = change.apply(new ApiPart(api, PartTables.details(tx, api)));
                    requireTags(changed.details().tags());
                    PartTables.putDetails(tx, api, changed.details());
                    return new ApiPart(put(tx, api, changed.api().settings()), changed.details());
                });
    }

    private Api put(Transaction tx, Api api, ApiSettings settings) {
        var changed = api.with(checked(settings), clock.instant());
        ApiTables.update(tx, changed);
        return changed;
    }

    public void delete(String accountId, String apiId) {
        get(accountId, apiId);
        apis.delete(accountId, apiId);
    }

    /** All integrations, those that routes have for themselves too. */
    public List<Integration> integrations(String accountId, String apiId) {
        return read(
                accountId,
                apiId,
                (tx, api) -> {
                    var all = new ArrayList<>(PartTables.integrations(tx, api));
                    for (RoutePart part : PartTables.routes(tx, api)) {
                        if (part.integrationId() == null) {
                            all.add(own(part));
                        }
                    }
                    return all;
                });
    }

    public Integration integration(String accountId, String apiId, String integrationId) {
        return read(
                accountId,
                apiId,
                (tx, api) ->
                        PartTables.integration(tx, api, integrationId)
                                .or(
                                        () ->
                                                PartTables.route(tx, api, integrationId)
                                                        .filter(
                                                                part ->
                                                                        part.integrationId()
                                                                                == null)
                                                        .map(ApiParts::own))
                                .orElseThrow(() -> missing("Integration", integrationId)));
    }

    private static Integration own(RoutePart part) {
        return own(part.routeId(), part.route());
    }

    /** The backend of a route's own, as an integration. */
    public static Integration own(String integrationId, Route route) {
        return new Integration(
                integrationId,
                route.backend(),
                RouteKey.ANY,
                "",
                route.timeoutMs(),
                "",
                route.mapping());
    }

    /** Makes an integration; the ID that it comes with is not used. */
    public Integration createIntegration(String accountId, String apiId, Integration integration) {
        return change(accountId, apiId, (tx, api) -> insert(tx, api, integration));
    }

    private Integration insert(Transaction tx, Api api, Integration integration) {
        if (PartTables.countIntegrations(tx, api) >= Limits.API_INTEGRATIONS.value()) {
            throw tooMany("too-many-integrations", Limits.API_INTEGRATIONS);
        }
        var made = withId(integration, ids.hostLabel(PART_ID_CHARACTERS));
        PartTables.put(tx, api, made);
        return made;
    }

    private static Integration withId(Integration integration, String integrationId) {
        return new Integration(
                integrationId,
                integration.backend(),
                integration.method(),
                integration.uri(),
                integration.timeoutMs(),
                integration.description(),
                integration.mapping());
    }

    /** Changes an integration, and with it the routes that are attached to it. */
    public Integration updateIntegration(
            String accountId,
            String apiId,
            String integrationId,
            UnaryOperator<Integration> change) {
        return change(
                accountId,
                apiId,
                (tx, api) -> {
                    Integration before = requireIntegration(tx, api, integrationId);
                    Integration after = withId(change.apply(before), integrationId);
                    PartTables.put(tx, api, after);
                    for (RoutePart part : PartTables.routes(tx, api)) {
                        if (integrationId.equals(part.integrationId())) {
                            Route route = part.route();
                            Route attached = attached(route.key(), route.admission(), route, after);
                            PartTables.update(
                                    tx,
                                    api,
                                    new RoutePart(part.routeId(), attached, integrationId));
                        }
                    }
                    return after;
                });
    }

    public void deleteIntegration(String accountId, String apiId, String integrationId) {
        change(
                accountId,
                apiId,
                (tx, api) -> {
                    requireIntegration(tx, api, integrationId);
                    for (RoutePart part : PartTables.routes(tx, api)) {
                        if (integrationId.equals(part.integrationId())) {
                            throw Fault.conflict(
                                    "Cannot delete Integration '"
                                            + integrationId
                                            + "' that is referenced by Route '"
                                            + part.route().key()
                                            + "'");
                        }
                    }
                    return PartTables.deleteIntegration(tx, api, integrationId);
                });
    }

    /** Takes a backend of a route's own out of it first, so that others can be attached to it. */
    private static Integration requireIntegration(Transaction tx, Api api, String integrationId) {
        var known = PartTables.integration(tx, api, integrationId);
        if (known.isPresent()) {
            return known.get();
        }
        RoutePart part =
                PartTables.route(tx, api, integrationId)
                        .filter(route -> route.integrationId() == null)
                        .orElseThrow(() -> missing("Integration", integrationId));
        Integration taken = own(part);
        PartTables.put(tx, api, taken);
        PartTables.update(tx, api, new RoutePart(part.routeId(), part.route(), integrationId));
        return taken;
    }

    public List<RoutePart> routes(String accountId, String apiId) {
        return read(accountId, apiId, PartTables::routes);
    }

    public RoutePart route(String accountId, String apiId, String routeId) {
        return read(accountId, apiId, (tx, api) -> requireRoute(tx, api, routeId));
    }

    private static RoutePart requireRoute(Transaction tx, Api api, String routeId) {
        return PartTables.route(tx, api, routeId).orElseThrow(() -> missing("Route", routeId));
    }

    /**
     * Makes a route.
     *
     * @param integrationId null to attach nothing yet: such a route is not served
     */
    public RoutePart createRoute(
            String accountId,
            String apiId,
            RouteKey key,
            Admission admission,
            @Nullable String integrationId,
            boolean replies) {
        return changeRoute(
                accountId,
                apiId,
                key,
                (tx, api) -> {
                    if (ApiTables.countRoutes(tx, api) >= Limits.API_ROUTES.value()) {
                        throw tooMany("too-many-routes", Limits.API_ROUTES);
                    }
                    RoutePart part =
                            part(
                                    tx,
                                    api,
                                    ids.hostLabel(PART_ID_CHARACTERS),
                                    key,
                                    admission,
                                    integrationId);
                    return insert(tx, api, withReplies(part, replies));
                });
    }

    private static RoutePart insert(Transaction tx, Api api, RoutePart part) {
        requireFits(api, part);
        PartTables.insert(tx, api, part);
        return part;
    }

    /** What is not attached yet has no backend that could be judged. */
    private static void requireFits(Api api, RoutePart part) {
        if (part.isAttached()) {
            Apis.requireFits(api, part.route());
        }
    }

    private static RoutePart withReplies(RoutePart part, boolean replies) {
        Route route = part.route();
        return new RoutePart(
                part.routeId(),
                new Route(
                        route.key(),
                        route.backend(),
                        route.admission(),
                        route.rate(),
                        route.timeoutMs(),
                        route.mapping(),
                        route.caching(),
                        route.validate(),
                        replies),
                part.integrationId());
    }

    private static RoutePart part(
            Transaction tx,
            Api api,
            String routeId,
            RouteKey key,
            @Nullable Admission admission,
            @Nullable String integrationId) {
        if (integrationId == null) {
            return bare(routeId, key, admission);
        }
        Integration integration = requireIntegration(tx, api, integrationId);
        return new RoutePart(routeId, attached(key, admission, null, integration), integrationId);
    }

    /** A route that nothing is attached to. */
    static RoutePart bare(String routeId, RouteKey key, @Nullable Admission admission) {
        var route =
                new Route(
                        key, NOTHING, admission, null, USUAL_TIMEOUT_MS, Mapping.NONE, null, null);
        return new RoutePart(routeId, route, "");
    }

    /** What is to be another about a route; what is null stays as it is. */
    public record RouteChange(
            @Nullable RouteKey key,
            @Nullable UnaryOperator<Admission> admission,
            @Nullable String integrationId,
            @Nullable Boolean replies) {}

    public RoutePart updateRoute(
            String accountId, String apiId, String routeId, RouteChange change) {
        RouteKey changedKey = change.key();
        RouteKey named =
                changedKey == null ? route(accountId, apiId, routeId).route().key() : changedKey;
        return changeRoute(
                accountId,
                apiId,
                named,
                (tx, api) -> {
                    RoutePart changed = changed(tx, api, requireRoute(tx, api, routeId), change);
                    Boolean replies = change.replies();
                    if (replies != null) {
                        changed = withReplies(changed, replies);
                    }
                    requireFits(api, changed);
                    PartTables.update(tx, api, changed);
                    return changed;
                });
    }

    private static RoutePart changed(
            Transaction tx, Api api, RoutePart before, RouteChange change) {
        Route route = before.route();
        RouteKey key = change.key() == null ? route.key() : change.key();
        Admission own = route.admission() == null ? api.settings().admission() : route.admission();
        Admission admission =
                change.admission() == null ? route.admission() : change.admission().apply(own);
        String target =
                change.integrationId() == null ? before.integrationId() : change.integrationId();
        if ("".equals(target)) {
            return part(tx, api, before.routeId(), key, admission, null);
        }
        Integration integration =
                target == null ? own(before) : requireIntegration(tx, api, target);
        return new RoutePart(
                before.routeId(), attached(key, admission, route, integration), target);
    }

    private RoutePart changeRoute(
            String accountId, String apiId, RouteKey key, Apis.Work<RoutePart> work) {
        try {
            return change(accountId, apiId, work);
        } catch (Transaction.DuplicateKey e) {
            throw new Fault(
                    Fault.Kind.CONFLICT,
                    "conflict",
                    "Route with key " + key + " already exists for this API",
                    e);
        }
    }

    public void deleteRoute(String accountId, String apiId, String routeId) {
        change(
                accountId,
                apiId,
                (tx, api) -> {
                    if (!PartTables.deleteRoute(tx, api, routeId)) {
                        throw missing("Route", routeId);
                    }
                    return routeId;
                });
    }

    /**
     * A route with the backend of an integration.
     *
     * @param before whose rate, caching and validation it keeps, or null
     */
    public static Route attached(
            RouteKey key,
            @Nullable Admission admission,
            @Nullable Route before,
            Integration integration) {
        if (integration.backend() instanceof Backend.Http
                && !List.of(RouteKey.ANY, key.method()).contains(integration.method())) {
            throw Fault.unsupported(
                    "Requests are passed on by their own method, so the route "
                            + key
                            + " cannot have an integration that is called by "
                            + integration.method()
                            + "; use the integration method ANY");
        }
        var route =
                new Route(
                        key,
                        integration.backend(),
                        admission,
                        before == null ? null : before.rate(),
                        integration.timeoutMs(),
                        integration.mapping(),
                        before == null ? null : before.caching(),
                        before == null ? null : before.validate(),
                        before != null && before.replies());
        return DefinitionJson.route(DefinitionJson.write(route));
    }

    public List<AuthorizerPart> authorizers(String accountId, String apiId) {
        return read(accountId, apiId, ApiParts::authorizers);
    }

    public AuthorizerPart authorizer(String accountId, String apiId, String authorizerId) {
        return read(accountId, apiId, (tx, api) -> requireAuthorizer(tx, api, authorizerId));
    }

    private static List<AuthorizerPart> authorizers(Transaction tx, Api api) {
        return authorizers(tx, api, api.settings());
    }

    /** Those of settings that the API has or had. */
    static List<AuthorizerPart> authorizers(Transaction tx, Api api, ApiSettings settings) {
        var rows = new HashMap<String, PartTables.AuthorizerRow>();
        PartTables.authorizers(tx, api).forEach(row -> rows.put(row.name(), row));
        var parts = new ArrayList<AuthorizerPart>();
        new TreeMap<>(settings.authorizers())
                .forEach((name, authorizer) -> parts.add(part(name, authorizer, rows.get(name))));
        return parts;
    }

    private static AuthorizerPart part(
            String name, ApiAuthorizer authorizer, PartTables.@Nullable AuthorizerRow row) {
        return row == null
                ? new AuthorizerPart(name, name, authorizer, "", true)
                : new AuthorizerPart(
                        row.authorizerId(), name, authorizer, row.uri(), row.simpleResponses());
    }

    private static AuthorizerPart requireAuthorizer(Transaction tx, Api api, String authorizerId) {
        return authorizers(tx, api).stream()
                .filter(part -> part.authorizerId().equals(authorizerId))
                .findFirst()
                .orElseThrow(() -> missing("Authorizer", authorizerId));
    }

    /** Makes an authorizer; the ID that it comes with is not used. */
    public AuthorizerPart createAuthorizer(
            String accountId, String apiId, AuthorizerPart authorizer) {
        return change(
                accountId,
                apiId,
                (tx, api) ->
                        put(tx, api, authorizer, ids.hostLabel(AUTHORIZER_ID_CHARACTERS), null));
    }

    public AuthorizerPart updateAuthorizer(
            String accountId,
            String apiId,
            String authorizerId,
            UnaryOperator<AuthorizerPart> change) {
        return change(
                accountId,
                apiId,
                (tx, api) -> {
                    AuthorizerPart before = requireAuthorizer(tx, api, authorizerId);
                    AuthorizerPart after = change.apply(before);
                    if (!after.name().equals(before.name())) {
                        requireUnused(tx, api, before, "rename");
                    }
                    return put(tx, api, after, authorizerId, before.name());
                });
    }

    private AuthorizerPart put(
            Transaction tx,
            Api api,
            AuthorizerPart given,
            String authorizerId,
            @Nullable String nameBefore) {
        var authorizers = new TreeMap<>(api.settings().authorizers());
        if (nameBefore != null) {
            authorizers.remove(nameBefore);
        }
        if (authorizers.put(given.name(), given.authorizer()) != null) {
            throw Fault.conflict(
                    "Authorizer name must be unique. Authorizer "
                            + given.name()
                            + " already exists in this RestApi.");
        }
        put(tx, api, withAuthorizers(api.settings(), authorizers));
        var part =
                new AuthorizerPart(
                        authorizerId,
                        given.name(),
                        given.authorizer(),
                        given.uri(),
                        given.simpleResponses());
        PartTables.put(tx, api, part);
        return part;
    }

    public void deleteAuthorizer(String accountId, String apiId, String authorizerId) {
        change(
                accountId,
                apiId,
                (tx, api) -> {
                    AuthorizerPart part = requireAuthorizer(tx, api, authorizerId);
                    requireUnused(tx, api, part, "delete");
                    var authorizers = new TreeMap<>(api.settings().authorizers());
                    authorizers.remove(part.name());
                    put(tx, api, withAuthorizers(api.settings(), authorizers));
                    PartTables.deleteAuthorizer(tx, api, authorizerId);
                    return part;
                });
    }

    private static void requireUnused(Transaction tx, Api api, AuthorizerPart part, String what) {
        boolean used =
                part.name().equals(api.settings().admission().authorizer())
                        || PartTables.routes(tx, api).stream()
                                .map(route -> route.route().admission())
                                .anyMatch(
                                        admission ->
                                                admission != null
                                                        && part.name()
                                                                .equals(admission.authorizer()));
        if (used) {
            throw Fault.conflict(
                    "Cannot "
                            + what
                            + " authorizer '"
                            + part.name()
                            + "', is referenced by a route of the API");
        }
    }

    private static ApiSettings withAuthorizers(
            ApiSettings settings, Map<String, ApiAuthorizer> authorizers) {
        return new ApiSettings(
                settings.description(),
                settings.admission(),
                authorizers,
                settings.cors(),
                settings.rate(),
                settings.addressRate(),
                settings.log(),
                settings.compression(),
                settings.validate());
    }

    public List<StagePart> stages(String accountId, String apiId) {
        return read(accountId, apiId, ApiParts::stages);
    }

    public StagePart stage(String accountId, String apiId, String name) {
        return read(accountId, apiId, (tx, api) -> requireStage(tx, api, name));
    }

    private static List<StagePart> stages(Transaction tx, Api api) {
        var parts = new TreeMap<String, StagePart>();
        PartTables.stages(tx, api).forEach(part -> parts.put(part.name(), part));
        for (Stage stage : ApiTables.stages(tx, api)) {
            StagePart known = parts.get(stage.name());
            Instant modified = stage.modified();
            parts.put(
                    stage.name(),
                    known == null
                            ? new StagePart(
                                    stage.name(), stage, StagePart.Details.NONE, modified, modified)
                            : new StagePart(
                                    stage.name(),
                                    stage,
                                    known.details(),
                                    known.created(),
                                    modified.isAfter(known.modified())
                                            ? modified
                                            : known.modified()));
        }
        return List.copyOf(parts.values());
    }

    private static StagePart requireStage(Transaction tx, Api api, String name) {
        return stages(tx, api).stream()
                .filter(part -> part.name().equals(name))
                .findFirst()
                .orElseThrow(() -> missing("stage", name));
    }

    /**
     * Makes a stage.
     *
     * @param deployment what it serves; null for nothing yet
     */
    public StagePart createStage(
            String accountId,
            String apiId,
            String name,
            StagePart.Details details,
            @Nullable Integer deployment) {
        Apis.requireStageName(name);
        return apis.change(
                accountId,
                apiId,
                (tx, api) -> {
                    requireId(api, apiId);
                    List<StagePart> stages = stages(tx, api);
                    if (stages.stream().anyMatch(part -> part.name().equals(name))) {
                        throw Fault.conflict("Stage already exists");
                    }
                    if (stages.size() >= Limits.API_STAGES.value()) {
                        throw tooMany("too-many-stages", Limits.API_STAGES);
                    }
                    Instant now = clock.instant();
                    requireRoutes(tx, api, StageSettings.NONE, details.settings());
                    var part = new StagePart(name, null, details, now, now);
                    return put(tx, api, part, deployment);
                });
    }

    /**
     * Changes what is set for a stage.
     *
     * @param deployment what it is to serve; null for what it serves already
     */
    public StagePart updateStage(
            String accountId,
            String apiId,
            String name,
            UnaryOperator<StagePart.Details> change,
            @Nullable Integer deployment) {
        return apis.change(
                accountId,
                apiId,
                (tx, api) -> {
                    requireId(api, apiId);
                    StagePart before = requireStage(tx, api, name);
                    var after =
                            new StagePart(
                                    name,
                                    before.stage(),
                                    change.apply(before.details()),
                                    before.created(),
                                    clock.instant());
                    requireRoutes(tx, api, before.details().settings(), after.details().settings());
                    boolean automaticNow =
                            after.details().autoDeploy() && !before.details().autoDeploy();
                    return put(tx, api, after, deployment, automaticNow);
                });
    }

    private StagePart put(Transaction tx, Api api, StagePart part, @Nullable Integer deployment) {
        return put(tx, api, part, deployment, part.details().autoDeploy());
    }

    private StagePart put(
            Transaction tx,
            Api api,
            StagePart part,
            @Nullable Integer deployment,
            boolean automaticNow) {
        if (deployment != null && part.details().autoDeploy()) {
            throw Fault.invalid(
                    "Deployment ID cannot be set for a stage to which each change is deployed");
        }
        Apis.requireDescription(part.details().description());
        requireTags(part.details().tags());
        requireSensible(part.details().settings());
        PartTables.put(tx, api, part);
        if (deployment != null) {
            requireDeployment(tx, api, deployment);
            apis.turn(tx, api, part.name(), deployment);
        }
        if (automaticNow) {
            apis.deployAutomatically(tx, api);
        }
        return requireStage(tx, api, part.name());
    }

    private static void requireSensible(StageSettings settings) {
        if (settings.variables().size() > Limits.API_STAGE_VARIABLES.value()) {
            throw Fault.invalid(
                    "A stage has at most " + Limits.API_STAGE_VARIABLES.value() + " variables");
        }
        settings.variables()
                .forEach(
                        (name, value) -> {
                            if (!VARIABLE_NAME.matcher(name).matches()
                                    || !VARIABLE_VALUE.matcher(value).matches()) {
                                throw Fault.invalid(
                                        "The name of a stage's variable has 1 to 64 letters, digits"
                                                + " and underscores, and its value 1 to 512"
                                                + " characters of A-Za-z0-9-._~:/?#&=, which '"
                                                + name
                                                + "' has not");
                            }
                        });
        if (settings.routeRates().size() > Limits.API_ROUTES.value()) {
            throw tooMany("too-many-routes", Limits.API_ROUTES);
        }
        requireSensible(settings.rate());
        settings.routeRates().values().forEach(ApiParts::requireSensible);
    }

    private static void requireSensible(@Nullable Rate rate) {
        if (rate != null
                && !(rate.perSecond() > 0
                        && rate.perSecond() <= DefinitionJson.MOST_PER_SECOND
                        && rate.burst() >= 1
                        && rate.burst() <= DefinitionJson.MOST_BURST)) {
            throw Fault.invalid(
                    "A route passes more than 0 and at most "
                            + DefinitionJson.MOST_PER_SECOND
                            + " requests per second, and 1 to "
                            + DefinitionJson.MOST_BURST
                            + " at once; what shall not be called at all has no stage");
        }
    }

    /** Settings of routes that there are not help nobody. */
    private static void requireRoutes(
            Transaction tx, Api api, StageSettings before, StageSettings after) {
        Set<String> named = new HashSet<>(after.routeRates().keySet());
        named.removeAll(before.routeRates().keySet());
        if (!named.isEmpty()) {
            PartTables.routes(tx, api).forEach(part -> named.remove(part.route().key().toString()));
        }
        if (!named.isEmpty()) {
            throw Fault.notFound(
                    "Unable to find Route by key "
                            + named.iterator().next()
                            + " within the provided RouteSettings");
        }
    }

    public void deleteStage(String accountId, String apiId, String name) {
        stage(accountId, apiId, name);
        apis.deleteStage(accountId, apiId, name);
    }

    /**
     * Keeps the API as it is now.
     *
     * @param stage that is to serve it, or null
     */
    public Deployment deploy(
            String accountId, String apiId, String description, @Nullable String stage) {
        Apis.requireDescription(description);
        return apis.change(
                accountId,
                apiId,
                (tx, api) -> {
                    requireId(api, apiId);
                    if (ApiTables.routes(tx, api).isEmpty()) {
                        throw Fault.invalid(
                                "Unable to deploy API because no routes exist in this API");
                    }
                    if (stage != null) {
                        requireStage(tx, api, stage);
                    }
                    Deployment deployment = apis.keep(tx, api, description);
                    if (stage != null) {
                        apis.turn(tx, api, stage, deployment.number());
                    }
                    return deployment;
                });
    }

    /** The deployments that are kept, the latest first. */
    public List<Deployment> deployments(String accountId, String apiId) {
        return read(accountId, apiId, ApiTables::deployments);
    }

    public Deployment deployment(String accountId, String apiId, int number) {
        return read(accountId, apiId, (tx, api) -> requireDeployment(tx, api, number));
    }

    private static Deployment requireDeployment(Transaction tx, Api api, int number) {
        return ApiTables.deployments(tx, api).stream()
                .filter(deployment -> deployment.number() == number)
                .findFirst()
                .orElseThrow(() -> missing("Deployment", String.valueOf(number)));
    }

    public Deployment describeDeployment(
            String accountId, String apiId, int number, String description) {
        Apis.requireDescription(description);
        return apis.change(
                accountId,
                apiId,
                (tx, api) -> {
                    requireId(api, apiId);
                    requireDeployment(tx, api, number);
                    PartTables.describeDeployment(tx, api, number, description);
                    return requireDeployment(tx, api, number);
                });
    }

    public void deleteDeployment(String accountId, String apiId, int number) {
        apis.change(
                accountId,
                apiId,
                (tx, api) -> {
                    requireId(api, apiId);
                    Deployment deployment = requireDeployment(tx, api, number);
                    if (ApiTables.stages(tx, api).stream()
                            .anyMatch(stage -> serves(stage, number))) {
                        throw Fault.invalid(
                                "Active stages pointing to this deployment must be moved or"
                                        + " deleted");
                    }
                    PartTables.deleteDeployment(tx, api, number);
                    return deployment;
                });
    }

    private static boolean serves(Stage stage, int number) {
        Stage.Split split = stage.split();
        return stage.deployment() == number || (split != null && split.deployment() == number);
    }

    private <T> T read(String accountId, String apiId, Apis.Work<T> work) {
        return apis.stored()
                .read(
                        tx -> {
                            Api api =
                                    ApiTables.find(tx, accountId, apiId)
                                            .orElseThrow(() -> missing("API", apiId));
                            requireId(api, apiId);
                            return work.run(tx, api);
                        });
    }

    /** Changes what is deployed next, and deploys it to the stages that want it at once. */
    private <T> T change(String accountId, String apiId, Apis.Work<T> work) {
        return apis.change(
                accountId,
                apiId,
                (tx, api) -> {
                    requireId(api, apiId);
                    T result = work.run(tx, api);
                    ApiTables.touch(tx, api, clock.instant());
                    apis.deployAutomatically(tx, api);
                    return result;
                });
    }

    static void requireId(Api api, String apiId) {
        if (!api.apiId().equals(apiId)) {
            throw missing("API", apiId);
        }
    }

    /** Settings that are as those that commands send must be. */
    static ApiSettings checked(ApiSettings settings) {
        return DefinitionJson.settings(DefinitionJson.write(settings));
    }

    static void requireTags(Map<String, String> tags) {
        if (tags.size() > Limits.API_TAGS.value()) {
            throw Fault.invalid("There are at most " + Limits.API_TAGS.value() + " tags");
        }
        tags.forEach(
                (key, value) -> {
                    if (key.isEmpty() || key.length() > 128 || value.length() > 256) {
                        throw Fault.invalid(
                                "A tag has a key of 1 to 128 characters and a value of at most"
                                        + " 256");
                    }
                });
    }

    private static Fault missing(String kind, String named) {
        return Fault.notFound("Invalid " + kind + " identifier specified " + named);
    }

    static Fault tooMany(String code, Limits.Limit limit) {
        return new Fault(
                Fault.Kind.CONFLICT, code, "An API has at most " + limit.value() + " of them");
    }
}
