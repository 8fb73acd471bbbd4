package dev.glis.apis;

import dev.glis.base.Json;
import dev.glis.store.Rows;
import dev.glis.store.Transaction;
import dev.glis.store.Transaction.Jsonb;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The SQL of what AWS's control API tells apart. */
final class PartTables {
    private static final String ROUTE =
            "select route_id, route, integration_id from api_routes where api_id = ?";
    private static final String INTEGRATION =
            "select integration_id, integration from api_integrations where api_id = ?";
    private static final String STAGE =
            "select name, details, created, modified from api_stage_details where api_id = ?";

    private PartTables() {}

    /** The ID of an authorizer, and what is kept with it. */
    record AuthorizerRow(String authorizerId, String name, String uri, boolean simpleResponses) {}

    static ApiDetails details(Transaction tx, Api api) {
        return tx.one(
                row -> PartsJson.details(Rows.text(row, "details")),
                "select details from apis where api_id = ?",
                api.apiId());
    }

    /** Those of all APIs of an account, by the APIs' IDs. */
    static Map<String, ApiDetails> details(Transaction tx, String accountId) {
        var all = new HashMap<String, ApiDetails>();
        tx.query(
                row ->
                        all.put(
                                Rows.text(row, "api_id"),
                                PartsJson.details(Rows.text(row, "details"))),
                "select api_id, details from apis where account_id = ?",
                accountId);
        return all;
    }

    static void putDetails(Transaction tx, Api api, ApiDetails details) {
        tx.update(
                "update apis set details = ? where api_id = ?",
                new Jsonb(PartsJson.write(details)),
                api.apiId());
    }

    static List<RoutePart> routes(Transaction tx, Api api) {
        return tx.query(PartTables::route, ROUTE + " order by route_id", api.apiId());
    }

    static Optional<RoutePart> route(Transaction tx, Api api, String routeId) {
        return tx.find(PartTables::route, ROUTE + " and route_id = ?", api.apiId(), routeId);
    }

    private static RoutePart route(ResultSet row) throws SQLException {
        return new RoutePart(
                Rows.text(row, "route_id"),
                DefinitionJson.route(Json.parse(Rows.text(row, "route"))),
                row.getString("integration_id"));
    }

    /** Fails if the API has a route of this key already. */
    static void insert(Transaction tx, Api api, RoutePart part) {
        tx.update(
                "insert into api_routes (api_id, route_key, route, route_id, integration_id)"
                        + " values (?, ?, ?, ?, ?)",
                api.apiId(),
                part.route().key().toString(),
                json(part),
                part.routeId(),
                part.integrationId());
    }

    /** Fails if the API has another route of this key already. */
    static void update(Transaction tx, Api api, RoutePart part) {
        tx.update(
                "update api_routes set route_key = ?, route = ?, integration_id = ?"
                        + " where api_id = ? and route_id = ?",
                part.route().key().toString(),
                json(part),
                part.integrationId(),
                api.apiId(),
                part.routeId());
    }

    private static Jsonb json(RoutePart part) {
        return new Jsonb(Json.text(DefinitionJson.write(part.route())));
    }

    static boolean deleteRoute(Transaction tx, Api api, String routeId) {
        return tx.update(
                        "delete from api_routes where api_id = ? and route_id = ?",
                        api.apiId(),
                        routeId)
                == 1;
    }

    static List<Integration> integrations(Transaction tx, Api api) {
        return tx.query(PartTables::integration, INTEGRATION, api.apiId());
    }

    static Optional<Integration> integration(Transaction tx, Api api, String integrationId) {
        return tx.find(
                PartTables::integration,
                INTEGRATION + " and integration_id = ?",
                api.apiId(),
                integrationId);
    }

    private static Integration integration(ResultSet row) throws SQLException {
        return PartsJson.integration(
                Rows.text(row, "integration_id"), Rows.text(row, "integration"));
    }

    static void put(Transaction tx, Api api, Integration integration) {
        tx.update(
                "insert into api_integrations (api_id, integration_id, integration)"
                        + " values (?, ?, ?) on conflict (api_id, integration_id)"
                        + " do update set integration = excluded.integration",
                api.apiId(),
                integration.integrationId(),
                new Jsonb(PartsJson.write(integration)));
    }

    static boolean deleteIntegration(Transaction tx, Api api, String integrationId) {
        return tx.update(
                        "delete from api_integrations where api_id = ? and integration_id = ?",
                        api.apiId(),
                        integrationId)
                == 1;
    }

    static long countIntegrations(Transaction tx, Api api) {
        return tx.one(
                row -> row.getLong(1),
                "select count(*) from api_integrations where api_id = ?",
                api.apiId());
    }

    static List<AuthorizerRow> authorizers(Transaction tx, Api api) {
        return tx.query(
                row -> {
                    var details = Json.parse(Rows.text(row, "details"));
                    return new AuthorizerRow(
                            Rows.text(row, "authorizer_id"),
                            Rows.text(row, "name"),
                            details.path("uri").asText(),
                            details.path("simpleResponses").asBoolean());
                },
                "select authorizer_id, name, details from api_authorizer_ids where api_id = ?",
                api.apiId());
    }

    static void put(Transaction tx, Api api, AuthorizerPart part) {
        deleteAuthorizer(tx, api, part.authorizerId());
        tx.update(
                "delete from api_authorizer_ids where api_id = ? and name = ?",
                api.apiId(),
                part.name());
        tx.update(
                "insert into api_authorizer_ids (api_id, authorizer_id, name, details)"
                        + " values (?, ?, ?, ?)",
                api.apiId(),
                part.authorizerId(),
                part.name(),
                new Jsonb(
                        Json.text(
                                Json.object()
                                        .put("uri", part.uri())
                                        .put("simpleResponses", part.simpleResponses()))));
    }

    static void deleteAuthorizer(Transaction tx, Api api, String authorizerId) {
        tx.update(
                "delete from api_authorizer_ids where api_id = ? and authorizer_id = ?",
                api.apiId(),
                authorizerId);
    }

    /** Those that have details, without what they serve. */
    static List<StagePart> stages(Transaction tx, Api api) {
        return tx.query(
                row ->
                        new StagePart(
                                Rows.text(row, "name"),
                                null,
                                PartsJson.stage(Rows.text(row, "details")),
                                Rows.instant(row, "created"),
                                Rows.instant(row, "modified")),
                STAGE,
                api.apiId());
    }

    static void put(Transaction tx, Api api, StagePart part) {
        tx.update(
                "insert into api_stage_details (api_id, name, details, created, modified)"
                        + " values (?, ?, ?, ?, ?) on conflict (api_id, name) do update"
                        + " set details = excluded.details, modified = excluded.modified",
                api.apiId(),
                part.name(),
                new Jsonb(PartsJson.write(part.details())),
                part.created(),
                part.modified());
    }

    static boolean deleteStage(Transaction tx, Api api, String name) {
        return tx.update(
                        "delete from api_stage_details where api_id = ? and name = ?",
                        api.apiId(),
                        name)
                == 1;
    }

    static void describeDeployment(Transaction tx, Api api, int number, String description) {
        tx.update(
                "update api_deployments set description = ? where api_id = ? and number = ?",
                description,
                api.apiId(),
                number);
    }

    /** Removes a deployment that no stage serves; no stage can be turned back to it. */
    static void deleteDeployment(Transaction tx, Api api, int number) {
        tx.update(
                "update api_stages set previous = null where api_id = ? and previous = ?",
                api.apiId(),
                number);
        tx.update(
                "delete from api_deployments where api_id = ? and number = ?", api.apiId(), number);
    }
}
