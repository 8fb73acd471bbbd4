package dev.glis.apis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.apis.clients.Rate;
import dev.glis.apis.usage.ResponseLogSettings;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Definitions and their parts as JSON: what commands send, and what the store keeps. */
public final class DefinitionJson {
    static final long MOST_PER_SECOND = 1_000_000;
    static final long MOST_BURST = 1_000_000;

    private static final long USUAL_TIMEOUT_MS = 30_000;
    private static final Pattern SCOPE = Pattern.compile("[!#-\\[\\]-~]+");

    private DefinitionJson() {}

    /**
     * Reads a route.
     *
     * @throws dev.glis.base.Fault INVALID, naming the member that is wrong
     */
    public static Route route(JsonNode json) {
        Fields fields = Fields.of("route", json);
        RouteKey key =
                fields.has("action")
                        ? RouteKey.action(fields.text("action"))
                        : RouteKey.parse(fields.text("route"));
        Fields backend = fields.object("backend");
        if (backend == null) {
            throw fields.wrong("backend", "must say what answers: function, http or mock");
        }
        Fields caching = fields.object("cache");
        var route =
                new Route(
                        key,
                        BackendJson.read(backend, key),
                        fields.has("access") ? admission(fields) : null,
                        rate(fields, "rate"),
                        fields.has("timeoutMs")
                                ? fields.number("timeoutMs", 50, Limits.API_TIMEOUT_MS.value())
                                : USUAL_TIMEOUT_MS,
                        MappingJson.read(fields, key),
                        caching == null ? null : CachingJson.read(caching, key),
                        fields.has("validate") ? (Boolean) fields.flag("validate") : null,
                        fields.flag("reply"));
        fields.end();
        return route;
    }

    /**
     * Reads the settings of an API.
     *
     * @throws dev.glis.base.Fault INVALID, naming the member that is wrong
     */
    public static ApiSettings settings(JsonNode json) {
        Fields fields = Fields.of("settings", json);
        String description = fields.text("description", "");
        if (description.length() > Limits.API_DESCRIPTION_CHARACTERS.value()) {
            throw fields.wrong(
                    "description",
                    "is longer than " + Limits.API_DESCRIPTION_CHARACTERS.value() + " characters");
        }
        Fields cors = fields.object("cors");
        Fields authorizers = fields.object("authorizers");
        Fields log = fields.object("log");
        Fields compression = fields.object("compression");
        var settings =
                new ApiSettings(
                        description,
                        fields.has("access") ? admission(fields) : Admission.OPEN,
                        authorizers == null ? Map.of() : AuthorizerJson.read(authorizers),
                        cors == null ? null : CorsJson.read(cors),
                        rate(fields, "rate"),
                        rate(fields, "addressRate"),
                        log == null ? ResponseLogSettings.USUAL : log(log),
                        compression == null ? null : compression(compression),
                        fields.flag("validate"));
        fields.end();
        return settings;
    }

    private static Compression compression(Fields fields) {
        long minimumBytes = fields.number("minimumBytes", 0, Limits.API_COMPRESSION_BYTES.value());
        fields.end();
        return new Compression((int) minimumBytes);
    }

    private static ResponseLogSettings log(Fields fields) {
        ResponseLogSettings usual = ResponseLogSettings.USUAL;
        var settings =
                new ResponseLogSettings(
                        fields.has("fraction") ? fields.part("fraction") : usual.fraction(),
                        fields.has("allErrors") ? fields.flag("allErrors") : usual.allErrors(),
                        (int) number(fields, "retentionDays", usual.retentionDays()),
                        (int) number(fields, "bodyBytes", usual.bodyBytes()),
                        Set.copyOf(fields.texts("secretNames")));
        fields.end();
        return settings;
    }

    private static long number(Fields fields, String name, long otherwise) {
        return fields.has(name) ? fields.number(name, 0, Integer.MAX_VALUE) : otherwise;
    }

