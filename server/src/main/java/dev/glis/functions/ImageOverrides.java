package dev.glis.functions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a function has otherwise than its image says; each part null or empty for what it says. */
public record ImageOverrides(
        List<String> entryPoint, List<String> command, @Nullable String workingFolder) {
    public static final ImageOverrides NONE = new ImageOverrides(List.of(), List.of(), null);

    public ImageOverrides {
        entryPoint = List.copyOf(entryPoint);
        command = List.copyOf(command);
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object();
        entryPoint.forEach(json.putArray("entryPoint")::add);
        command.forEach(json.putArray("command")::add);
        return json.put("workingFolder", workingFolder);
    }

    static ImageOverrides ofJson(JsonNode json) {
        return new ImageOverrides(
                texts(json.path("entryPoint")),
                texts(json.path("command")),
                json.path("workingFolder").textValue());
    }

    private static List<String> texts(JsonNode array) {
        var texts = new ArrayList<String>();
        array.forEach(each -> texts.add(each.asText()));
        return texts;
    }
}
