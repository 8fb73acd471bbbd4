package dev.glis.functions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How one version of a function runs.
 *
 * @param runtime as the user named it
 * @param role an ARN, kept for the user; Glis's functions act with no role
 * @param layers lowest first
 * @param architecture {@code x86_64} or {@code arm64}: this machine's
 * @param image of a function that is a container image, else null
 */
public record Settings(
        String runtime,
        String handler,
        String role,
        String description,
        int timeoutSeconds,
        int memoryMb,
        int ephemeralStorageMb,
        Map<String, String> environment,
        List<LayerUse> layers,
        String architecture,
        @Nullable ImageUse image) {
    public Settings {
        environment = Map.copyOf(environment);
        layers = List.copyOf(layers);
    }

    /** These settings with what the change names. */
    Settings with(SettingsChange change, List<LayerUse> newLayers) {
        return new Settings(
                change.runtime() == null ? runtime : change.runtime(),
                change.handler() == null ? handler : change.handler(),
                change.role() == null ? role : change.role(),
                change.description() == null ? description : change.description(),
                change.timeoutSeconds().orElse(timeoutSeconds),
                change.memoryMb().orElse(memoryMb),
                change.ephemeralStorageMb().orElse(ephemeralStorageMb),
                change.environment() == null ? environment : change.environment(),
                newLayers,
                architecture,
                image == null || change.image() == null ? image : image.with(change.image()));
    }

    Settings withImage(@Nullable ImageUse other) {
        return new Settings(
                runtime,
                handler,
                role,
                description,
                timeoutSeconds,
                memoryMb,
                ephemeralStorageMb,
                environment,
                layers,
                architecture,
                other);
    }

    Settings withDescription(String other) {
        return new Settings(
                runtime,
                handler,
                role,
                other,
                timeoutSeconds,
                memoryMb,
                ephemeralStorageMb,
                environment,
                layers,
                architecture,
                image);
    }

    String toJson() {
        ObjectNode json = Json.object();
        json.put("runtime", runtime);
        json.put("handler", handler);
        json.put("role", role);
        json.put("description", description);
        json.put("timeoutSeconds", timeoutSeconds);
        json.put("memoryMb", memoryMb);
        json.put("ephemeralStorageMb", ephemeralStorageMb);
        ObjectNode variables = json.putObject("environment");
        environment.forEach(variables::put);
        var layerArray = json.putArray("layers");
        for (LayerUse layer : layers) {
            layerArray
                    .addObject()
                    .put("arn", layer.arn())
                    .put("sha256", layer.sha256())
                    .put("sizeBytes", layer.sizeBytes())
                    .put("unpackedBytes", layer.unpackedBytes());
        }
        json.put("architecture", architecture);
        if (image != null) {
            json.set("image", image.toJson());
        }
        return Json.text(json);
    }

    static Settings ofJson(String text) {
        JsonNode json = Json.parse(text);
        var environment = new LinkedHashMap<String, String>();
        json.path("environment")
                .properties()
                .forEach(each -> environment.put(each.getKey(), each.getValue().asText()));
        var layers = new ArrayList<LayerUse>();
        for (JsonNode layer : json.path("layers")) {
            layers.add(
                    new LayerUse(
                            layer.path("arn").asText(),
                            layer.path("sha256").asText(),
                            layer.path("sizeBytes").asLong(),
                            layer.path("unpackedBytes").asLong()));
        }
        return new Settings(
                json.path("runtime").asText(),
                json.path("handler").asText(),
                json.path("role").asText(),
                json.path("description").asText(),
                json.path("timeoutSeconds").asInt(),
                json.path("memoryMb").asInt(),
                json.path("ephemeralStorageMb").asInt(),
                environment,
                layers,
                json.path("architecture").asText(),
                json.has("image") ? ImageUse.ofJson(json.path("image")) : null);
    }
}
