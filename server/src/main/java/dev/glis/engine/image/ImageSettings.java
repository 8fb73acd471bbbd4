package dev.glis.engine.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an image says about how it is run.
 *
 * @param port of its label {@code dev.glis.port}, else the only TCP port that it exposes, else 0
 */
public record ImageSettings(
        List<String> entryPoint,
        List<String> command,
        Map<String, String> environment,
        String workingFolder,
        int port) {
    private static final String PORT_LABEL = "dev.glis.port";
    private static final int MOST_PORT = 65_535;

    public ImageSettings {
        entryPoint = List.copyOf(entryPoint);
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /** Reads the part {@code config} of an image's configuration. */
    static ImageSettings of(JsonNode config) {
        var settings =
                new ImageSettings(
                        texts(config.path("Entrypoint")),
                        texts(config.path("Cmd")),
                        environment(config.path("Env")),
                        folder(config.path("WorkingDir").asText("")),
                        port(config));
        int characters = settings.toJson().toString().length();
        if (characters > Limits.IMAGE_SETTINGS_CHARACTERS.value()) {
            throw ImageFaults.tooLarge(
                    "its entry point, command and environment have " + characters + " characters",
                    Limits.IMAGE_SETTINGS_CHARACTERS);
        }
        return settings;
    }

    /** As {@link #ofJson} reads it. */
    public ObjectNode toJson() {
        ObjectNode json = Json.object();
        entryPoint.forEach(json.putArray("entryPoint")::add);
        command.forEach(json.putArray("command")::add);
        environment.forEach(json.putObject("environment")::put);
        return json.put("workingFolder", workingFolder).put("port", port);
    }

    public static ImageSettings ofJson(JsonNode json) {
        var environment = new LinkedHashMap<String, String>();
        json.path("environment")
                .properties()
                .forEach(each -> environment.put(each.getKey(), each.getValue().asText()));
        return new ImageSettings(
                texts(json.path("entryPoint")),
                texts(json.path("command")),
                environment,
                json.path("workingFolder").asText(),
                json.path("port").asInt());
    }

    private static List<String> texts(JsonNode array) {
        var texts = new ArrayList<String>();
        for (JsonNode each : array) {
            if (each.asText().indexOf('\0') >= 0) {
                throw ImageFaults.invalid("its entry point or command has a zero character");
            }
            texts.add(each.asText());
        }
        return texts;
    }

    private static Map<String, String> environment(JsonNode array) {
        var variables = new LinkedHashMap<String, String>();
        for (JsonNode each : array) {
            String text = each.asText();
            int equals = text.indexOf('=');
            if (equals > 0 && text.indexOf('\0') < 0) {
                variables.put(text.substring(0, equals), text.substring(equals + 1));
            }
        }
        return variables;
    }

    private static String folder(String name) {
        if (name.isEmpty()) {
            return "/";
        }
        return name.startsWith("/") ? name : "/" + name;
    }

    private static int port(JsonNode config) {
        JsonNode label = config.path("Labels").path(PORT_LABEL);
        if (!label.isMissingNode()) {
            return port(label.asText(), "its label " + PORT_LABEL);
        }
        var exposed = new ArrayList<String>();
        config.path("ExposedPorts").properties().forEach(each -> exposed.add(each.getKey()));
        exposed.removeIf(each -> each.endsWith("/udp") || each.endsWith("/sctp"));
        if (exposed.size() != 1) {
            return 0;
        }
        String only = exposed.getFirst();
        return port(only.replace("/tcp", ""), "the port that it exposes");
    }

    private static int port(String text, String what) {
        if (text.matches("[0-9]{1,5}") && Integer.parseInt(text) <= MOST_PORT) {
            return Integer.parseInt(text);
        }
        throw ImageFaults.invalid(what + " is '" + text + "', not a number up to " + MOST_PORT);
    }
}
