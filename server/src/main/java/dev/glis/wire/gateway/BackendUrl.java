package dev.glis.wire.gateway;

import java.net.URI;
import java.util.Map;

/**
 * Where a request goes on.
 *
 * @param target path and query, percent-encoded
 */
record BackendUrl(String host, int port, boolean secure, boolean usualPort, String target) {
    /**
     * Fills a route's URL in.
     *
     * @param template as {@link dev.glis.apis.Backend.Http} has it, checked when the route was made
     * @param variables still percent-encoded, so that they mean there what they meant here
     * @param rawQuery of the request; follows that of the template
     */
    static BackendUrl of(String template, Map<String, String> variables, String rawQuery) {
        int pathStart = template.indexOf('/', template.indexOf("//") + 2);
        String server = pathStart < 0 ? template : template.substring(0, pathStart);
        String path = pathStart < 0 ? "/" : template.substring(pathStart);
        path = filledIn(path, variables);
        if (!rawQuery.isEmpty()) {
            path += (path.indexOf('?') < 0 ? "?" : "&") + rawQuery;
        }
        URI uri = URI.create(server);
        boolean secure = uri.getScheme().equalsIgnoreCase("https");
        int usual = secure ? 443 : 80;
        int port = uri.getPort() < 0 ? usual : uri.getPort();
        return new BackendUrl(uri.getHost(), port, secure, port == usual, path);
    }

    /** In one pass, so that a value is never taken for a variable. */
    private static String filledIn(String path, Map<String, String> variables) {
        int open = path.indexOf('{');
        if (open < 0) {
            return path;
        }
        var filled = new StringBuilder(path.length() + 64);
        int done = 0;
        while (open >= 0) {
            int close = path.indexOf('}', open);
            String name = path.substring(open + 1, close).replace("+", "");
            filled.append(path, done, open).append(variables.getOrDefault(name, ""));
            done = close + 1;
            open = path.indexOf('{', done);
        }
        return filled.append(path, done, path.length()).toString();
    }

    String hostAndPort() {
        return usualPort ? host : host + ":" + port;
    }
}
