package dev.glis.apis;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.apis.openapi.DocumentText;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.store.Rows;
import dev.glis.store.Transaction;
import dev.glis.store.Transaction.Jsonb;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** The SQL of APIs. */
final class ApiTables {
    private static final String API =
            "select api_id, account_id, name, label, settings, created, modified, selection from apis where ";
    private static final String STAGE =
            "select name, deployment, previous, other_deployment, other_percent, modified"
                    + " from api_stages where api_id = ?";

    private static final byte[] NO_BYTES = new byte[0];

    private ApiTables() {}

    /** Fails if the account has an API of this name already. */
    static void insert(Transaction tx, Api api) {
        tx.update(
                "insert into apis (api_id, account_id, name, label, settings, created, modified,"
                        + " selection) values (?, ?, ?, ?, ?, ?, ?, ?)",
                api.apiId(),
                api.accountId(),
                api.name(),
                api.label(),
                json(api.settings()),
                api.created(),
                api.modified(),
                api.selection());
    }

    static void update(Transaction tx, Api api) {
        tx.update(
                "update apis set settings = ?, modified = ? where api_id = ?",
                json(api.settings()),
                api.modified(),
                api.apiId());
    }

    static void delete(Transaction tx, Api api) {
        tx.update("delete from apis where api_id = ?", api.apiId());
    }

    private static Jsonb json(ApiSettings settings) {
        return new Jsonb(Json.text(DefinitionJson.write(settings)));
    }

    /** An account's API by its name or ID, held for change until the transaction's end. */
    static Optional<Api> lock(Transaction tx, String accountId, String nameOrId) {
        return tx.find(
                ApiTables::api,
                API
                        + "account_id = ? and (api_id = ? or name = ?)"
                        + " order by (api_id = ?) desc limit 1 for update",
                accountId,
                nameOrId,
                nameOrId,
                nameOrId);
    }

    /** An account's API by its name or ID. */
    static Optional<Api> find(Transaction tx, String accountId, String nameOrId) {
        return tx.find(
                ApiTables::api,
                API
                        + "account_id = ? and (api_id = ? or name = ?)"
                        + " order by (api_id = ?) desc limit 1",
                accountId,
                nameOrId,
                nameOrId,
                nameOrId);
    }

    /** Anybody's API, by what its address says: its ID or its label. */
    static Optional<Api> byAddress(Transaction tx, String label) {
        return tx.find(
                ApiTables::api,
                API + "api_id = ? or label = ? order by (api_id = ?) desc limit 1",
                label,
                label,
                label);
    }

    static List<Api> list(Transaction tx, String accountId) {
        return tx.query(ApiTables::api, API + "account_id = ? order by name", accountId);
    }

    static boolean labelTaken(Transaction tx, String label) {
        return tx.one(
                row -> row.getBoolean(1),
                "select exists (select from apis where label = ? or api_id = ?)",
                label,
                label);
    }

    static long count(Transaction tx, String accountId) {
        return tx.one(
                row -> row.getLong(1), "select count(*) from apis where account_id = ?", accountId);
    }

    static void touch(Transaction tx, Api api, Instant now) {
        tx.update("update apis set modified = ? where api_id = ?", now, api.apiId());
    }

    static void putRoute(Transaction tx, Api api, Route route) {
        tx.update(
                "insert into api_routes (api_id, route_key, route) values (?, ?, ?)"
                        + " on conflict (api_id, route_key) do update"
                        + " set route = excluded.route, integration_id = null",
                api.apiId(),
                route.key().toString(),
                new Jsonb(Json.text(DefinitionJson.write(route))));
    }

    static boolean deleteRoute(Transaction tx, Api api, RouteKey key) {
        return tx.update(
                        "delete from api_routes where api_id = ? and route_key = ?",
                        api.apiId(),
                        key.toString())
                == 1;
    }

    static long countRoutes(Transaction tx, Api api) {
        return tx.one(
                row -> row.getLong(1),
                "select count(*) from api_routes where api_id = ?",
                api.apiId());
    }

    /** Those that have a backend. */
    static List<Route> routes(Transaction tx, Api api) {
        return tx
                .query(
                        row -> DefinitionJson.route(Json.parse(row.getString(1))),
                        "select route from api_routes"
                                + " where api_id = ? and integration_id is distinct from ''",
                        api.apiId())
                .stream()
                .sorted(java.util.Comparator.comparing(Route::key))
                .toList();
    }

    static int nextDeployment(Transaction tx, Api api) {
        return tx.one(
                row -> row.getInt(1),
                "update apis set last_deployment = last_deployment + 1 where api_id = ?"
                        + " returning last_deployment",
                api.apiId());
    }

    static void insertDeployment(
            Transaction tx, Api api, Deployment deployment, Definition definition) {
        tx.update(
                "insert into api_deployments"
                        + " (api_id, number, description, created, definition, document)"
                        + " select ?, ?, ?, ?, ?, document from apis where api_id = ?",
                api.apiId(),
                deployment.number(),
                deployment.description(),
                deployment.created(),
                compress(Json.bytes(DefinitionJson.write(definition))),
                api.apiId());
    }

