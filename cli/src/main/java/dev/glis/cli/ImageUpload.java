package dev.glis.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Brings a container image to the server: one in a file or folder is uploaded, part by part; one in
 * a registry the server pulls, with this user's credentials if there are any.
 */
final class ImageUpload {
    private static final String PAGE = "/_glis/images/uploads";
    private static final Map<String, String> BINARY =
            Map.of("Content-Type", "application/octet-stream");

    private final Api api;
    private final Context context;
    private final @Nullable String user;
    private final String tag;

    /**
     * One upload.
     *
     * @param user of the registry, whose password is in GLIS_REGISTRY_PASSWORD
     * @param tag of the image in an archive that holds several; may be empty
     */
    ImageUpload(Api api, Context context, @Nullable String user, String tag) {
        this.api = api;
        this.context = context;
        this.user = user;
        this.tag = tag;
    }

    /** Brings it. What is a path here is no address. */
    ImageCode bring(Path base, String image, String name) {
        Path path = base.resolve(image).normalize();
        JsonNode found = Files.exists(path) ? upload(path, name) : pull(image);
        return new ImageCode(
                found.path("uri").asText(),
                found.path("sha256").asText(),
                found.path("bytes").asLong());
    }

    private JsonNode pull(String image) {
        if (image.startsWith(".") || image.startsWith("/")) {
            throw Failure.usage("there is no file or folder " + image);
        }
        var request = Json.object().put("uri", image);
        RegistryCredentials.find(context, user, image)
                .ifPresent(
                        found ->
                                request.put("user", found.user())
                                        .put("password", found.password()));
        return api.call("glis", "POST", "/_glis/images/pull", Map.of(), request);
    }

    /** Makes an image of a folder's files, which become a layer. */
    JsonNode build(Path folder, String place, JsonNode request) {
        String page =
                send(
                        folder,
                        out -> {
                            var tar = new Tar(out);
                            tar.addCode(folder, place);
                            tar.end();
                        });
        return api.call("glis", "POST", page + "/build", Map.of(), request);
    }

    private JsonNode upload(Path path, String name) {
        String page = send(path, out -> write(path, out));
        var request = Json.object().put("name", repository(name)).put("tag", tag);
        return api.call("glis", "POST", page, Map.of(), request);
    }

    /** Writes what is uploaded. */
    private interface Content {
        void to(OutputStream out) throws IOException;
    }

    /** Uploads, and gives the page that the upload is finished at. */
    private String send(Path path, Content content) {
        JsonNode begun = api.call("glis", "POST", PAGE, Map.of(), null);
        String page = PAGE + "/" + begun.path("upload").asText();
        try (var parts = new Parts(page, begun.path("partBytes").asInt())) {
            content.to(parts);
        } catch (IOException e) {
            cancel(page);
            throw new Failure("Reading " + path + " failed: " + e, e);
        } catch (Failure e) {
            cancel(page);
            throw e;
        }
        return page;
    }

    private void cancel(String page) {
        try {
            api.call("glis", "DELETE", page, Map.of(), null);
        } catch (Failure e) {
            // The server gives it up by itself.
        }
    }

    private static void write(Path path, OutputStream out) throws IOException {
        if (Files.isDirectory(path)) {
            if (!Files.isRegularFile(path.resolve("index.json"))) {
                throw new Failure(
                        path + " is a folder, but no OCI image layout: it has no index.json");
            }
            var tar = new Tar(out);
            tar.addFolder(path);
            tar.end();
            return;
        }
        try (var in = new BufferedInputStream(Files.newInputStream(path))) {
            try (InputStream plain = isZipped(in) ? new GZIPInputStream(in) : in) {
                plain.transferTo(out);
            }
        }
    }

    private static boolean isZipped(InputStream in) throws IOException {
        in.mark(2);
        boolean zipped = in.read() == 0x1f && in.read() == 0x8b;
        in.reset();
        return zipped;
    }

    /** A function's name, as a repository may be called. */
    static String repository(String name) {
        String plain = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        String trimmed = plain.replaceAll("^-+|-+$", "");
        return trimmed.isEmpty() ? "image" : trimmed;
    }

    /** Sends what is written, a part at a time. */
    private final class Parts extends OutputStream {
        private final String page;
        private final byte[] part;
        private int count;
        private long sent;

        Parts(String page, int partBytes) {
            this.page = page;
            this.part = new byte[partBytes];
        }

        @Override
        public void write(int one) {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            int done = 0;
            while (done < length) {
                int taken = Math.min(length - done, part.length - count);
                System.arraycopy(bytes, offset + done, part, count, taken);
                count += taken;
                done += taken;
                if (count == part.length) {
                    send();
                }
            }
        }

        private void send() {
            api.exchange(
                    "glis",
                    "PUT",
                    page,
                    Map.of("offset", Long.toString(sent)),
                    BINARY,
                    Arrays.copyOf(part, count));
            sent += count;
            count = 0;
        }

        @Override
        public void close() {
            if (count > 0) {
                send();
            }
        }
    }
}
