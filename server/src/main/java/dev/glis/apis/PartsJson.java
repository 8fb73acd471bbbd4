package dev.glis.apis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.apis.clients.Rate;
import dev.glis.base.Json;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Parts of APIs as JSON for the store. */
final class PartsJson {
    private PartsJson() {}

    static String write(ApiDetails details) {
        ObjectNode json = Json.object();
        json.put("title", details.title()).put("version", details.version());
        details.tags().forEach(json.putObject("tags")::put);
        return Json.text(json);
    }

    static ApiDetails details(String text) {
        JsonNode json = Json.parse(text);
        return new ApiDetails(
                json.path("title").asText(),
                json.path("version").asText(),
                texts(json.path("tags")));
    }

    static String write(Integration integration) {
        ObjectNode json = Json.object();
        json.set("backend", BackendJson.write(integration.backend()));
        json.put("method", integration.method())
                .put("uri", integration.uri())
                .put("timeoutMs", integration.timeoutMs())
                .put("description", integration.description());
        MappingJson.write(json, integration.mapping());
        return Json.text(json);
    }

    static Integration integration(String integrationId, String text) {
        JsonNode json = Json.parse(text);
        return new Integration(
                integrationId,
                BackendJson.read(Fields.of("integration", json.path("backend"))),
                json.path("method").asText(),
                json.path("uri").asText(),
                json.path("timeoutMs").asLong(),
                json.path("description").asText(),
                MappingJson.read(json));
    }

    static String write(StagePart.Details details) {
        ObjectNode json = Json.object();
        json.put("autoDeploy", details.autoDeploy()).put("description", details.description());
        details.tags().forEach(json.putObject("tags")::put);
        StageSettings settings = details.settings();
        settings.variables().forEach(json.putObject("variables")::put);
        put(json, "rate", settings.rate());
        ObjectNode routeRates = json.putObject("routeRates");
        settings.routeRates().forEach((route, rate) -> put(routeRates, route, rate));
        return Json.text(json);
    }

    private static void put(ObjectNode json, String name, @Nullable Rate rate) {
        if (rate != null) {
            json.putObject(name).put("perSecond", rate.perSecond()).put("burst", rate.burst());
        }
    }

    static StagePart.Details stage(String text) {
        JsonNode json = Json.parse(text);
        return new StagePart.Details(
                json.path("autoDeploy").asBoolean(),
                json.path("description").asText(),
                texts(json.path("tags")),
                settings(json));
    }

    private static StageSettings settings(JsonNode json) {
        var routeRates = new TreeMap<String, Rate>();
        for (Map.Entry<String, JsonNode> each : json.path("routeRates").properties()) {
            Rate rate = rate(each.getValue());
            if (rate != null) {
                routeRates.put(each.getKey(), rate);
            }
        }
        return new StageSettings(
                texts(json.path("variables")), rate(json.path("rate")), routeRates);
    }

    private static @Nullable Rate rate(JsonNode json) {
        return json.isObject()
                ? new Rate(json.path("perSecond").asDouble(), json.path("burst").asLong())
                : null;
    }

    private static Map<String, String> texts(JsonNode json) {
        var texts = new TreeMap<String, String>();
        json.properties().forEach(text -> texts.put(text.getKey(), text.getValue().asText()));
        return texts;
    }
}
