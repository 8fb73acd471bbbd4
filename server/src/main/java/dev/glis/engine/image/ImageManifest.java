package dev.glis.engine.image;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import dev.glis.base.Sha256;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * An image's list of parts.
 *
 * @param sha256 of the manifest, by which the image is known
 * @param bytes the manifest as it came
 * @param layers lowest first
 */
public record ImageManifest(
        String sha256, byte[] bytes, Descriptor config, List<Descriptor> layers) {
    static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
    static final String DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
    static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";

    /** This machine's architecture, in the words of images. */
    static final String ARCHITECTURE =
            switch (System.getProperty("os.arch", "").toLowerCase(Locale.ROOT)) {
                case "aarch64", "arm64" -> "arm64";
                default -> "amd64";
            };

    private static final Set<String> CONFIGS =
            Set.of(OCI_CONFIG, "application/vnd.docker.container.image.v1+json");
    private static final int INDEX_DEPTH = 3;

    public ImageManifest {
        layers = List.copyOf(layers);
    }

    /** All parts together, as they are packed. */
    public long size() {
        return bytes.length + config.bytes() + layers.stream().mapToLong(Descriptor::bytes).sum();
    }

    /** Reads the manifest of a source; of an index, the one for this machine. */
    public static ImageManifest read(ImageSource source) throws IOException {
        byte[] bytes = source.manifest();
        for (int depth = 0; depth < INDEX_DEPTH; depth++) {
            JsonNode json = parse(bytes);
            if (!isIndex(json)) {
                return of(bytes, json);
            }
            Descriptor chosen = choose(json.path("manifests"));
            bytes = source.manifest(chosen);
            if (!Sha256.of(bytes).equals(chosen.sha256())) {
                throw ImageFaults.invalid("its manifest is not the one with " + chosen.digest());
            }
        }
        throw ImageFaults.invalid("its index leads to further ones, too often");
    }

    /** Reads a manifest that was read before. */
    public static ImageManifest of(byte[] bytes) {
        return of(bytes, parse(bytes));
    }

    /** What the image's configuration, which was verified, says for this machine. */
    public ImageSettings settings(byte[] configuration) {
        JsonNode json = parse(configuration);
        String os = json.path("os").asText("linux");
        String architecture = json.path("architecture").asText(ARCHITECTURE);
        if (!os.equals("linux") || !architecture.equals(ARCHITECTURE)) {
            throw wrongPlatform(os + "/" + architecture);
        }
        return ImageSettings.of(json.path("config"));
    }

    private static ImageManifest of(byte[] bytes, JsonNode json) {
        String type = json.path("mediaType").asText("");
        JsonNode config = json.path("config");
        if (json.path("schemaVersion").asInt() != 2
                || !(type.isEmpty() || type.equals(OCI_MANIFEST) || type.equals(DOCKER_MANIFEST))
                || !CONFIGS.contains(config.path("mediaType").asText())) {
            throw unsupportedType(type.isEmpty() ? config.path("mediaType").asText() : type);
        }
        var layers = new ArrayList<Descriptor>();
        for (JsonNode layer : json.path("layers")) {
            layers.add(layer(layer));
        }
        if (layers.isEmpty() || layers.size() > Limits.IMAGE_LAYERS.value()) {
            throw ImageFaults.tooLarge("it has " + layers.size() + " layers", Limits.IMAGE_LAYERS);
        }
        var manifest = new ImageManifest(Sha256.of(bytes), bytes, Descriptor.of(config), layers);
        manifest.checkSize();
        return manifest;
    }

    private void checkSize() {
        if (config.bytes() > Limits.IMAGE_MANIFEST_BYTES.value()) {
            throw ImageFaults.tooLarge(
                    "its configuration has " + config.bytes() + " bytes",
                    Limits.IMAGE_MANIFEST_BYTES);
        }
        long size = 0;
        for (Descriptor layer : layers) {
            size += Math.min(layer.bytes(), Limits.IMAGE_BYTES.value() + 1);
        }
        if (size > Limits.IMAGE_BYTES.value()) {
            throw ImageFaults.tooLarge("its layers have " + size + " bytes", Limits.IMAGE_BYTES);
        }
    }

    private static Descriptor layer(JsonNode json) {
        Descriptor layer = Descriptor.of(json);
        if (Compression.of(layer.mediaType()).isEmpty()) {
            throw ImageFaults.invalid(
                    "a layer of it is of the type "
                            + layer.mediaType()
                            + "; tar archives are read, plain or compressed by gzip or zstd");
        }
        return layer;
    }

    private static JsonNode parse(byte[] bytes) {
        if (bytes.length > Limits.IMAGE_MANIFEST_BYTES.value()) {
            throw ImageFaults.tooLarge(
                    "its manifest has " + bytes.length + " bytes", Limits.IMAGE_MANIFEST_BYTES);
        }
        try {
            return Json.parse(bytes);
        } catch (Fault e) {
            throw ImageFaults.invalid("its manifest or configuration is: " + e.text());
        }
    }

    private static boolean isIndex(JsonNode json) {
        String type = json.path("mediaType").asText("");
        return type.equals(OCI_INDEX)
                || type.equals(DOCKER_LIST)
                || (type.isEmpty() && json.path("manifests").isArray());
    }

    private static Descriptor choose(JsonNode manifests) {
        var platforms = new TreeSet<String>();
        var fitting = new ArrayList<JsonNode>();
        for (JsonNode each : manifests) {
            JsonNode platform = each.path("platform");
            String os = platform.path("os").asText("linux");
            String architecture = platform.path("architecture").asText(ARCHITECTURE);
            if (os.equals("linux") && architecture.equals(ARCHITECTURE)) {
                fitting.add(each);
            }
            platforms.add(os + "/" + architecture);
        }
        if (fitting.isEmpty()) {
            throw wrongPlatform(String.join(", ", platforms));
        }
        if (fitting.size() > 1 && fitting.stream().anyMatch(each -> !each.has("platform"))) {
            throw ImageFaults.invalid(
                    "there are "
                            + fitting.size()
                            + " images; name one by its tag: "
                            + fitting.stream().map(ImageManifest::name).sorted().toList());
        }
        return Descriptor.of(fitting.getFirst());
    }

    /** The name of an image in a layout. */
    static String name(JsonNode descriptor) {
        return descriptor.path("annotations").path("org.opencontainers.image.ref.name").asText("");
    }

    private static Fault wrongPlatform(String there) {
        return ImageFaults.invalid(
                "it is made for "
                        + there
                        + ", and this machine runs linux/"
                        + ARCHITECTURE
                        + "; build it for that platform");
    }

    private static Fault unsupportedType(String type) {
        return ImageFaults.invalid(
                "the manifest, config or layer media type for the source image is not supported: "
                        + (type.isEmpty() ? "it names none" : type)
                        + "; OCI image manifests (v1) and Docker's (schema 2) are");
    }
}