    static void putDocument(Transaction tx, Api api, ObjectNode document) {
        tx.update(
                "update apis set document = ? where api_id = ?",
                compress(Json.bytes(document)),
                api.apiId());
    }

    /** What was imported, or null. */
    static @Nullable ObjectNode document(Transaction tx, Api api) {
        return document(
                tx.one(
                        ApiTables::compressed,
                        "select document from apis where api_id = ?",
                        api.apiId()));
    }

    /** What was imported when it was deployed, or null. */
    static @Nullable ObjectNode document(Transaction tx, Api api, int deployment) {
        return document(
                tx.one(
                        ApiTables::compressed,
                        "select document from api_deployments where api_id = ? and number = ?",
                        api.apiId(),
                        deployment));
    }

    private static byte[] compressed(ResultSet row) throws SQLException {
        byte[] bytes = row.getBytes(1);
        return bytes == null ? NO_BYTES : bytes;
    }

    private static @Nullable ObjectNode document(byte[] compressed) {
        return compressed.length == 0 ? null : DocumentText.reread(expand(compressed));
    }

    static List<Deployment> deployments(Transaction tx, Api api) {
        return tx.query(
                row ->
                        new Deployment(
                                row.getInt("number"),
                                Rows.text(row, "description"),
                                Rows.instant(row, "created")),
                "select number, description, created from api_deployments where api_id = ?"
                        + " order by number desc",
                api.apiId());
    }

    static boolean hasDeployment(Transaction tx, Api api, int number) {
        return tx.one(
                row -> row.getBoolean(1),
                "select exists (select from api_deployments where api_id = ? and number = ?)",
                api.apiId(),
                number);
    }

    static Definition definition(Transaction tx, Api api, int number) {
        return tx.one(
                row -> DefinitionJson.definition(Json.parse(expand(row.getBytes(1)))),
                "select definition from api_deployments where api_id = ? and number = ?",
                api.apiId(),
                number);
    }

    /** Removes the oldest deployments beyond a number, but none that a stage serves. */
    static void trimDeployments(Transaction tx, Api api, long most) {
        tx.update(
                """
                delete from api_deployments d
                where d.api_id = ?
                  and d.number <= (select last_deployment from apis a where a.api_id = d.api_id) - ?
                  and not exists (
                      select from api_stages s
                      where s.api_id = d.api_id
                        and d.number in (s.deployment, s.previous, s.other_deployment))
                """,
                api.apiId(),
                most);
    }

    static void putStage(Transaction tx, Api api, Stage stage) {
        Stage.Split split = stage.split();
        tx.update(
                """
                insert into api_stages (api_id, name, deployment, previous, other_deployment,
                    other_percent, modified)
                values (?, ?, ?, ?, ?, ?, ?)
                on conflict (api_id, name) do update
                set deployment = excluded.deployment, previous = excluded.previous,
                    other_deployment = excluded.other_deployment,
                    other_percent = excluded.other_percent, modified = excluded.modified
                """,
                api.apiId(),
                stage.name(),
                stage.deployment(),
                stage.previous(),
                split == null ? null : split.deployment(),
                split == null ? null : split.percent(),
                stage.modified());
    }

    static boolean deleteStage(Transaction tx, Api api, String name) {
        return tx.update("delete from api_stages where api_id = ? and name = ?", api.apiId(), name)
                == 1;
    }

    static List<Stage> stages(Transaction tx, Api api) {
        return tx.query(ApiTables::stage, STAGE + " order by name", api.apiId());
    }

    static Optional<Stage> stage(Transaction tx, Api api, String name) {
        return tx.find(ApiTables::stage, STAGE + " and name = ?", api.apiId(), name);
    }

    static Api api(ResultSet row) throws SQLException {
        return new Api(
                Rows.text(row, "api_id"),
                Rows.text(row, "account_id"),
                Rows.text(row, "name"),
                Rows.text(row, "label"),
                DefinitionJson.settings(Json.parse(Rows.text(row, "settings"))),
                Rows.instant(row, "created"),
                Rows.instant(row, "modified"),
                row.getString("selection"));
    }

    private static Stage stage(ResultSet row) throws SQLException {
        Integer other = number(row, "other_deployment");
        return new Stage(
                Rows.text(row, "name"),
                row.getInt("deployment"),
                number(row, "previous"),
                other == null ? null : new Stage.Split(other, row.getDouble("other_percent")),
                Rows.instant(row, "modified"));
    }

    private static @Nullable Integer number(ResultSet row, String column) throws SQLException {
        int number = row.getInt(column);
        return row.wasNull() ? null : (Integer) number;
    }

    private static byte[] compress(byte[] bytes) {
        var compressed = new ByteArrayOutputStream(bytes.length / 4 + 64);
        try (var out = new GZIPOutputStream(compressed)) {
            out.write(bytes);
        } catch (IOException e) {
            throw Fault.internal("Compressing in memory failed", e);
        }
        return compressed.toByteArray();
    }

    private static byte[] expand(byte[] compressed) {
        try (var in = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw Fault.internal("A deployment in the store cannot be read", e);
        }
    }
}
