package dev.glis.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * Reads {@code glis.yaml}. Works on the document's nodes, not on values, so that every complaint
 * names its line, and a key that nobody knows is never passed over.
 */
final class Manifest {
    static final String FILE_NAME = "glis.yaml";

    private static final Set<String> FUNCTION_KEYS =
            Set.of(
                    "folder",
                    "runtime",
                    "handler",
                    "description",
                    "memoryMb",
                    "timeoutMs",
                    "temporaryMb",
                    "concurrency",
                    "requestsPerInstance",
                    "environment",
                    "image",
                    "port",
                    "url",
                    "stream");
    private static final Set<String> LATER =
            Set.of("routes", "buckets", "tables", "queues", "topics", "databases", "schedules");

    private final Path file;

    private Manifest(Path file) {
        this.file = file;
    }

    /** The functions that a folder's manifest declares, in its order. */
    static List<FunctionSpec> read(Path folder) {
        var manifest = new Manifest(folder.resolve(FILE_NAME));
        return manifest.functions(manifest.parse());
    }

    /** The APIs that it declares, in its order. */
    static List<ApiSpec> apis(Path folder) {
        var manifest = new Manifest(folder.resolve(FILE_NAME));
        Node apis = manifest.mapping(manifest.parse(), "the document").get("apis");
        var specs = new ArrayList<ApiSpec>();
        if (apis != null) {
            manifest.mapping(apis, "'apis'")
                    .forEach((name, node) -> specs.add(ApiManifest.read(manifest, name, node)));
        }
        return specs;
    }

    Path file() {
        return file;
    }

    /** A path that stands in it. */
    Path beside(String typed) {
        return file.resolveSibling(typed).normalize();
    }

    /** Counted from 1. */
    static int line(Node node) {
        return node.getStartMark().getLine() + 1;
    }

    private Node parse() {
        try (var reader = Files.newBufferedReader(file)) {
            Node root = new Yaml(new LoaderOptions()).compose(reader);
            if (root == null) {
                throw Failure.usage(file + " is empty; it needs 'functions:' with at least one");
            }
            return root;
        } catch (MarkedYAMLException e) {
            var at = e.getProblemMark();
            String where = at == null ? "" : ":" + (at.getLine() + 1);
            throw Failure.usage(file + where + ": not valid YAML: " + e.getProblem());
        } catch (YAMLException e) {
            throw Failure.usage(file + ": not valid YAML: " + e.getMessage());
        } catch (IOException e) {
            throw new Failure("Reading " + file + " failed: " + e, e);
        }
    }

    private List<FunctionSpec> functions(Node root) {
        var parts = mapping(root, "the document");
        for (var part : parts.entrySet()) {
            if (LATER.contains(part.getKey())) {
                throw wrong(
                        part.getValue(),
                        "this version deploys functions and APIs only; '"
                                + part.getKey()
                                + "' comes later");
            }
            requireKnown(part.getKey(), part.getValue(), Set.of("functions", "apis"));
        }
        Node functions = parts.get("functions");
        if (functions == null && parts.containsKey("apis")) {
            return List.of();
        }
        if (functions == null) {
            throw wrong(root, "'functions' is missing");
        }
        var specs = new ArrayList<FunctionSpec>();
        mapping(functions, "'functions'").forEach((name, node) -> specs.add(function(name, node)));
        return specs;
    }

    private FunctionSpec function(String name, Node node) {
        var parts = mapping(node, "function '" + name + "'");
        parts.forEach((key, value) -> requireKnown(key, value, FUNCTION_KEYS));
        Integer timeoutMs = number(parts, "timeoutMs", 1_000, 900_000);
        if (timeoutMs != null && timeoutMs % 1_000 != 0) {
            throw wrong(value(parts, "timeoutMs"), "timeoutMs must be whole seconds, such as 3000");
        }
        return new FunctionSpec(
                name,
                folder(parts),
                text(parts, "runtime"),
                text(parts, "handler"),
                text(parts, "description"),
                number(parts, "memoryMb", 128, 10_240),
                timeoutMs,
                number(parts, "temporaryMb", 512, 10_240),
                number(parts, "concurrency", 0, 1_000_000),
                number(parts, "requestsPerInstance", 1, 1_000),
                environment(parts),
                access(parts),
                truth(parts, "stream"),
                image(parts),
                number(parts, "port", 0, 65_535));
    }

