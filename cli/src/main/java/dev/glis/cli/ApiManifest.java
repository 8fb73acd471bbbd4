package dev.glis.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Reads an API of {@code glis.yaml}: the path of an OpenAPI document, or routes that stand there,
 * which become one.
 */
final class ApiManifest {
    private static final Pattern VARIABLE = Pattern.compile("\\{([^{}/]*)\\}");

    private final Manifest manifest;
    private final String name;
    private final Map<String, Integer> lines = new HashMap<>();

    private ApiManifest(Manifest manifest, String name) {
        this.manifest = manifest;
        this.name = name;
    }

    static ApiSpec read(Manifest manifest, String name, Node node) {
        return new ApiManifest(manifest, name).read(node);
    }

    private ApiSpec read(Node node) {
        Map<String, Node> parts = manifest.mapping(node, "API '" + name + "'");
        Node typed = parts.get("stage");
        String stage = typed == null ? "$default" : manifest.scalar(typed, "stage");
        Node document = parts.get("document");
        if (document != null) {
            parts.forEach(
                    (key, value) -> manifest.requireKnown(key, value, Set.of("document", "stage")));
            Path file = manifest.beside(manifest.scalar(document, "document"));
            return new ApiSpec(name, stage, file, ApiDocumentCommands.read(file), Map.of());
        }
        return new ApiSpec(
                name, stage, manifest.file(), Json.bytes(document(node, parts)), Map.copyOf(lines));
    }

    private ObjectNode document(Node node, Map<String, Node> parts) {
        Node routes = parts.get("routes");
        if (routes == null) {
            throw manifest.wrong(node, "API '" + name + "' needs 'document' or 'routes'");
        }
        ObjectNode document = Json.object().put("openapi", "3.0.3");
        lines.put("", Manifest.line(node));
        ObjectNode info = document.putObject("info").put("title", name).put("version", "1");
        for (Map.Entry<String, Node> part : parts.entrySet()) {
            switch (part.getKey()) {
                case "stage", "routes" -> {}
                case "description" -> {
                    info.put("description", manifest.scalar(part.getValue(), "description"));
                    lines.put("/info/description", Manifest.line(part.getValue()));
                }
                default -> extension(document, "", part.getKey(), part.getValue());
            }
        }
        document.putObject("paths");
        manifest.mapping(routes, "'routes'")
                .forEach((route, value) -> operation(document, route, value));
        return document;
    }

    private void operation(ObjectNode document, String route, Node node) {
        int space = route.indexOf(' ');
        String path = route.substring(space + 1);
        if (!route.equals("$default") && (space < 1 || !path.startsWith("/"))) {
            throw manifest.wrong(node, "a route is METHOD /path or $default, not '" + route + "'");
        }
        String method = space < 0 ? "" : route.substring(0, space).toLowerCase(Locale.ROOT);
        String member = method.equals("any") ? "x-glis-any" : method;
        ObjectNode operation =
                space < 0
                        ? document.putObject("x-glis-default")
                        : document.withObjectProperty("paths")
                                .withObjectProperty(path)
                                .putObject(member);
        String pointer =
                space < 0
                        ? "/x-glis-default"
                        : "/paths/" + path.replace("~", "~0").replace("/", "~1") + "/" + member;
        lines.put(pointer, Manifest.line(node));
        Matcher variable = VARIABLE.matcher(path);
        while (variable.find()) {
            operation
                    .withArrayProperty("parameters")
                    .addObject()
                    .put("name", variable.group(1))
                    .put("in", "path")
                    .put("required", true)
                    .putObject("schema")
                    .put("type", "string");
        }
        operation.putObject("responses").putObject("default").put("description", "An answer");
        manifest.mapping(node, "route '" + route + "'")
                .forEach((key, value) -> extension(operation, pointer, key, value));
    }

    private void extension(ObjectNode of, String pointer, String key, Node node) {
        String extension = "x-glis-" + key.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
        of.set(extension, json(pointer + "/" + extension, node));
    }

    /** A value, whose place is remembered. */
    private JsonNode json(String pointer, Node node) {
        lines.put(pointer, Manifest.line(node));
        switch (node) {
            case MappingNode mapping -> {
                ObjectNode object = Json.object();
                manifest.mapping(mapping, "this")
                        .forEach(
                                (key, value) ->
                                        object.set(
                                                key,
                                                json(
                                                        pointer
                                                                + "/"
                                                                + key.replace("~", "~0")
                                                                        .replace("/", "~1"),
                                                        value)));
                return object;
            }
            case SequenceNode sequence -> {
                ArrayNode array = Json.array();
                sequence.getValue()
                        .forEach(item -> array.add(json(pointer + "/" + array.size(), item)));
                return array;
            }
            case ScalarNode scalar -> {
                return scalar(scalar);
            }
            default -> throw manifest.wrong(node, "this is no value");
        }
    }

    private static JsonNode scalar(ScalarNode scalar) {
        String text = scalar.getValue();
        var nodes = Json.object();
        if (scalar.getScalarStyle() != ScalarStyle.PLAIN) {
            return nodes.textNode(text);
        }
        if (text.matches("true|false")) {
            return nodes.booleanNode(text.equals("true"));
        }
        if (text.matches("null|~|")) {
            return nodes.nullNode();
        }
        if (text.matches("-?(0|[1-9][0-9]{0,17})")) {
            var whole = new BigInteger(text);
            return whole.bitLength() < Integer.SIZE
                    ? nodes.numberNode(whole.intValue())
                    : nodes.numberNode(whole.longValue());
        }
        return text.matches("-?(0|[1-9][0-9]{0,17})\\.[0-9]{1,17}")
                ? nodes.numberNode(new BigDecimal(text))
                : nodes.textNode(text);
    }
}
