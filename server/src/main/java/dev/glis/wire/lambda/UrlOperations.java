package dev.glis.wire.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.Json;
import dev.glis.functions.FunctionCatalog.Cors;
import dev.glis.functions.FunctionName;
import dev.glis.functions.FunctionUrls;
import dev.glis.functions.FunctionUrls.Url;
import dev.glis.wire.Call;
import dev.glis.wire.Input;
import dev.glis.wire.OperationTable;
import dev.glis.wire.Reply;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Function URL configurations. */
final class UrlOperations {
    private final FunctionUrls urls;
    private final Access access;
    private final UnaryOperator<String> urlOfId;

    UrlOperations(FunctionUrls urls, Access access, UnaryOperator<String> urlOfId) {
        this.urls = urls;
        this.access = access;
        this.urlOfId = urlOfId;
    }

    void addTo(OperationTable table) {
        table.add("CreateFunctionUrlConfig", this::create);
        table.add("GetFunctionUrlConfig", this::get);
        table.add("UpdateFunctionUrlConfig", this::update);
        table.add("DeleteFunctionUrlConfig", this::delete);
        table.add("ListFunctionUrlConfigs", this::list);
    }

    private Reply create(Call call, Input input) {
        FunctionName name = access.function(call, input);
        return Reply.of(shape(urls.create(name, change(input))));
    }

    private Reply get(Call call, Input input) {
        return Reply.of(shape(urls.get(access.function(call, input))));
    }

    private Reply update(Call call, Input input) {
        FunctionName name = access.function(call, input);
        return Reply.of(shape(urls.update(name, change(input))));
    }

    private Reply delete(Call call, Input input) {
        urls.delete(access.function(call, input));
        return Reply.empty();
    }

    private Reply list(Call call, Input input) {
        FunctionName name = access.function(call, input);
        return Reply.of(
                FunctionShapes.page(
                        "FunctionUrlConfigs",
                        urls.list(
                                name.unqualified(),
                                input.optional("Marker"),
                                FunctionOperations.most(input)),
                        this::shape));
    }

    private static FunctionUrls.Change change(Input input) {
        return new FunctionUrls.Change(
                input.optional("AuthType"),
                input.optional("InvokeMode"),
                input.has("Cors") ? cors(input.structure("Cors")) : null);
    }

    private static Cors cors(Input cors) {
        return new Cors(
                cors.flag("AllowCredentials"),
                cors.texts("AllowHeaders"),
                cors.texts("AllowMethods"),
                cors.texts("AllowOrigins"),
                cors.texts("ExposeHeaders"),
                cors.integer("MaxAge").isPresent()
                        ? OptionalLong.of(cors.integer("MaxAge").getAsInt())
                        : OptionalLong.empty());
    }

    private ObjectNode shape(Url url) {
        ObjectNode json = Json.object();
        json.put("FunctionUrl", urlOfId.apply(url.urlId()));
        json.put("FunctionArn", url.name().qualifiedArn());
        json.put("AuthType", url.authType());
        json.put("CreationTime", url.created().toString());
        json.put("LastModifiedTime", url.modified().toString());
        json.put("InvokeMode", url.invokeMode());
        addCors(json, url.cors());
        return json;
    }

    private static void addCors(ObjectNode json, @Nullable Cors cors) {
        if (cors == null) {
            return;
        }
        ObjectNode shape = json.putObject("Cors");
        shape.put("AllowCredentials", cors.allowCredentials());
        addTexts(shape, "AllowHeaders", cors.allowHeaders());
        addTexts(shape, "AllowMethods", cors.allowMethods());
        addTexts(shape, "AllowOrigins", cors.allowOrigins());
        addTexts(shape, "ExposeHeaders", cors.exposeHeaders());
        cors.maxAgeSeconds().ifPresent(age -> shape.put("MaxAge", age));
    }

    private static void addTexts(ObjectNode json, String name, List<String> texts) {
        if (!texts.isEmpty()) {
            var array = json.putArray(name);
            texts.forEach(array::add);
        }
    }
}
