package dev.glis.apis;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import dev.glis.net.FieldRules;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Caching as JSON, and what is wrong with some. */
final class CachingJson {
    /** Of methods that ask and change nothing. */
    private static final Set<String> METHODS = Set.of("GET", "HEAD", RouteKey.ANY);

    private CachingJson() {}

    static Caching read(Fields fields, RouteKey route) {
        if (!METHODS.contains(route.method()) && !route.isDefault()) {
            throw fields.wrong(
                    "ttlSeconds",
                    "has no meaning for " + route.method() + ": answers to GET are kept");
        }
        List<String> headers =
                fields.texts("headers").stream()
                        .map(name -> checked(fields, name))
                        .distinct()
                        .sorted()
                        .toList();
        var caching =
                new Caching(
                        fields.number("ttlSeconds", 1, Limits.API_CACHE_SECONDS.value()),
                        headers,
                        query(fields),
                        fields.flag("shared"));
        fields.end();
        return caching;
    }

    private static String checked(Fields fields, String name) {
        if (!FieldRules.isToken(name)) {
            throw fields.wrong("headers", "has '" + name + "', which is no header field's name");
        }
        return name.toLowerCase(Locale.ROOT);
    }

    private static @Nullable List<String> query(Fields fields) {
        return fields.has("query")
                ? fields.texts("query").stream().distinct().sorted().toList()
                : null;
    }

    static ObjectNode write(Caching caching) {
        ObjectNode json = Json.object().put("ttlSeconds", caching.ttlSeconds());
        if (!caching.headers().isEmpty()) {
            caching.headers().forEach(json.putArray("headers")::add);
        }
        List<String> query = caching.query();
        if (query != null) {
            var names = json.putArray("query");
            query.forEach(names::add);
        }
        return caching.shared() ? json.put("shared", true) : json;
    }
}
