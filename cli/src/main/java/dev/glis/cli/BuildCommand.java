package dev.glis.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes a container image of a folder, without Docker: the server puts it together. */
final class BuildCommand extends Command {
    private static final Usage.Flag NAME =
            new Usage.Flag("--name", "NAME", "the image's name (default: the folder's)");
    private static final Usage.Flag FROM =
            new Usage.Flag(
                    "--from",
                    "IMAGE",
                    "image to build on: a layout, archive or address (default: an empty one)");
    private static final Usage.Flag OUTPUT =
            new Usage.Flag("--output", "FILE", "write the image as an archive of an OCI layout");
    private static final Usage.Flag FOLDER =
            new Usage.Flag(
                    "--folder", "PATH", "where the files are in the image (default: /var/task)");
    private static final Usage.Flag ENTRY_POINT =
            new Usage.Flag(
                    "--entry-point",
                    "WORDS",
                    "program and arguments, with blanks between (default: PATH/bootstrap if there is"
                            + " one, else the base's)");
    private static final Usage.Flag COMMAND =
            new Usage.Flag("--command", "WORDS", "arguments behind the entry point");
    private static final Usage.Flag PORT =
            new Usage.Flag("--port", "N", "where it takes HTTP requests");
    private static final Usage.Flag USER =
            new Usage.Flag("--user", "NAME", "of the registry of --from, as for deploy");

    BuildCommand(Context context) {
        super(context);
    }

    @Override
    Usage usage() {
        return new Usage(
                "build",
                "DIR",
                1,
                1,
                """
                Makes a container image of the files in a folder, on top of another image or of nothing,
                without Docker, and prints its address on the server, for glis deploy --image. The same
                files and base make the same image. Files get into the image with their permissions, below
                /var/task.
                """,
                NAME,
                FROM,
                OUTPUT,
                FOLDER,
                ENTRY_POINT,
                COMMAND,
                PORT,
                USER,
                new Usage.Flag("--json", "", "print address, digest and size as JSON"));
    }

    @Override
    int run(Arguments arguments) {
        Path folder = context().path(String.valueOf(arguments.operand(0)));
        if (!Files.isDirectory(folder)) {
            throw Failure.usage("there is no folder " + folder);
        }
        var api = api(arguments);
        var uploads = new ImageUpload(api, context(), arguments.value(USER), "");
        String from = arguments.value(FROM);
        String base = from == null ? "" : uploads.bring(context().path("."), from, "base").uri();
        String place = value(arguments, FOLDER, "/var/task");
        JsonNode built =
                uploads.build(folder, place, request(arguments, folder, place).put("base", base));
        String output = arguments.value(OUTPUT);
        if (output != null) {
            write(api, built.path("sha256").asText(), context().path(output));
        }
        if (!printedJson(arguments, built)) {
            terminal().print(built.path("uri").asText());
        }
        return 0;
    }

    private ObjectNode request(Arguments arguments, Path folder, String place) {
        String last = String.valueOf(folder.getFileName());
        var request =
                Json.object().put("name", ImageUpload.repository(value(arguments, NAME, last)));
        String entry = arguments.value(ENTRY_POINT);
        if (entry == null && Files.isExecutable(folder.resolve("bootstrap"))) {
            entry = place + "/bootstrap";
        }
        words(entry).forEach(request.putArray("entryPoint")::add);
        words(arguments.value(COMMAND)).forEach(request.putArray("command")::add);
        request.put("workingFolder", place);
        String port = arguments.value(PORT);
        if (port != null) {
            if (!port.matches("[0-9]{1,5}")) {
                throw Failure.usage("--port must be a number, not " + port);
            }
            request.put("port", Integer.parseInt(port));
        }
        return request;
    }

    private static String value(Arguments arguments, Usage.Flag flag, String otherwise) {
        String value = arguments.value(flag);
        return value == null ? otherwise : value;
    }

    private static List<String> words(@Nullable String text) {
        return text == null || text.isBlank() ? List.of() : List.of(text.strip().split(" +"));
    }

    /** Fetches the image's parts one after the other. */
    private void write(Api api, String sha256, Path file) {
        try (OutputStream out = Files.newOutputStream(file)) {
            var tar = new Tar(out);
            byte[] manifest = part(api, sha256, sha256).readAllBytes();
            tar.add(
                    "oci-layout",
                    "{\"imageLayoutVersion\":\"1.0.0\"}"
                            .getBytes(java.nio.charset.StandardCharsets.UTF_8));
            tar.add("index.json", Json.bytes(index(sha256, manifest.length)));
            tar.add("blobs/sha256/" + sha256, manifest);
            JsonNode parsed = Json.parse(manifest);
            addPart(api, tar, sha256, parsed.path("config"));
            for (JsonNode layer : parsed.path("layers")) {
                addPart(api, tar, sha256, layer);
            }
            tar.end();
        } catch (IOException e) {
            throw new Failure("Writing " + file + " failed: " + e, e);
        }
    }

    private static void addPart(Api api, Tar tar, String image, JsonNode descriptor)
            throws IOException {
        String sha256 = descriptor.path("digest").asText().replace("sha256:", "");
        try (InputStream in = part(api, image, sha256)) {
            tar.add("blobs/sha256/" + sha256, in, descriptor.path("size").asLong());
        }
    }

    private static InputStream part(Api api, String image, String sha256) {
        return api.stream("glis", "/_glis/images/" + image + "/parts/" + sha256, Map.of());
    }

    private static ObjectNode index(String sha256, int bytes) {
        var index = Json.object().put("schemaVersion", 2);
        index.put("mediaType", "application/vnd.oci.image.index.v1+json");
        index.putArray("manifests")
                .addObject()
                .put("mediaType", "application/vnd.oci.image.manifest.v1+json")
                .put("digest", "sha256:" + sha256)
                .put("size", bytes)
                .putObject("annotations")
                .put("org.opencontainers.image.ref.name", "latest");
        return index;
    }
}
