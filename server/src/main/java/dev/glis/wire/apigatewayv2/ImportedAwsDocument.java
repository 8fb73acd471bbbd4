package dev.glis.wire.apigatewayv2;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.apis.Access;
import dev.glis.apis.Admission;
import dev.glis.apis.ApiAuthorizer;
import dev.glis.apis.ApiDetails;
import dev.glis.apis.ApiDocuments;
import dev.glis.apis.ApiParts;
import dev.glis.apis.AuthorizerPart;
import dev.glis.apis.Cors;
import dev.glis.apis.Integration;
import dev.glis.apis.Route;
import dev.glis.apis.RouteKey;
import dev.glis.apis.openapi.DocumentText;
import dev.glis.apis.openapi.Mistakes;
import dev.glis.apis.openapi.Operations;
import dev.glis.apis.openapi.Operations.Operation;
import dev.glis.apis.openapi.Pointers;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import dev.glis.wire.Call;
import dev.glis.wire.Input;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads an OpenAPI document with API Gateway's extensions. Each is understood or refused; none is
 * passed over. What API Gateway lets authors leave out, OpenAPI's own rules besides, is filled in.
 *
 * <p>For one document; not reusable.
 */
final class ImportedAwsDocument {
    private static final String GLIS = "x-glis-";
    private static final Map<String, String> INTEGRATION_MEMBERS =
            Map.of(
                    "type", "integrationType",
                    "uri", "integrationUri",
                    "httpMethod", "integrationMethod",
                    "credentials", "credentialsArn",
                    "contentHandling", "contentHandlingStrategy");
    private static final Map<String, String> AUTHORIZER_MEMBERS =
            Map.of(
                    "type", "authorizerType",
                    "authorizerCredentials", "authorizerCredentialsArn");
    private static final Set<String> KNOWN_INTEGRATION =
            Set.of(
                    "connectionId",
                    "connectionType",
                    "integrationSubtype",
                    "passthroughBehavior",
                    "payloadFormatVersion",
                    "requestParameters",
                    "requestTemplates",
                    "responseParameters",
                    "timeoutInMillis",
                    "tlsConfig");
    private static final Set<String> KNOWN_AUTHORIZER =
            Set.of(
                    "authorizerPayloadFormatVersion",
                    "authorizerResultTtlInSeconds",
                    "authorizerUri",
                    "enableSimpleResponses",
                    "identitySource",
                    "identityValidationExpression",
                    "jwtConfiguration");

    private final Call call;
    private final Forms forms;
    private final Mistakes mistakes = new Mistakes();
    private final ObjectNode document;
    private final Map<String, AuthorizerPart> authorizers = new TreeMap<>();
    private final Set<String> signatures = new HashSet<>();
    private final Set<String> broken = new HashSet<>();
    private final List<String> warnings = new ArrayList<>();

    /** What reads parts of a document as the operations of the same name do. */
    interface Forms {
        /** Checked by the model; the names are those of bodies. */
        Input input(String shape, ObjectNode json);

        Integration integration(Call call, Input input);

        AuthorizerPart authorizer(Call call, Input input);
    }

    ImportedAwsDocument(Call call, Forms forms, byte[] text) {
        this.call = call;
        this.forms = forms;
        this.document = DocumentText.parse(text, mistakes);
    }

    /** What is doubtful though it can be imported. */
    List<String> warnings() {
        return warnings;
    }

    /**
     * Reads it.
     *
     * @param basePath {@code ignore}, {@code prepend} or {@code split}
     * @throws Fault INVALID with all mistakes and their places
     */
    ApiDocuments.Content read(String basePath) {
        refuseOwnExtensions();
        prepend(BasePath.of(document, basePath));
        renamePaths();
        Cors cors = cors();
        Map<String, String> tags = tags();
        readAuthorizers();
        var routes = new ArrayList<Route>();
        var bare = new TreeMap<RouteKey, Admission>();
        var unserved = new ArrayList<Operation>();
        for (Operation operation : Operations.in(document)) {
            route(operation, routes, bare, unserved);
        }
        components().remove(AwsExtensions.INTEGRATIONS);
        document.remove(AwsExtensions.VERSION);
        refuseRest("", document);
        DocumentText.check(document, mistakes);
        mistakes.requireNone();
        unserved.forEach(this::remove);
        JsonNode info = document.path("info");
        String description = info.path("description").asText();
        return new ApiDocuments.Content(
                new ApiDetails(info.path("title").asText(), info.path("version").asText(), tags),
                description.length() > Limits.API_DESCRIPTION_CHARACTERS.value() ? "" : description,
                cors,
                List.copyOf(authorizers.values()),
                routes,
                bare,
                document);
    }

    private ObjectNode components() {
        return document.path("components") instanceof ObjectNode components
                ? components
                : Json.object();
    }

    private void refuseOwnExtensions() {
        var places = new ArrayList<String>();
        find("", document, GLIS, places);
        places.forEach(
                at ->
                        mistakes.add(
                                at,
                                "Extensions of Glis belong to 'glis api import'; this import takes"
                                        + " those of API Gateway"));
    }

