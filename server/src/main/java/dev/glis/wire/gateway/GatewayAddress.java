package dev.glis.wire.gateway;

import dev.glis.apis.domains.ServedDomain;
import dev.glis.net.HttpRequest;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which API a request is for: {@code http://LABEL.localhost/...}, {@code
 * http://ID.execute-api.REGION.DOMAIN/...}, or, where such names are not resolved, {@code
 * http://ANY-HOST/_apis/LABEL/STAGE/...}. A host name that an account has of its own is mapped to
 * an API and a stage, with all its paths.
 *
 * @param label the API's label or ID
 * @param prefix the first part of the host name, or what stands for it
 * @param host as the client named it, without port
 * @param stage as the path names it behind {@code /_apis/LABEL/}; null where the stage, if any, is
 *     the first part of the path
 * @param rawPath the path behind that
 */
record GatewayAddress(
        String label, String prefix, String host, @Nullable String stage, String rawPath) {
    private static final String PREFIX = "/_apis/";
    private static final String LOCAL = ".localhost";
    private static final String MARK = ".execute-api.";

    /** Reads it from the path or the host name; null when neither has it. */
    static @Nullable GatewayAddress of(HttpRequest request) {
        String host = request.hostName();
        String path = request.rawPath();
        if (path.startsWith(PREFIX)) {
            return ofPath(host, path);
        }
        int mark = host.indexOf(MARK);
        if (mark < 0 && host.endsWith(LOCAL)) {
            mark = host.length() - LOCAL.length();
        }
        if (mark <= 0 || host.lastIndexOf('.', mark - 1) >= 0) {
            return null;
        }
        String label = host.substring(0, mark);
        return new GatewayAddress(label, label, host, null, path);
    }

    /** Of a request to an account's own host name. */
    static GatewayAddress of(ServedDomain domain, HttpRequest request) {
        String host = domain.host();
        return new GatewayAddress(
                domain.apiId(),
                host.substring(0, host.indexOf('.')),
                host,
                domain.stage(),
                request.rawPath());
    }

    private static @Nullable GatewayAddress ofPath(String host, String path) {
        int labelEnd = path.indexOf('/', PREFIX.length());
        if (labelEnd < 0) {
            labelEnd = path.length();
        }
        String label = path.substring(PREFIX.length(), labelEnd).toLowerCase(Locale.ROOT);
        int stageStart = Math.min(labelEnd + 1, path.length());
        int stageEnd = path.indexOf('/', stageStart);
        if (stageEnd < 0) {
            stageEnd = path.length();
        }
        String stage = path.substring(stageStart, stageEnd).replace("%24", "$");
        String rest = path.substring(stageEnd);
        return label.isEmpty()
                ? null
                : new GatewayAddress(label, label, host, stage, rest.isEmpty() ? "/" : rest);
    }
}
