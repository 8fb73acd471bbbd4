package dev.glis.apis;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import dev.glis.net.FieldRules;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** CORS rules as JSON, and what makes them unsafe or senseless. */
final class CorsJson {
    private static final String ANY = "*";
    private static final String LABEL = "[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?";
    private static final Pattern ORIGIN =
            Pattern.compile(
                    "[a-z][a-z0-9+.-]*://(\\*\\.)?("
                            + LABEL
                            + "(\\."
                            + LABEL
                            + ")*|\\[[0-9A-Fa-f:.]+\\])(:[0-9]{1,5})?");

    private CorsJson() {}

    static Cors read(Fields fields) {
        var cors =
                new Cors(
                        fields.texts("origins"),
                        orAny(fields.texts("methods")),
                        fields.texts("headers"),
                        fields.texts("exposed"),
                        fields.flag("credentials"),
                        fields.has("maxAgeSeconds")
                                ? OptionalLong.of(
                                        fields.number(
                                                "maxAgeSeconds",
                                                0,
                                                Limits.API_CORS_AGE_SECONDS.value()))
                                : OptionalLong.empty());
        fields.end();
        check(fields, cors);
        return cors;
    }

    private static List<String> orAny(List<String> methods) {
        return methods.isEmpty() ? List.of(ANY) : methods;
    }

    private static void check(Fields fields, Cors cors) {
        if (cors.origins().isEmpty()) {
            throw fields.wrong("origins", "must name an origin, or *");
        }
        for (String origin : cors.origins()) {
            if (!origin.equals(ANY) && !ORIGIN.matcher(origin).matches()) {
                throw fields.wrong(
                        "origins",
                        "has '"
                                + origin
                                + "', but an origin is https://host, https://host:port,"
                                + " https://*.domain for all subdomains, or *");
            }
        }
        requireTokens(fields, "methods", cors.methods());
        requireTokens(fields, "headers", cors.headers());
        requireTokens(fields, "exposed", cors.exposed());
        if (cors.credentials()) {
            refuseStars(fields, cors);
        }
    }

    private static void requireTokens(Fields fields, String name, List<String> values) {
        for (String value : values) {
            if (!FieldRules.isToken(value)) {
                throw fields.wrong(name, "has '" + value + "', which HTTP cannot say");
            }
        }
    }

    /** With credentials a page acts as its visitor; "any page" must not be one careless star. */
    private static void refuseStars(Fields fields, Cors cors) {
        if (cors.origins().contains(ANY)) {
            throw fields.wrong(
                    "credentials",
                    "cannot be true for the origin *: any page could act for its visitors; name"
                            + " the origins");
        }
        if (cors.exposed().contains(ANY)) {
            throw fields.wrong(
                    "credentials",
                    "cannot be true with * among the exposed headers, which browsers then ignore;"
                            + " name the headers");
        }
    }

    static ObjectNode write(Cors cors) {
        ObjectNode json = Json.object();
        cors.origins().forEach(json.putArray("origins")::add);
        cors.methods().forEach(json.putArray("methods")::add);
        cors.headers().forEach(json.putArray("headers")::add);
        cors.exposed().forEach(json.putArray("exposed")::add);
        json.put("credentials", cors.credentials());
        cors.maxAgeSeconds().ifPresent(seconds -> json.put("maxAgeSeconds", seconds));
        return json;
    }
}