    private void refuseRest(String pointer, ObjectNode of) {
        var places = new ArrayList<String>();
        find(pointer, of, AwsExtensions.PREFIX, places);
        for (String at : places) {
            mistakes.add(
                    at,
                    Pointers.last(at)
                            + " is not supported here: an HTTP API understands "
                            + String.join(
                                    ", ",
                                    AwsExtensions.INTEGRATION,
                                    AwsExtensions.AUTHORIZER,
                                    AwsExtensions.AUTHORIZATION,
                                    AwsExtensions.CORS,
                                    AwsExtensions.ANY,
                                    AwsExtensions.TAG));
        }
    }

    private static void find(String pointer, JsonNode node, String prefix, List<String> places) {
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            String at = Pointers.append(pointer, member.getKey());
            if (member.getKey().startsWith(prefix) && !isOwn(member.getKey())) {
                places.add(at);
            } else if (!Set.of("example", "examples", "default", "enum")
                    .contains(member.getKey())) {
                find(at, member.getValue(), prefix, places);
            }
        }
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            find(Pointers.append(pointer, i), node.get(i), prefix, places);
        }
    }

    /** The members that {@link #renamePaths} makes. */
    private static boolean isOwn(String name) {
        return name.equals(Operations.ANY) || name.equals(Operations.DEFAULT);
    }

    private void prepend(String prefix) {
        if (prefix.isEmpty() || !(document.path("paths") instanceof ObjectNode paths)) {
            return;
        }
        ObjectNode moved = document.objectNode();
        paths.properties()
                .forEach(
                        path ->
                                moved.set(
                                        path.getKey().equals(AwsExtensions.DEFAULT_PATH)
                                                ? path.getKey()
                                                : prefix + path.getKey(),
                                        path.getValue()));
        document.set("paths", moved);
    }

    /** Names the routes of all methods, and of all paths, as the rest of Glis does. */
    private void renamePaths() {
        if (!(document.path("paths") instanceof ObjectNode paths)) {
            return;
        }
        for (Map.Entry<String, JsonNode> path : paths.properties()) {
            if (path.getValue() instanceof ObjectNode item && item.has(AwsExtensions.ANY)) {
                item.set(Operations.ANY, item.remove(AwsExtensions.ANY));
            }
        }
        if (paths.remove(AwsExtensions.DEFAULT_PATH) instanceof ObjectNode item
                && item.path(Operations.ANY) instanceof ObjectNode operation) {
            operation.remove(AwsExtensions.DEFAULT_ROUTE);
            document.set(Operations.DEFAULT, operation);
        }
    }

    private @Nullable Cors cors() {
        if (!(document.remove(AwsExtensions.CORS) instanceof ObjectNode given)) {
            return null;
        }
        String at = "/" + AwsExtensions.CORS;
        return read(
                at,
                () -> {
                    ObjectNode wire = requireNamed(document).put("protocolType", "HTTP");
                    wire.set("corsConfiguration", given);
                    Input input = forms.input("CreateApiRequest", wire);
                    return ApiOperations.cors(input.structure("CorsConfiguration"));
                });
    }

    private static ObjectNode requireNamed(ObjectNode document) {
        return Json.object().put("name", document.at("/info/title").asText("api"));
    }

    private Map<String, String> tags() {
        var tags = new TreeMap<String, String>();
        for (JsonNode tag : document.path("tags")) {
            if (tag instanceof ObjectNode object && object.has(AwsExtensions.TAG)) {
                tags.put(object.path("name").asText(), object.remove(AwsExtensions.TAG).asText(""));
            }
        }
        return tags;
    }

    private void readAuthorizers() {
        for (Map.Entry<String, JsonNode> each : components().path("securitySchemes").properties()) {
            String name = each.getKey();
            String at = Pointers.append("/components/securitySchemes", name);
            if (!(each.getValue() instanceof ObjectNode scheme)) {
                continue;
            }
            JsonNode kind = scheme.remove(AwsExtensions.AUTHORIZATION_TYPE);
            if (kind != null && kind.asText().equals("awsSigv4")) {
                signatures.add(name);
            }
            if (scheme.remove(AwsExtensions.AUTHORIZER) instanceof ObjectNode given) {
                AuthorizerPart part =
                        read(at + "/" + AwsExtensions.AUTHORIZER, () -> authorizer(name, given));
                if (part == null) {
                    broken.add(name);
                } else {
                    authorizers.put(name, part);
                }
            }
        }
    }

    private AuthorizerPart authorizer(String name, ObjectNode given) {
        ObjectNode wire = renamed(given, AUTHORIZER_MEMBERS, KNOWN_AUTHORIZER);
        wire.put("name", name).put("apiId", "-");
        wire.put("authorizerType", wire.path("authorizerType").asText().toUpperCase(Locale.ROOT));
        if (wire.path("identitySource").isTextual()) {
            ArrayNode sources = Json.object().putArray("identitySource");
            for (String source : wire.path("identitySource").asText().split(",")) {
                sources.add(source.strip());
            }
            wire.set("identitySource", sources);
        }
        return forms.authorizer(call, forms.input("CreateAuthorizerRequest", wire));
    }

    private static ObjectNode renamed(
            ObjectNode given, Map<String, String> names, Set<String> others) {
        ObjectNode wire = Json.object();
        for (Map.Entry<String, JsonNode> member : given.properties()) {
            String name = names.get(member.getKey());
            if (name == null && !others.contains(member.getKey())) {
                throw Fault.unsupported("'" + member.getKey() + "' is not known of HTTP APIs");
            }
            wire.set(name == null ? member.getKey() : name, member.getValue());
        }
        return wire;
    }

    private void route(
            Operation operation,
            List<Route> routes,
            Map<RouteKey, Admission> bare,
            List<Operation> unserved) {
        ObjectNode node = operation.node();
        Admission admission = admission(operation);
        JsonNode given = followed(node.remove(AwsExtensions.INTEGRATION));
        RouteKey key = read(operation.pointer(), () -> RouteKey.parse(operation.route()));
        if (key == null) {
            return;
        }
        operation.complete(document);
        if (given == null) {
            warnings.add(
                    "'" + key + "' has no integration: it is not served until one is attached");
            bare.put(key, admission);
            unserved.add(operation);
            return;
        }
        Route route =
                read(
                        operation.pointer() + "/" + AwsExtensions.INTEGRATION,
                        () -> ApiParts.attached(key, admission, null, integration(given)));
        if (route != null) {
            routes.add(route);
        }
    }

    private @Nullable JsonNode followed(@Nullable JsonNode given) {
        String reference = given == null ? "" : given.path("$ref").asText();
        return reference.startsWith("#/") ? document.at(reference.substring(1)) : given;
    }

    private Integration integration(JsonNode given) {
        if (!(given instanceof ObjectNode object)) {
            throw Fault.invalid("An integration is an object with a type and a uri");
        }
        ObjectNode wire = renamed(object, INTEGRATION_MEMBERS, KNOWN_INTEGRATION);
        wire.put("apiId", "-");
        wire.put("integrationType", wire.path("integrationType").asText().toUpperCase(Locale.ROOT));
        if (wire.path("integrationMethod").isTextual()) {
            String method = wire.path("integrationMethod").asText().toUpperCase(Locale.ROOT);
            wire.put("integrationMethod", method);
        }
        return forms.integration(call, forms.input("CreateIntegrationRequest", wire));
    }

    /** Whom an operation lets in: what it says itself, or else the document. */
    private Admission admission(Operation operation) {
        JsonNode own = operation.node().remove(AwsExtensions.AUTHORIZATION);
        if (own != null) {
            String type = own.path("type").asText();
            if (!type.equals("AWS_IAM") && !type.equals("NONE")) {
                mistakes.add(
                        operation.pointer() + "/" + AwsExtensions.AUTHORIZATION,
                        "type must be AWS_IAM or NONE");
            }
            return type.equals("AWS_IAM")
                    ? new Admission(Access.IAM, null, List.of())
                    : Admission.OPEN;
        }
        boolean said = operation.node().has("security");
        JsonNode security = said ? operation.node().path("security") : document.path("security");
        String at = (said ? operation.pointer() : "") + "/security";
        Admission admission = Admission.OPEN;
        int schemes = 0;
        for (JsonNode alternative : security) {
            for (Map.Entry<String, JsonNode> scheme : alternative.properties()) {
                schemes++;
                admission = admission(at, scheme.getKey(), scheme.getValue());
            }
        }
        if (schemes > 1) {
            mistakes.add(at, "A route has one authorizer, and this names " + schemes);
        }
        return admission;
    }

    private Admission admission(String at, String scheme, JsonNode scopes) {
        if (signatures.contains(scheme)) {
            return new Admission(Access.IAM, null, List.of());
        }
        AuthorizerPart authorizer = authorizers.get(scheme);
        if (authorizer == null) {
            if (!broken.contains(scheme)) {
                mistakes.add(
                        at,
                        "The security scheme '"
                                + scheme
                                + "' has no "
                                + AwsExtensions.AUTHORIZER
                                + ", so nothing would be asked of callers");
            }
            return Admission.OPEN;
        }
        var wanted = new ArrayList<String>();
        if (authorizer.authorizer() instanceof ApiAuthorizer.Jwt) {
            scopes.forEach(scope -> wanted.add(scope.asText()));
        }
        return new Admission(Access.AUTHORIZER, scheme, wanted);
    }

    private void remove(Operation operation) {
        if (operation.path().isEmpty()) {
            document.remove(Operations.DEFAULT);
            return;
        }
        operation.item().remove(Pointers.last(operation.pointer()));
    }

    /** Something read; null if it is a mistake. */
    private interface Reading<T> {
        T read();
    }

    private <T> @Nullable T read(String pointer, Reading<T> reading) {
        try {
            return reading.read();
        } catch (Fault fault) {
            mistakes.add(pointer, fault.text());
            return null;
        }
    }
}
