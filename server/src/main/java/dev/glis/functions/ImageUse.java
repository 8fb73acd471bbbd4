package dev.glis.functions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.Json;
import dev.glis.engine.image.ImageSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A function's use of a container image.
 *
 * @param uri as the caller gave it
 * @param resolvedUri with the digest
 * @param says what the image itself says
 */
public record ImageUse(
        String uri, String resolvedUri, ImageSettings says, ImageOverrides overrides) {
    private static final String SEARCH_PATH =
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    ImageUse with(ImageOverrides others) {
        return new ImageUse(uri, resolvedUri, says, others);
    }

    /** Entry point and arguments. */
    List<String> command() {
        var command =
                new ArrayList<>(
                        overrides.entryPoint().isEmpty()
                                ? says.entryPoint()
                                : overrides.entryPoint());
        command.addAll(overrides.command().isEmpty() ? says.command() : overrides.command());
        return command;
    }

    String workingFolder() {
        String other = overrides.workingFolder();
        return other == null || other.isEmpty() ? says.workingFolder() : other;
    }

    /** What processes find in their environment unless the function says otherwise. */
    Map<String, String> environment() {
        var environment = new HashMap<String, String>();
        environment.put("PATH", SEARCH_PATH);
        environment.put("HOME", "/tmp");
        environment.putAll(says.environment());
        return environment;
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object().put("uri", uri).put("resolvedUri", resolvedUri);
        json.set("says", says.toJson());
        json.set("overrides", overrides.toJson());
        return json;
    }

    static ImageUse ofJson(JsonNode json) {
        return new ImageUse(
                json.path("uri").asText(),
                json.path("resolvedUri").asText(),
                ImageSettings.ofJson(json.path("says")),
                ImageOverrides.ofJson(json.path("overrides")));
    }
}
