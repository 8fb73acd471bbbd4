package dev.glis.wire.gateway;

import java.util.Map;

/** Path and query of a request that goes on to an HTTP backend. */
final class BackendTarget {
    private BackendTarget() {}

    /**
     * Fills a backend's target in.
     *
     * @param template as {@link dev.glis.apis.Backend.Http} has it
     * @param variables still percent-encoded, so that they mean there what they meant here
     * @param rawQuery of the request; follows that of the template
     */
    static String of(String template, Map<String, String> variables, String rawQuery) {
        String target = filledIn(template, variables);
        return rawQuery.isEmpty()
                ? target
                : target + (target.indexOf('?') < 0 ? "?" : "&") + rawQuery;
    }

    /** As {@link #of}, at another path. */
    static String at(String path, String template, Map<String, String> variables, String rawQuery) {
        int query = template.indexOf('?');
        return path + of(query < 0 ? "" : template.substring(query), variables, rawQuery);
    }

    /** In one pass, so that a value is never taken for a variable. */
    private static String filledIn(String template, Map<String, String> variables) {
        int open = template.indexOf('{');
        if (open < 0) {
            return template;
        }
        var filled = new StringBuilder(template.length() + 64);
        int done = 0;
        while (open >= 0) {
            int close = template.indexOf('}', open);
            String name = template.substring(open + 1, close).replace("+", "");
            filled.append(template, done, open).append(variables.getOrDefault(name, ""));
            done = close + 1;
            open = template.indexOf('{', done);
        }
        return filled.append(template, done, template.length()).toString();
    }
}
