package dev.glis.triggers;

import dev.glis.net.HttpRequest;
import org.jspecify.annotations.Nullable;

/**
 * Which function URL a request is for.
 *
 * @param domainName the host as the function sees it, without port
 * @param rawPath the path behind the function URL's own
 */
record UrlAddress(String urlId, String domainName, String rawPath) {
    private static final String MARK = ".lambda-url.";
    private static final String PREFIX = "/_functions/";

    /** Reads it from the host name or the path; null when neither has it. */
    static @Nullable UrlAddress of(HttpRequest request) {
        String host = request.hostName();
        int mark = host.indexOf(MARK);
        if (mark > 0) {
            return new UrlAddress(host.substring(0, mark), host, request.rawPath());
        }
        return request.rawPath().startsWith(PREFIX) ? ofPath(host, request.rawPath()) : null;
    }

    private static @Nullable UrlAddress ofPath(String host, String rawPath) {
        int end = rawPath.indexOf('/', PREFIX.length());
        String urlId = rawPath.substring(PREFIX.length(), end < 0 ? rawPath.length() : end);
        if (urlId.isEmpty()) {
            return null;
        }
        return new UrlAddress(urlId, host, end < 0 ? "/" : rawPath.substring(end));
    }
}
