package dev.glis.wire.gateway;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import dev.glis.apis.Compression;
import dev.glis.net.BodyRules;
import dev.glis.net.Headers;
import dev.glis.net.HttpRequest;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How an answer can be compressed, and which answers are. */
enum ContentCoding {
    /** The smaller one, where the machine has its native library. */
    BROTLI("br"),
    GZIP("gzip");

    private static final Set<String> COMPRESSIBLE =
            Set.of(
                    "application/graphql-response",
                    "application/javascript",
                    "application/json",
                    "application/manifest",
                    "application/ndjson",
                    "application/wasm",
                    "application/x-javascript",
                    "application/x-ndjson",
                    "application/xml",
                    "application/yaml",
                    "font/otf",
                    "font/ttf",
                    "image/bmp",
                    "image/x-icon");

    /** What tells of a body's very bytes, and would be wrong of others. */
    private static final Set<String> OF_THE_BYTES =
            Set.of("content-encoding", "content-range", "content-digest", "content-md5", "digest");

    private final String token;

    ContentCoding(String token) {
        this.token = token;
    }

    /**
     * The coding for an answer, whose header fields then say so; null to send it as it is. The
     * header fields of an answer that another client would get compressed say that, too.
     *
     * @param length of its body, or {@link BodyRules#UNKNOWN}
     */
    static @Nullable ContentCoding of(
            @Nullable Compression wanted,
            HttpRequest request,
            int status,
            Headers headers,
            long length) {
        if (wanted == null || !isCompressible(status, headers)) {
            return null;
        }
        if (length != BodyRules.UNKNOWN && length < wanted.minimumBytes()) {
            return null;
        }
        vary(headers);
        ContentCoding coding = accepted(String.join(",", request.headers().all("Accept-Encoding")));
        if (coding == null || request.method().equals("HEAD")) {
            return null;
        }
        headers.set("Content-Encoding", coding.token);
        headers.remove("Content-Length");
        headers.remove("Accept-Ranges");
        String tag = headers.get("ETag");
        if (tag != null && !tag.startsWith("W/")) {
            headers.set("ETag", "W/" + tag);
        }
        return coding;
    }

    private static boolean isCompressible(int status, Headers headers) {
        if (status < 200 || status == 204 || status == 206 || status == 304) {
            return false;
        }
        for (int i = 0; i < headers.size(); i++) {
            if (OF_THE_BYTES.contains(headers.name(i).toLowerCase(Locale.ROOT))) {
                return false;
            }
        }
        boolean forbidden =
                headers.all("Cache-Control").stream()
                        .anyMatch(v -> v.toLowerCase(Locale.ROOT).contains("no-transform"));
        return !forbidden && isCompressible(headers.get("Content-Type", ""));
    }

    private static boolean isCompressible(String contentType) {
        int end = contentType.indexOf(';');
        String type =
                (end < 0 ? contentType : contentType.substring(0, end))
                        .strip()
                        .toLowerCase(Locale.ROOT);
        return type.startsWith("text/")
                || type.endsWith("+json")
                || type.endsWith("+xml")
                || COMPRESSIBLE.contains(type);
    }

    private static void vary(Headers headers) {
        for (String value : headers.all("Vary")) {
            for (String name : value.split(",")) {
                if (name.strip().equals("*") || name.strip().equalsIgnoreCase("Accept-Encoding")) {
                    return;
                }
            }
        }
        headers.add("Vary", "Accept-Encoding");
    }

    /** The one that the client likes best; of equals the smaller; null when it wants neither. */
    static @Nullable ContentCoding accepted(String acceptEncoding) {
        if (acceptEncoding.isBlank()) {
            return null;
        }
        double gzip = weight(acceptEncoding, "gzip");
        double brotli = weight(acceptEncoding, "br");
        double best = Math.max(gzip, brotli);
        if (best <= 0 || stated(acceptEncoding, "identity") > best) {
            return null;
        }
        return brotli == best && hasBrotli() ? BROTLI : gzip > 0 ? GZIP : null;
    }

    private static double weight(String acceptEncoding, String coding) {
        double own = stated(acceptEncoding, coding);
        return own >= 0 ? own : stated(acceptEncoding, "*");
    }

    /** The weight that is stated for a name, or -1. */
    private static double stated(String acceptEncoding, String name) {
        for (String part : acceptEncoding.split(",")) {
            int end = part.indexOf(';');
            String coding = (end < 0 ? part : part.substring(0, end)).strip();
            if (coding.equalsIgnoreCase(name)) {
                return end < 0 ? 1 : quality(part.substring(end + 1).strip());
            }
        }
        return -1;
    }

    /** What cannot be read is no wish to have it. */
    private static double quality(String parameter) {
        if (!parameter.toLowerCase(Locale.ROOT).startsWith("q=")) {
            return 0;
        }
        try {
            double quality = Double.parseDouble(parameter.substring(2).strip());
            return quality >= 0 && quality <= 1 ? quality : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static boolean hasBrotli() {
        return Native.BROTLI;
    }

    /** Loads the library when somebody first wants it. */
    private static final class Native {
        static final boolean BROTLI = Brotli4jLoader.isAvailable();
    }
}
