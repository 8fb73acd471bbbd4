package dev.glis.wire.apigatewayv2;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.Fault;
import java.util.Map;

/** What API Gateway puts before the paths of a document that it imports. */
final class BasePath {
    private BasePath() {}

    /**
     * The prefix; empty for none.
     *
     * @param way {@code ignore}; {@code prepend} for the path of the document's first server;
     *     {@code split} for that without its first part
     */
    static String of(ObjectNode document, String way) {
        return switch (way) {
            case "ignore" -> "";
            case "prepend" -> path(document.path("servers").path(0));
            case "split" -> path(document.path("servers").path(0)).replaceFirst("^/[^/]*", "");
            default -> throw Fault.invalid("basepath must be ignore, prepend or split: " + way);
        };
    }

    private static String path(JsonNode server) {
        String url = server.path("url").asText();
        for (Map.Entry<String, JsonNode> variable : server.path("variables").properties()) {
            String value = variable.getValue().path("default").asText();
            url = url.replace("{" + variable.getKey() + "}", value);
        }
        String path =
                url.replaceFirst("^[A-Za-z][A-Za-z0-9+.-]*:", "").replaceFirst("^//[^/]*", "");
        String slashed = path.startsWith("/") || path.isEmpty() ? path : "/" + path;
        return slashed.replaceAll("/+$", "");
    }
}
