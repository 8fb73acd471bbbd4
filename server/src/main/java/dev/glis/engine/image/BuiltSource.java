package dev.glis.engine.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import dev.glis.base.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An image that is made here: the layers of a base, if there is one, and one more. The same base,
 * layer and instructions always make the same image.
 */
public final class BuiltSource implements ImageSource {
    private static final String LONG_AGO = "1970-01-01T00:00:00Z";

    private final @Nullable Base base;
    private final Path layer;
    private final Descriptor layerDescriptor;
    private final byte[] configuration;
    private final byte[] manifest;

    /** An image to build on. */
    public interface Base {
        ImageManifest manifest();

        InputStream open(Descriptor descriptor) throws IOException;
    }

    /**
     * What the new image says otherwise than its base; empty and null leave it.
     *
     * @param port where it takes HTTP requests
     */
    public record Instructions(
            List<String> entryPoint,
            List<String> command,
            List<String> environment,
            @Nullable String workingFolder,
            @Nullable Integer port) {
        public Instructions {
            entryPoint = List.copyOf(entryPoint);
            command = List.copyOf(command);
            environment = List.copyOf(environment);
        }
    }

    private BuiltSource(@Nullable Base base, Path layer, Instructions instructions)
            throws IOException {
        this.base = base;
        this.layer = layer;
        this.layerDescriptor = new Descriptor(Compression.TAR, digest(layer), Files.size(layer));
        this.configuration = Json.bytes(configuration(instructions));
        this.manifest = Json.bytes(manifestOf());
    }

    /**
     * Makes one.
     *
     * @param layer a tar archive
     */
    public static BuiltSource of(@Nullable Base base, Path layer, Instructions instructions)
            throws IOException {
        return new BuiltSource(base, layer, instructions);
    }

    private static String digest(Path file) throws IOException {
        var digest = Sha256.digest();
        var buffer = new byte[64 * 1024];
        try (InputStream in = Files.newInputStream(file)) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                digest.update(buffer, 0, count);
            }
        }
        return Sha256.text(digest.digest());
    }

    private ObjectNode configuration(Instructions instructions) throws IOException {
        ObjectNode whole = baseConfiguration();
        whole.put("architecture", ImageManifest.ARCHITECTURE).put("os", "linux");
        whole.put("created", LONG_AGO);
        ObjectNode config = whole.withObject("/config");
        if (!instructions.entryPoint().isEmpty()) {
            instructions.entryPoint().forEach(config.putArray("Entrypoint")::add);
            config.remove("Cmd");
        }
        if (!instructions.command().isEmpty()) {
            instructions.command().forEach(config.putArray("Cmd")::add);
        }
        instructions.environment().forEach(config.withArray("/Env")::add);
        if (instructions.workingFolder() != null) {
            config.put("WorkingDir", instructions.workingFolder());
        }
        if (instructions.port() != null) {
            config.withObject("/Labels").put("dev.glis.port", instructions.port().toString());
        }
        ObjectNode rootfs = whole.withObject("/rootfs");
        rootfs.put("type", "layers").withArray("/diff_ids").add(layerDescriptor.digest());
        whole.withArray("/history")
                .addObject()
                .put("created", LONG_AGO)
                .put("created_by", "glis build");
        return whole;
    }

    private ObjectNode baseConfiguration() throws IOException {
        if (base == null) {
            return Json.object();
        }
        try (InputStream in = base.open(base.manifest().config())) {
            JsonNode json = Json.parse(in.readNBytes(Limits.IMAGE_MANIFEST_BYTES.intValue()));
            if (json instanceof ObjectNode object) {
                return object;
            }
            throw ImageFaults.invalid("the configuration of the base is no object");
        }
    }

    private ObjectNode manifestOf() {
        ObjectNode json = Json.object();
        json.put("schemaVersion", 2).put("mediaType", ImageManifest.OCI_MANIFEST);
        json.set(
                "config",
                shape(
                        new Descriptor(
                                ImageManifest.OCI_CONFIG,
                                Sha256.of(configuration),
                                configuration.length)));
        var layers = json.putArray("layers");
        if (base != null) {
            base.manifest().layers().forEach(each -> layers.add(shape(each)));
        }
        layers.add(shape(layerDescriptor));
        return json;
    }

    private static ObjectNode shape(Descriptor descriptor) {
        return Json.object()
                .put("mediaType", descriptor.mediaType())
                .put("digest", descriptor.digest())
                .put("size", descriptor.bytes());
    }

    @Override
    public byte[] manifest() {
        return manifest.clone();
    }

    @Override
    public byte[] manifest(Descriptor descriptor) {
        throw ImageFaults.invalid("a built image has one manifest only");
    }

    @Override
    public InputStream open(Descriptor descriptor) throws IOException {
        if (descriptor.sha256().equals(layerDescriptor.sha256())) {
            return Files.newInputStream(layer);
        }
        if (descriptor.sha256().equals(Sha256.of(configuration))) {
            return new ByteArrayInputStream(configuration);
        }
        if (base == null) {
            throw ImageFaults.invalid("its part " + descriptor.digest() + " is missing");
        }
        return base.open(descriptor);
    }

    @Override
    public void close() {
        // whoever brought the layer removes it
    }
}
