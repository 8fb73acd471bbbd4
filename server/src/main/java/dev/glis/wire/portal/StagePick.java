package dev.glis.wire.portal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.apis.Api;
import dev.glis.apis.ApiCatalog;
import dev.glis.apis.Apis;
import dev.glis.apis.ServedApi;
import dev.glis.apis.ServedApi.ServedStage;
import dev.glis.apis.Stage;
import dev.glis.apis.Storefront.Offered;
import dev.glis.base.Json;
import java.util.List;

/**
 * An API at one of its stages, and what it says of itself.
 *
 * @param address where the stage is served, ending in a slash
 * @param stages the names of all
 */
record StagePick(
        Offered offered, ServedStage stage, List<String> stages, String address, OpenApi document) {
    /**
     * The stage of this name, else the default one, else the first.
     *
     * @throws dev.glis.base.Fault NOT_FOUND when nothing of the API is served any more
     */
    static StagePick of(Apis apis, PortalSettings settings, Offered offered, String wanted) {
        ApiCatalog catalog = apis.catalog();
        ServedApi served = catalog.find(offered.api().apiId()).orElseThrow(PortalRequest::notFound);
        List<String> names = served.stages().keySet().stream().sorted().toList();
        if (names.isEmpty()) {
            throw PortalRequest.notFound();
        }
        String otherwise = names.contains(Stage.DEFAULT) ? Stage.DEFAULT : names.getFirst();
        String name = names.contains(wanted) ? wanted : otherwise;
        ServedStage stage = served.stages().get(name);
        if (stage == null) {
            throw PortalRequest.notFound();
        }
        String address =
                settings.apiAddress().apply(offered.api())
                        + (name.equals(Stage.DEFAULT) ? "" : Links.encode(name) + "/");
        return new StagePick(
                offered, stage, names, address, document(apis, offered, name, address));
    }

    /** OpenAPI has no words for WebSocket APIs; what they are for can be said all the same. */
    private static OpenApi document(Apis apis, Offered offered, String stage, String address) {
        Api api = offered.api();
        if (!api.isWebSocket()) {
            return new OpenApi(apis.document(api.accountId(), api.apiId(), stage, address));
        }
        ObjectNode document = Json.object();
        document.putObject("info").put("description", api.settings().description());
        return new OpenApi(document);
    }

    /** The path of the API's page, or of one below it, at this stage. */
    String path(String... below) {
        String page = Links.path("apis", offered.api().label());
        for (String each : below) {
            page += "/" + Links.encode(each);
        }
        return stage.name().equals(Stage.DEFAULT)
                ? page
                : page + "?stage=" + Links.encode(stage.name());
    }

    /** The path of an operation's page. */
    String operation(OpenApi.Operation operation) {
        String page = path("operation");
        return page
                + (page.contains("?") ? "&" : "?")
                + "method="
                + operation.method()
                + "&path="
                + Links.encode(operation.path());
    }
}
