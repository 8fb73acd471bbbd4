package dev.glis.engine.wasm;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A request that may be sent as it is: no part of it can be taken for another.
 *
 * @param host as it stands in the URL, without brackets
 */
record OutboundTarget(boolean secure, String host, int port, byte[] head) {
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,256}");
    private static final Pattern VALUE = Pattern.compile("[^\\x00-\\x08\\x0a-\\x1f\\x7f]*");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._-]{1,253}");
    private static final int MOST_PORT = 65_535;

    /** They make a connection something else than one for a single request. */
    private static final Set<String> METHODS_LEFT_OUT = Set.of("CONNECT", "TRACE");

    /** Set by whoever sends. */
    private static final Set<String> NAMES_LEFT_OUT =
            Set.of(
                    "connection",
                    "content-length",
                    "expect",
                    "host",
                    "keep-alive",
                    "proxy-connection",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade");

    /** Why a request is not sent. */
    static final class Unfit extends Exception {
        private static final long serialVersionUID = 1;
        private final OutboundError error;

        Unfit(OutboundError error) {
            super(error.name(), null, false, false);
            this.error = error;
        }

        OutboundError error() {
            return error;
        }
    }

    static OutboundTarget of(OutboundRequest request) throws Unfit {
        URI url = url(request.url());
        boolean secure = url.getScheme().equalsIgnoreCase("https");
        int standard = secure ? 443 : 80;
        int port = url.getPort() < 0 ? standard : url.getPort();
        var head = new StringBuilder();
        head.append(method(request.method())).append(' ').append(path(url)).append(" HTTP/1.1\r\n");
        head.append("Host: ").append(url.getHost());
        if (port != standard) {
            head.append(':').append(port);
        }
        head.append("\r\nConnection: close\r\n");
        for (String line : request.headers().split("\n", -1)) {
            if (!line.isBlank()) {
                head.append(field(line)).append("\r\n");
            }
        }
        if (request.body().length > 0 || !mayLackBody(request.method())) {
            head.append("Content-Length: ").append(request.body().length).append("\r\n");
        }
        head.append("\r\n");
        return new OutboundTarget(
                secure, url.getHost(), port, head.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static URI url(String text) throws Unfit {
        try {
            var url = new URI(text);
            String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
            if (Set.of("http", "https").contains(scheme)
                    && url.getHost() != null
                    && HOST.matcher(url.getHost()).matches()
                    && url.getRawUserInfo() == null
                    && url.getPort() != 0
                    && url.getPort() <= MOST_PORT) {
                return url;
            }
        } catch (URISyntaxException e) {
            // Told below, together with what else a URL must have.
        }
        throw new Unfit(OutboundError.INVALID_URL);
    }

    private static String path(URI url) {
        String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        String target = url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
        return URI.create(target).toASCIIString();
    }

    private static String method(String method) throws Unfit {
        if (!TOKEN.matcher(method).matches() || METHODS_LEFT_OUT.contains(method)) {
            throw new Unfit(OutboundError.INVALID_METHOD);
        }
        return method;
    }

    private static boolean mayLackBody(String method) {
        return Set.of("GET", "HEAD", "DELETE", "OPTIONS").contains(method);
    }

    private static String field(String line) throws Unfit {
        int colon = line.indexOf(':');
        String name = colon < 0 ? "" : line.substring(0, colon);
        String value = line.substring(colon + 1).strip();
        if (!TOKEN.matcher(name).matches()
                || !VALUE.matcher(value).matches()
                || NAMES_LEFT_OUT.contains(name.toLowerCase(Locale.ROOT))) {
            throw new Unfit(OutboundError.INVALID_ENCODING);
        }
        return name + ": " + value;
    }

    /** Whether a response to it has no body whatever its headers say. */
    boolean isHead() {
        return new String(head, 0, 5, StandardCharsets.US_ASCII).equals("HEAD ");
    }
}
