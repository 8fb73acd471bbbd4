package dev.glis.apis;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Authorizers as JSON, and what is wrong with some. */
final class AuthorizerJson {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Pattern IDENTITY =
            Pattern.compile("(header|query)\\.[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final long USUAL_TTL_SECONDS = 300;
    private static final List<String> USUAL_IDENTITY = List.of("header.Authorization");

    private AuthorizerJson() {}

    /** Those of an API, by name. */
    static Map<String, ApiAuthorizer> read(Fields fields) {
        var authorizers = new TreeMap<String, ApiAuthorizer>();
        for (String name : fields.names()) {
            Fields of = fields.object(name);
            if (of == null || !NAME.matcher(name).matches()) {
                throw fields.wrong(
                        name, "must be an object with a name of letters, digits, - and _");
            }
            authorizers.put(name, readOne(of));
        }
        if (authorizers.size() > Limits.API_AUTHORIZERS.value()) {
            throw fields.wrong("", "has more than " + Limits.API_AUTHORIZERS.value());
        }
        return authorizers;
    }

    private static ApiAuthorizer readOne(Fields fields) {
        ApiAuthorizer authorizer = fields.has("issuer") ? jwt(fields) : custom(fields);
        fields.end();
        return authorizer;
    }

    private static ApiAuthorizer.Jwt jwt(Fields fields) {
        String issuer = fields.text("issuer");
        if (!isAddress(issuer)) {
            throw fields.wrong("issuer", "must be https://host/path, without a query");
        }
        List<String> audiences = fields.texts("audiences");
        if (audiences.isEmpty()) {
            throw fields.wrong(
                    "audiences",
                    "must name an audience, for whoever has a token for anything would be let in");
        }
        return new ApiAuthorizer.Jwt(issuer, audiences);
    }

    private static boolean isAddress(String issuer) {
        try {
            URI uri = URI.create(issuer);
            return List.of("http", "https").contains(String.valueOf(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getUserInfo() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static ApiAuthorizer.Custom custom(Fields fields) {
        List<String> identity = fields.texts("identity");
        for (String source : identity) {
            if (!IDENTITY.matcher(source).matches()) {
                throw fields.wrong(
                        "identity", "has '" + source + "', but takes header.NAME and query.NAME");
            }
        }
        return new ApiAuthorizer.Custom(
                fields.text("function"),
                fields.has("ttlSeconds")
                        ? fields.number("ttlSeconds", 0, Limits.API_VERDICT_SECONDS.value())
                        : USUAL_TTL_SECONDS,
                identity.isEmpty() ? USUAL_IDENTITY : identity);
    }

    static ObjectNode write(Map<String, ApiAuthorizer> authorizers) {
        ObjectNode json = Json.object();
        authorizers.forEach((name, authorizer) -> write(json.putObject(name), authorizer));
        return json;
    }

    private static void write(ObjectNode json, ApiAuthorizer authorizer) {
        switch (authorizer) {
            case ApiAuthorizer.Jwt jwt -> {
                json.put("issuer", jwt.issuer());
                jwt.audiences().forEach(json.putArray("audiences")::add);
            }
            case ApiAuthorizer.Custom custom -> {
                json.put("function", custom.function()).put("ttlSeconds", custom.ttlSeconds());
                custom.identity().forEach(json.putArray("identity")::add);
            }
        }
    }
}