    private static Admission admission(Fields fields) {
        Access access = access(fields);
        List<String> scopes = fields.texts("scopes");
        String authorizer = fields.has("authorizer") ? fields.text("authorizer") : null;
        if ((access == Access.AUTHORIZER) != (authorizer != null)) {
            throw fields.wrong(
                    "authorizer", "must be named if access is authorizer, and only then");
        }
        if (authorizer == null && !scopes.isEmpty()) {
            throw fields.wrong("scopes", "are those of tokens, and need an authorizer");
        }
        for (String scope : scopes) {
            if (!SCOPE.matcher(scope).matches()) {
                throw fields.wrong("scopes", "has '" + scope + "', which no token can have");
            }
        }
        return new Admission(access, authorizer, scopes);
    }

    private static Access access(Fields fields) {
        String text = fields.text("access");
        List<Access> all = Arrays.asList(Access.values());
        return all.stream()
                .filter(access -> access.text().equals(text))
                .findFirst()
                .orElseThrow(
                        () ->
                                fields.wrong(
                                        "access",
                                        "must be one of "
                                                + all.stream().map(Access::text).toList()));
    }

    private static @Nullable Rate rate(Fields parent, String name) {
        Fields fields = parent.object(name);
        if (fields == null) {
            return null;
        }
        double perSecond = fields.fraction("perSecond", 0, MOST_PER_SECOND);
        long burst =
                fields.has("burst")
                        ? fields.number("burst", 1, MOST_BURST)
                        : Math.max(1, (long) Math.ceil(perSecond));
        fields.end();
        return new Rate(perSecond, burst);
    }

    static Definition definition(JsonNode json) {
        var routes = new ArrayList<Route>();
        json.path("routes").forEach(route -> routes.add(route(route)));
        return new Definition(settings(json.path("settings")), routes);
    }

    static ObjectNode write(Definition definition) {
        ObjectNode json = Json.object();
        json.set("settings", write(definition.settings()));
        var routes = json.putArray("routes");
        definition.routes().forEach(route -> routes.add(write(route)));
        return json;
    }

    /** As {@link #route} reads it. */
    public static ObjectNode write(Route route) {
        ObjectNode json = Json.object();
        json.put(route.key().isAction() ? "action" : "route", route.key().toString());
        json.set("backend", BackendJson.write(route.backend()));
        Admission admission = route.admission();
        if (admission != null) {
            put(json, admission);
        }
        put(json, "rate", route.rate());
        json.put("timeoutMs", route.timeoutMs());
        MappingJson.write(json, route.mapping());
        Caching caching = route.caching();
        if (caching != null) {
            json.set("cache", CachingJson.write(caching));
        }
        if (route.validate() != null) {
            json.put("validate", route.validate());
        }
        if (route.replies()) {
            json.put("reply", true);
        }
        return json;
    }

    /** As {@link #settings} reads it. */
    public static ObjectNode write(ApiSettings settings) {
        ObjectNode json = Json.object();
        json.put("description", settings.description());
        put(json, settings.admission());
        if (!settings.authorizers().isEmpty()) {
            json.set("authorizers", AuthorizerJson.write(settings.authorizers()));
        }
        Cors cors = settings.cors();
        if (cors != null) {
            json.set("cors", CorsJson.write(cors));
        }
        put(json, "rate", settings.rate());
        put(json, "addressRate", settings.addressRate());
        if (!settings.log().equals(ResponseLogSettings.USUAL)) {
            json.set("log", write(settings.log()));
        }
        Compression compression = settings.compression();
        if (compression != null) {
            json.putObject("compression").put("minimumBytes", compression.minimumBytes());
        }
        if (settings.validate()) {
            json.put("validate", true);
        }
        return json;
    }

    private static ObjectNode write(ResponseLogSettings log) {
        ObjectNode json =
                Json.object()
                        .put("fraction", log.fraction())
                        .put("allErrors", log.allErrors())
                        .put("retentionDays", log.retentionDays())
                        .put("bodyBytes", log.bodyBytes());
        log.secretNames().stream().sorted().forEach(json.putArray("secretNames")::add);
        return json;
    }

    private static void put(ObjectNode json, Admission admission) {
        json.put("access", admission.access().text());
        if (admission.authorizer() != null) {
            json.put("authorizer", admission.authorizer());
        }
        if (!admission.scopes().isEmpty()) {
            admission.scopes().forEach(json.putArray("scopes")::add);
        }
    }

    private static void put(ObjectNode json, String name, @Nullable Rate rate) {
        if (rate != null) {
            json.putObject(name).put("perSecond", rate.perSecond()).put("burst", rate.burst());
        }
    }
}