    private @Nullable String image(Map<String, Node> parts) {
        String image = text(parts, "image");
        for (String key : List.of("runtime", "handler")) {
            if (image != null && parts.containsKey(key)) {
                throw wrong(value(parts, key), key + " is for code, not for an image");
            }
        }
        if (image == null && parts.containsKey("port")) {
            throw wrong(value(parts, "port"), "port is for an image");
        }
        return image;
    }

    private Path folder(Map<String, Node> parts) {
        String typed = text(parts, "folder");
        Path folder = file.resolveSibling(typed == null ? "." : typed).normalize();
        if (!Files.isDirectory(folder)) {
            throw wrong(value(parts, "folder"), "there is no folder " + folder);
        }
        return folder;
    }

    private FunctionSpec.Access access(Map<String, Node> parts) {
        String typed = text(parts, "url");
        return switch (typed == null ? "public" : typed) {
            case "public" -> FunctionSpec.Access.PUBLIC;
            case "signed" -> FunctionSpec.Access.SIGNED;
            case "none" -> FunctionSpec.Access.NONE;
            default ->
                    throw wrong(
                            value(parts, "url"),
                            "url must be public, signed or none, not '" + typed + "'");
        };
    }

    private @Nullable Map<String, String> environment(Map<String, Node> parts) {
        Node node = parts.get("environment");
        if (node == null) {
            return null;
        }
        var variables = new LinkedHashMap<String, String>();
        mapping(node, "'environment'")
                .forEach(
                        (name, value) ->
                                variables.put(name, scalar(value, "variable '" + name + "'")));
        return variables;
    }

    private boolean truth(Map<String, Node> parts, String key) {
        String typed = text(parts, key);
        return switch (typed == null ? "false" : typed) {
            case "true" -> true;
            case "false" -> false;
            default ->
                    throw wrong(
                            value(parts, key), key + " must be true or false, not '" + typed + "'");
        };
    }

    private @Nullable Integer number(Map<String, Node> parts, String key, int least, int most) {
        String typed = text(parts, key);
        if (typed == null) {
            return null;
        }
        try {
            int number = Integer.parseInt(typed);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below, together with what is out of range.
        }
        throw wrong(
                value(parts, key),
                key
                        + " must be a whole number from "
                        + least
                        + " to "
                        + most
                        + ", not '"
                        + typed
                        + "'");
    }

    private @Nullable String text(Map<String, Node> parts, String key) {
        Node node = parts.get(key);
        return node == null ? null : scalar(node, key);
    }

    private static Node value(Map<String, Node> parts, String key) {
        Node node = parts.get(key);
        if (node == null) {
            throw new IllegalArgumentException(key + " is not there");
        }
        return node;
    }

    String scalar(Node node, String what) {
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        throw wrong(node, what + " must be a single value");
    }

    Map<String, Node> mapping(Node node, String what) {
        if (!(node instanceof MappingNode mapping)) {
            throw wrong(node, what + " must be a mapping of names to values");
        }
        var parts = new LinkedHashMap<String, Node>();
        for (var tuple : mapping.getValue()) {
            String key = scalar(tuple.getKeyNode(), "a name");
            if (parts.put(key, tuple.getValueNode()) != null) {
                throw wrong(tuple.getKeyNode(), "'" + key + "' stands here a second time");
            }
        }
        return parts;
    }

    void requireKnown(String key, Node at, Set<String> known) {
        if (!known.contains(key)) {
            String nearest = Nearest.to(key, known);
            throw wrong(
                    at,
                    "unknown key '"
                            + key
                            + "'"
                            + (nearest == null
                                    ? "; known are " + known.stream().sorted().toList()
                                    : "; did you mean '" + nearest + "'?"));
        }
    }

    Failure wrong(Node at, String what) {
        return Failure.usage(file + ":" + line(at) + ": " + what);
    }
}
