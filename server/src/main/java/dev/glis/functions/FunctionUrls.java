package dev.glis.functions;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Ids;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import dev.glis.functions.Catalog.Reach;
import dev.glis.functions.FunctionCatalog.Cors;
import dev.glis.store.Store;
import dev.glis.store.Transaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The URLs under which functions are reached without the Lambda API. Calls block. */
public final class FunctionUrls {
    private static final int ID_CHARACTERS = 32;
    private static final String COLUMNS =
            "url_id, qualifier, auth_type, invoke_mode, cors, created, modified";

    private final Store store;
    private final Catalog catalog;
    private final Ids ids;
    private final Clock clock;

    FunctionUrls(Store store, Catalog catalog, Ids ids, Clock clock) {
        this.store = store;
        this.catalog = catalog;
        this.ids = ids;
        this.clock = clock;
    }

    /** A URL's configuration. */
    public record Url(
            String urlId,
            FunctionName name,
            String authType,
            String invokeMode,
            @Nullable Cors cors,
            Instant created,
            Instant modified) {}

    /** What to set; null leaves it. */
    public record Change(
            @Nullable String authType, @Nullable String invokeMode, @Nullable Cors cors) {}

    /** Makes a URL for a function or one of its aliases. */
    public Url create(FunctionName name, Change wanted) {
        Instant now = clock.instant();
        var fresh =
                new Url(ids.hostLabel(ID_CHARACTERS), name, "AWS_IAM", "BUFFERED", null, now, now);
        return catalog.change(
                name,
                Reach.IF_USED,
                tx -> {
                    long functionId = FunctionRows.lock(tx, name);
                    requireAlias(tx, functionId, name);
                    Url url = changed(fresh, wanted);
                    insert(tx, functionId, url);
                    return url;
                });
    }

    public Url get(FunctionName name) {
        return store.read(tx -> require(tx, FunctionRows.require(tx, name), name));
    }

    public Url update(FunctionName name, Change change) {
        return catalog.change(
                name,
                Reach.IF_USED,
                tx -> {
                    long functionId = FunctionRows.lock(tx, name);
                    Url url = changed(require(tx, functionId, name), change);
                    tx.update(
                            "update function_urls set auth_type = ?, invoke_mode = ?, cors = ?,"
                                    + " modified = ? where url_id = ?",
                            url.authType(),
                            url.invokeMode(),
                            corsJson(url.cors()),
                            url.modified(),
                            url.urlId());
                    return url;
                });
    }

    public void delete(FunctionName name) {
        catalog.change(
                name,
                Reach.IF_USED,
                tx -> {
                    long functionId = FunctionRows.lock(tx, name);
                    Url url = require(tx, functionId, name);
                    return tx.update("delete from function_urls where url_id = ?", url.urlId());
                });
    }

    /** Lists the URLs of a function and its aliases. */
    public Page<Url> list(FunctionName name, @Nullable String marker, int most) {
        int size = Math.min(most, Limits.LIST_PAGE.intValue());
        Marker after = Marker.read(marker);
        List<Url> found =
                store.read(
                        tx ->
                                tx.query(
                                        row -> url(row, name),
                                        "select "
                                                + COLUMNS
                                                + " from function_urls where function_id = ?"
                                                + " and (? < 0 or qualifier > ?)"
                                                + " order by qualifier limit ?",
                                        FunctionRows.require(tx, name),
                                        after.number(),
                                        after.text(),
                                        size + 1));
        return Page.of(found, size, last -> new Marker(last.name().qualifier(), 0).write());
    }

    private Url changed(Url before, Change change) {
        return new Url(
                before.urlId(),
                before.name(),
                change.authType() == null ? before.authType() : change.authType(),
                change.invokeMode() == null ? before.invokeMode() : change.invokeMode(),
                change.cors() == null ? before.cors() : change.cors(),
                before.created(),
                clock.instant());
    }

    private static void requireAlias(Transaction tx, long functionId, FunctionName name) {
        if (!name.qualifier().isEmpty()
                && !FunctionRows.isAlias(tx, functionId, name.qualifier())) {
            throw name.notFound();
        }
    }

    private static void insert(Transaction tx, long functionId, Url url) {
        int inserted =
                tx.update(
                        "insert into function_urls (url_id, function_id, qualifier, auth_type,"
                                + " invoke_mode, cors, created, modified)"
                                + " values (?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
                        url.urlId(),
                        functionId,
                        url.name().qualifier(),
                        url.authType(),
                        url.invokeMode(),
                        corsJson(url.cors()),
                        url.created(),
                        url.modified());
        if (inserted == 0) {
            throw Fault.conflict(
                    "Failed to create function url config for [functionArn = "
                            + url.name().qualifiedArn()
                            + "]. Error message:  FunctionUrlConfig exists for this Lambda"
                            + " function");
        }
    }

    private static Url require(Transaction tx, long functionId, FunctionName name) {
        Optional<Url> url =
                tx.find(
                        row -> url(row, name),
                        "select "
                                + COLUMNS
                                + " from function_urls where function_id = ? and qualifier = ?",
                        functionId,
                        name.qualifier());
        return url.orElseThrow(() -> Fault.notFound("The resource you requested does not exist."));
    }

    private static Url url(ResultSet row, FunctionName name) throws SQLException {
        return new Url(
                row.getString("url_id"),
                name.with(row.getString("qualifier")),
                row.getString("auth_type"),
                row.getString("invoke_mode"),
                CatalogReader.cors(row.getString("cors")),
                FunctionRows.instant(row, "created"),
                FunctionRows.instant(row, "modified"));
    }

    private static Transaction.@Nullable Jsonb corsJson(@Nullable Cors cors) {
        if (cors == null) {
            return null;
        }
        ObjectNode json = Json.object();
        json.put("allowCredentials", cors.allowCredentials());
        put(json, "allowHeaders", cors.allowHeaders());
        put(json, "allowMethods", cors.allowMethods());
        put(json, "allowOrigins", cors.allowOrigins());
        put(json, "exposeHeaders", cors.exposeHeaders());
        cors.maxAgeSeconds().ifPresent(age -> json.put("maxAgeSeconds", age));
        return new Transaction.Jsonb(Json.text(json));
    }

    private static void put(ObjectNode json, String name, List<String> texts) {
        var array = json.putArray(name);
        texts.forEach(array::add);
    }
}
