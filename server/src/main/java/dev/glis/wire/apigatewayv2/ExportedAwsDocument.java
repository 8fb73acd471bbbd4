package dev.glis.wire.apigatewayv2;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.apis.Access;
import dev.glis.apis.Admission;
import dev.glis.apis.ApiAuthorizer;
import dev.glis.apis.ApiDocuments.Exported;
import dev.glis.apis.ApiParts;
import dev.glis.apis.ApiSettings;
import dev.glis.apis.AuthorizerPart;
import dev.glis.apis.Backend;
import dev.glis.apis.Route;
import dev.glis.apis.RouteKey;
import dev.glis.apis.openapi.Operations;
import dev.glis.apis.openapi.Operations.Operation;
import dev.glis.base.Json;
import dev.glis.wire.Call;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes an API as an OpenAPI document with API Gateway's extensions, or with none. What API
 * Gateway has no word for, such as plans, is not in it.
 *
 * <p>For one document; not reusable.
 */
final class ExportedAwsDocument {
    private static final String GLIS = "x-glis-";
    private static final String VERSION = "1.0";

    private final Call call;
    private final Exported exported;
    private final ObjectNode document;
    private final Map<String, Route> routes = new HashMap<>();
    private final boolean hasExtensions;

    ExportedAwsDocument(Call call, Exported exported, boolean hasExtensions) {
        this.call = call;
        this.exported = exported;
        this.document = exported.document();
        this.hasExtensions = hasExtensions;
        exported.definition().routes().forEach(route -> routes.put(route.key().toString(), route));
    }

    /**
     * Writes it.
     *
     * @param address where the API answers
     */
    ObjectNode write(
            IntegrationOperations integrations, AuthorizerOperations authorizers, String address) {
        for (Operation operation : Operations.in(document)) {
            Route route = routes.get(RouteKey.parse(operation.route()).toString());
            removeOwn(operation.item());
            removeOwn(operation.node());
            if (hasExtensions && route != null) {
                describe(operation.node(), route, integrations);
            }
        }
        removeOwn(document);
        renamePaths();
        describeApi(address);
        if (hasExtensions) {
            describeSettings(authorizers);
        }
        return document;
    }

    private static void removeOwn(ObjectNode of) {
        of.remove(
                of.properties().stream()
                        .map(Map.Entry::getKey)
                        .filter(name -> name.startsWith(GLIS))
                        .filter(name -> !name.equals(Operations.ANY))
                        .filter(name -> !name.equals(Operations.DEFAULT))
                        .toList());
    }

    private void describe(ObjectNode operation, Route route, IntegrationOperations integrations) {
        if (!(route.backend() instanceof Backend.Mock)) {
            operation.set(AwsExtensions.INTEGRATION, integration(route, integrations));
        }
        Admission own = route.admission();
        Admission admission = own == null ? exported.definition().settings().admission() : own;
        String authorizer = admission.authorizer();
        if (authorizer != null) {
            admission
                    .scopes()
                    .forEach(operation.putArray("security").addObject().putArray(authorizer)::add);
        } else if (admission.access() == Access.IAM) {
            operation.putObject(AwsExtensions.AUTHORIZATION).put("type", "AWS_IAM");
        } else if (admission.access() == Access.OPEN && operation.has("security")) {
            operation.putArray("security");
        }
    }

    private ObjectNode integration(Route route, IntegrationOperations integrations) {
        ObjectNode shape = integrations.shape(call, ApiParts.own("", route));
        ObjectNode json = Json.object();
        json.put("type", shape.path("integrationType").asText().toLowerCase(Locale.ROOT));
        json.set("uri", shape.path("integrationUri"));
        json.set("httpMethod", shape.path("integrationMethod"));
        for (String name :
                List.of(
                        "payloadFormatVersion",
                        "connectionType",
                        "timeoutInMillis",
                        "requestParameters",
                        "responseParameters")) {
            if (shape.has(name)) {
                json.set(name, shape.path(name));
            }
        }
        return json;
    }

    private void renamePaths() {
        JsonNode usual = document.remove(Operations.DEFAULT);
        ObjectNode paths = document.withObjectProperty("paths");
        for (Map.Entry<String, JsonNode> path : paths.properties()) {
            if (path.getValue() instanceof ObjectNode item) {
                JsonNode any = item.remove(Operations.ANY);
                if (any != null && hasExtensions) {
                    item.set(AwsExtensions.ANY, any);
                }
            }
        }
        if (usual instanceof ObjectNode operation && hasExtensions) {
            operation.put(AwsExtensions.DEFAULT_ROUTE, true);
            paths.putObject(AwsExtensions.DEFAULT_PATH).set(AwsExtensions.ANY, operation);
        }
    }

    private void describeApi(String address) {
        ObjectNode info = document.withObjectProperty("info");
        info.put("title", exported.api().title());
        String version = exported.api().details().version();
        if (!version.isEmpty()) {
            info.put("version", version);
        }
        if (!document.has("servers")) {
            document.putArray("servers").addObject().put("url", address.replaceAll("/$", ""));
        }
    }

    private void describeSettings(AuthorizerOperations authorizers) {
        document.put(AwsExtensions.VERSION, VERSION);
        ApiSettings settings = exported.definition().settings();
        if (settings.cors() != null) {
            document.set(AwsExtensions.CORS, ApiOperations.shape(settings.cors()));
        }
        exported.authorizers().forEach(part -> describe(part, authorizers));
        exported.api().details().tags().forEach(this::describeTag);
    }

    private void describe(AuthorizerPart part, AuthorizerOperations authorizers) {
        String name = part.name();
        ObjectNode schemes =
                document.withObjectProperty("components").withObjectProperty("securitySchemes");
        if (!schemes.has(name)) {
            ObjectNode scheme = schemes.putObject(name);
            switch (part.authorizer()) {
                case ApiAuthorizer.Jwt jwt ->
                        scheme.put("type", "openIdConnect")
                                .put(
                                        "openIdConnectUrl",
                                        jwt.issuer().replaceAll("/$", "")
                                                + "/.well-known/openid-configuration");
                case ApiAuthorizer.Custom ignored ->
                        scheme.put("type", "apiKey")
                                .put("name", "Authorization")
                                .put("in", "header");
            }
        }
        ObjectNode shape = authorizers.shape(call, part);
        shape.remove(List.of("authorizerId", "name"));
        ObjectNode json = schemes.withObjectProperty(name).putObject(AwsExtensions.AUTHORIZER);
        json.put("type", shape.remove("authorizerType").asText().toLowerCase(Locale.ROOT));
        var sources = new StringBuilder();
        shape.remove("identitySource")
                .forEach(
                        source ->
                                sources.append(sources.isEmpty() ? "" : ", ")
                                        .append(source.asText()));
        json.put("identitySource", sources.toString());
        json.setAll(shape);
    }

    private void describeTag(String key, String value) {
        for (JsonNode tag : document.withArrayProperty("tags")) {
            if (tag instanceof ObjectNode object && object.path("name").asText().equals(key)) {
                object.put(AwsExtensions.TAG, value);
                return;
            }
        }
        document.withArrayProperty("tags")
                .addObject()
                .put("name", key)
                .put(AwsExtensions.TAG, value);
    }
}
