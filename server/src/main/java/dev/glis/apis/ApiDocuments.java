package dev.glis.apis;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.apis.StoredApis.Changed;
import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Ids;
import dev.glis.base.Limits;
import dev.glis.store.Transaction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * APIs as whole documents, for AWS's control API: an API becomes what a document says, all at once,
 * and can be told as one. Beside {@link ApiParts}, whose words it uses. Calls block.
 */
public final class ApiDocuments {
    private final ApiParts parts;
    private final Apis apis;
    private final Ids ids;
    private final Clock clock;

    public ApiDocuments(ApiParts parts, Apis apis, Ids ids, Clock clock) {
        this.parts = parts;
        this.apis = apis;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * What a document says.
     *
     * @param document without the operations of bare routes, and without extensions of Glis's
     * @param bare routes that nothing answers yet, and whom they let in
     */
    public record Content(
            ApiDetails details,
            String description,
            @Nullable Cors cors,
            List<AuthorizerPart> authorizers,
            List<Route> routes,
            Map<RouteKey, Admission> bare,
            ObjectNode document) {
        public Content {
            authorizers = List.copyOf(authorizers);
            routes = List.copyOf(routes);
            bare = Map.copyOf(bare);
        }

        /** What AWS's API knows of settings; the others stay. */
        private ApiSettings over(ApiSettings before) {
            return new ApiSettings(
                    description,
                    Admission.OPEN,
                    authorizers.stream()
                            .collect(
                                    Collectors.toMap(
                                            AuthorizerPart::name, AuthorizerPart::authorizer)),
                    cors,
                    before.rate(),
                    before.addressRate(),
                    before.log(),
                    before.compression(),
                    before.validate());
        }
    }

    /** An API as it is, or as a stage serves it, with its document. */
    public record Exported(
            ApiPart api,
            Definition definition,
            List<AuthorizerPart> authorizers,
            ObjectNode document) {}

    /** Makes an API of a document. */
    public ApiPart create(String accountId, Content content) {
        return apis.stored()
                .change(
                        tx -> {
                            ApiSettings settings =
                                    ApiParts.checked(content.over(ApiSettings.INITIAL));
                            Api api =
                                    parts.insert(tx, accountId, content.details(), settings, null);
                            put(tx, api, content);
                            return new Changed<>(api.apiId(), new ApiPart(api, content.details()));
                        });
    }

    /** Makes an API anew of a document. */
    public ApiPart replace(String accountId, String apiId, Content content) {
        parts.get(accountId, apiId);
        return apis.change(
                accountId,
                apiId,
                (tx, before) -> {
                    ApiParts.requireId(before, apiId);
                    DocumentWriter.requireDescribable(before);
                    Api api =
                            before.with(
                                    ApiParts.checked(content.over(before.settings())),
                                    clock.instant());
                    ApiTables.update(tx, api);
                    ApiParts.requireTags(content.details().tags());
                    PartTables.putDetails(tx, api, content.details());
                    removeOthers(tx, api, content);
                    put(tx, api, content);
                    apis.deployAutomatically(tx, api);
                    return new ApiPart(api, content.details());
                });
    }

    private void put(Transaction tx, Api api, Content content) {
        if (content.routes().size() + content.bare().size() > Limits.API_ROUTES.value()) {
            throw ApiParts.tooMany("too-many-routes", Limits.API_ROUTES);
        }
        content.routes().forEach(route -> ApiTables.putRoute(tx, api, route));
        content.bare()
                .forEach((key, admission) -> PartTables.insert(tx, api, bare(key, admission)));
        putAuthorizers(tx, api, content);
        ObjectNode document = content.document().deepCopy();
        DocumentWriter.describe(document, new Definition(api.settings(), content.routes()));
        ApiTables.putDocument(tx, api, document);
    }

    private RoutePart bare(RouteKey key, Admission admission) {
        return ApiParts.bare(ids.hostLabel(ApiParts.PART_ID_CHARACTERS), key, admission);
    }

    private void putAuthorizers(Transaction tx, Api api, Content content) {
        Map<String, String> known = new HashMap<>();
        PartTables.authorizers(tx, api).forEach(row -> known.put(row.name(), row.authorizerId()));
        for (AuthorizerPart part : content.authorizers()) {
            String id = known.remove(part.name());
            PartTables.put(
                    tx,
                    api,
                    new AuthorizerPart(
                            id == null ? ids.hostLabel(ApiParts.AUTHORIZER_ID_CHARACTERS) : id,
                            part.name(),
                            part.authorizer(),
                            part.uri(),
                            part.simpleResponses()));
        }
        known.values().forEach(id -> PartTables.deleteAuthorizer(tx, api, id));
    }

    /** Removes what the document does not have; a route that it has keeps its ID. */
    private static void removeOthers(Transaction tx, Api api, Content content) {
        Set<RouteKey> kept = content.routes().stream().map(Route::key).collect(Collectors.toSet());
        for (RoutePart part : PartTables.routes(tx, api)) {
            if (!kept.contains(part.route().key())) {
                PartTables.deleteRoute(tx, api, part.routeId());
            }
        }
        content.routes().forEach(route -> ApiTables.putRoute(tx, api, route));
        PartTables.integrations(tx, api)
                .forEach(each -> PartTables.deleteIntegration(tx, api, each.integrationId()));
    }

    /**
     * Tells an API.
     *
     * @param stage null for the API as it is now
     */
    public Exported export(String accountId, String apiId, @Nullable String stage) {
        ApiPart part = parts.get(accountId, apiId);
        int number = stage == null ? 0 : served(accountId, apiId, stage);
        return apis.stored().read(tx -> exported(tx, part, number));
    }

    private int served(String accountId, String apiId, String name) {
        Stage stage = parts.stage(accountId, apiId, name).stage();
        if (stage == null) {
            throw Fault.invalid("Nothing has been deployed to the stage " + name);
        }
        return stage.deployment();
    }

    /** As it is now, if the number of the deployment is 0. */
    private static Exported exported(Transaction tx, ApiPart part, int number) {
        Api api = part.api();
        Definition definition =
                number == 0
                        ? new Definition(api.settings(), ApiTables.routes(tx, api))
                        : ApiTables.definition(tx, api, number);
        ObjectNode imported =
                number == 0 ? ApiTables.document(tx, api) : ApiTables.document(tx, api, number);
        return new Exported(
                part,
                definition,
                ApiParts.authorizers(tx, api, definition.settings()),
                DocumentWriter.write(api, definition, imported));
    }
}
