package dev.glis.apis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.Json;
import java.util.Map;
import java.util.TreeMap;

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
                json.path("title").asText(), json.path("version").asText(), tags(json));
    }

    static String write(Integration integration) {
        ObjectNode json = Json.object();
        json.set("backend", BackendJson.write(integration.backend()));
        json.put("method", integration.method())
                .put("uri", integration.uri())
                .put("timeoutMs", integration.timeoutMs())
                .put("description", integration.description());
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
                json.path("description").asText());
    }

    static String write(StagePart.Details details) {
        ObjectNode json = Json.object();
        json.put("autoDeploy", details.autoDeploy()).put("description", details.description());
        details.tags().forEach(json.putObject("tags")::put);
        return Json.text(json);
    }

    static StagePart.Details stage(String text) {
        JsonNode json = Json.parse(text);
        return new StagePart.Details(
                json.path("autoDeploy").asBoolean(), json.path("description").asText(), tags(json));
    }

    private static Map<String, String> tags(JsonNode json) {
        var tags = new TreeMap<String, String>();
        json.path("tags")
                .properties()
                .forEach(tag -> tags.put(tag.getKey(), tag.getValue().asText()));
        return tags;
    }
}
