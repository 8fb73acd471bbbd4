package dev.glis.wire.portal;

import dev.glis.base.Sha256;
import dev.glis.net.HttpResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;

/**
 * The stylesheet, the script and the icon. Their names hold a hash of what they are, so browsers
 * keep them for good and ask for others after an update.
 */
final class Assets {
    private static final String FOLDER = "/assets/";
    private static final int HASH_CHARACTERS = 16;

    private final Asset style = read("portal.css", "text/css; charset=utf-8");
    private final Asset script = read("portal.js", "text/javascript; charset=utf-8");
    private final Asset icon = read("portal.svg", "image/svg+xml");
    private final Map<String, Asset> byPath =
            Map.of(style.path, style, script.path, script, icon.path, icon);

    private record Asset(String path, String type, byte[] bytes) {}

    String style() {
        return style.path;
    }

    String script() {
        return script.path;
    }

    String icon() {
        return icon.path;
    }

    /** The file at a path, if there is one. */
    Optional<HttpResponse> find(String path) {
        return Optional.ofNullable(byPath.get(path))
                .map(
                        asset -> {
                            var response = HttpResponse.of(200, asset.type, asset.bytes);
                            response.headers()
                                    .add("Cache-Control", "public, max-age=31536000, immutable");
                            return response;
                        });
    }

    private static Asset read(String name, String type) {
        try (InputStream in = Assets.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("The jar has lost " + name);
            }
            byte[] bytes = in.readAllBytes();
            int dot = name.indexOf('.');
            String hash = Sha256.of(bytes).substring(0, HASH_CHARACTERS);
            String path = FOLDER + name.substring(0, dot) + "-" + hash + name.substring(dot);
            return new Asset(path, type, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
