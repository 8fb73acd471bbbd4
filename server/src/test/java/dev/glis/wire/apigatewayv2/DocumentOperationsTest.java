package dev.glis.wire.apigatewayv2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.apis.DefinitionJson;
import dev.glis.base.Json;
import dev.glis.functions.testing.RecordedResponse;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Documents with API Gateway's extensions, imported and exported. */
final class DocumentOperationsTest extends ControlApiFixture {
    /** As API Gateway itself exports one, with less of what OpenAPI asks for. */
    private static final String DOCUMENT =
            """
            openapi: 3.0.1
            info: {title: Pet shop, version: "7", description: Pets}
            servers: [{url: "https://shop.example/{basePath}", variables: {basePath: {default: v1/pets}}}]
            tags: [{name: team, x-amazon-apigateway-tag-value: blue}]
            security: [{oidc: [read]}]
            paths:
              /pets/{id}:
                get:
                  operationId: getPet
                  x-amazon-apigateway-integration:
                    $ref: '#/components/x-amazon-apigateway-integrations/hello'
                put:
                  security: [{checker: []}]
                  responses: {"200": {description: Stored}}
                  x-amazon-apigateway-integration:
                    type: http_proxy
                    httpMethod: PUT
                    uri: http://backend.example/pets/{id}
                    payloadFormatVersion: "1.0"
                    timeoutInMillis: 5000
                    requestParameters: {"overwrite:header.id": "$request.path.id"}
                    responseParameters: {"500": {"overwrite:statuscode": "502"}}
                delete:
                  x-amazon-apigateway-auth: {type: AWS_IAM}
              /rest/{proxy+}:
                x-amazon-apigateway-any-method:
                  security: []
                  x-amazon-apigateway-integration:
                    {type: http_proxy, httpMethod: ANY, uri: "http://backend.example/{proxy}"}
              /$default:
                x-amazon-apigateway-any-method:
                  isDefaultRoute: true
                  security: []
                  x-amazon-apigateway-integration:
                    {type: aws_proxy, payloadFormatVersion: "2.0", uri: FUNCTION}
            components:
              securitySchemes:
                oidc:
                  type: openIdConnect
                  openIdConnectUrl: https://issuer.example/.well-known/openid-configuration
                  x-amazon-apigateway-authorizer:
                    type: jwt
                    identitySource: $request.header.Authorization
                    jwtConfiguration: {issuer: "https://issuer.example", audience: [me]}
                checker:
                  type: apiKey
                  name: X-Key
                  in: header
                  x-amazon-apigateway-authorizer:
                    type: request
                    identitySource: $request.header.X-Key, $request.querystring.key
                    authorizerUri: FUNCTION
                    authorizerPayloadFormatVersion: "2.0"
                    authorizerResultTtlInSeconds: 60
                    enableSimpleResponses: true
              x-amazon-apigateway-integrations:
                hello: {type: aws_proxy, httpMethod: POST, uri: FUNCTION}
            x-amazon-apigateway-cors: {allowOrigins: ["https://a.example"], maxAge: 5}
            x-amazon-apigateway-importexport-version: "1.0"
            """
                    .replace("FUNCTION", FUNCTION);

    @Test
    void anApiBecomesWhatADocumentSays() {
        JsonNode made = ok(201, "PUT", "/v2/apis", body(DOCUMENT));
        String id = made.path("apiId").asText();
        assertEquals("Pet shop", made.path("name").asText());
        assertEquals("7", made.path("version").asText());
        assertEquals("Pets", made.path("description").asText());
        assertEquals("blue", made.path("tags").path("team").asText());
        assertEquals(5, made.path("corsConfiguration").path("maxAge").asInt());
        assertTrue(made.path("warnings").path(0).asText().contains("DELETE /pets/{id}"));

        JsonNode routes = routes(id);
        JsonNode get = routes.path("GET /pets/{id}");
        assertEquals("hello", get.path("backend").path("function").asText());
        assertEquals("oidc", get.path("authorizer").asText());
        assertEquals("[\"read\"]", get.path("scopes").toString());
        JsonNode put = routes.path("PUT /pets/{id}");
        assertEquals("http://backend.example/pets/{id}", put.path("backend").path("http").asText());
        assertEquals("checker", put.path("authorizer").asText());
        assertEquals(5_000, put.path("timeoutMs").asInt());
        assertEquals(1, put.path("requestParameters").size());
        assertEquals(1, put.path("responseParameters").size());
        assertEquals("open", routes.path("ANY /rest/{proxy+}").path("access").asText());
        assertEquals("2.0", routes.path("$default").path("backend").path("payload").asText());
        JsonNode checker = settings(id).path("authorizers").path("checker");
        assertEquals(60, checker.path("ttlSeconds").asInt());
        assertEquals("[\"header.X-Key\",\"query.key\"]", checker.path("identity").toString());

        JsonNode bare = route(id, "DELETE /pets/{id}");
        assertEquals("AWS_IAM", bare.path("authorizationType").asText());
        assertFalse(bare.has("target"));
        assertFalse(routes.has("DELETE /pets/{id}"), "nothing answers it yet");
    }

    @Test
    void anApiIsMadeAnewOfADocument() {
        String id = ok(201, "PUT", "/v2/apis", body(DOCUMENT)).path("apiId").asText();
        String api = "/v2/apis/" + id;
        ok(201, "POST", api + "/stages", "{\"stageName\":\"$default\",\"autoDeploy\":true}");
        String routeId = route(id, "GET /pets/{id}").path("routeId").asText();
        String authorizerId = authorizer(id, "oidc").path("authorizerId").asText();
        String less =
                """
                openapi: 3.0.1
                info: {title: Less, version: "8"}
                security: [{oidc: []}]
                paths:
                  /pets/{id}:
                    get:
                      x-amazon-apigateway-integration:
                        {type: http_proxy, httpMethod: ANY, uri: "http://other.example/"}
                    patch: {security: []}
                components:
                  securitySchemes:
                    oidc:
                      type: openIdConnect
                      openIdConnectUrl: https://issuer.example/.well-known/openid-configuration
                      x-amazon-apigateway-authorizer:
                        type: jwt
                        identitySource: $request.header.Authorization
                        jwtConfiguration: {issuer: "https://new.example", audience: [me]}
                """;

        JsonNode made = ok(201, "PUT", api, body(less));

        assertEquals("Less", made.path("name").asText());
        assertFalse(made.has("corsConfiguration"));
        assertEquals(List.of("GET /pets/{id}"), keys(id));
        assertEquals(2, ok(200, "GET", api + "/routes", "").path("items").size());
        assertEquals(routeId, route(id, "GET /pets/{id}").path("routeId").asText());
        assertEquals(authorizerId, authorizer(id, "oidc").path("authorizerId").asText());
        assertEquals(1, ok(200, "GET", api + "/authorizers", "").path("items").size());
        String stage = "/exports/OAS30?outputType=JSON&stageName=$default";
        assertTrue(ok(200, "GET", api + stage, "").toString().contains("https://new.example"));
        refused(404, "NotFoundException", "PUT", "/v2/apis/none", body(less));
        refused(400, "BadRequestException", "PUT", api + "?failOnWarnings=true", body(less));
        assertEquals(2, ok(200, "GET", api + "/routes", "").path("items").size());
    }

    @Test
    void whatIsExportedIsTheSameApiAgain() {
        String id = ok(201, "PUT", "/v2/apis", body(DOCUMENT)).path("apiId").asText();
        String path = "/v2/apis/" + id + "/exports/OAS30?outputType=";

        String yaml = send(ROOT, "GET", path + "YAML", "").text();
        JsonNode json = ok(200, "GET", path + "JSON", "");

        assertEquals("1.0", json.path("x-amazon-apigateway-importexport-version").asText());
        assertFalse(json.toString().contains("x-glis-"), json.toString());
        String again = ok(201, "PUT", "/v2/apis", body(yaml)).path("apiId").asText();
        assertEquals(definition(id), definition(again));
        assertEquals(
                json.path("paths"),
                ok(200, "GET", path.replace(id, again) + "JSON", "").path("paths"));

        JsonNode plain = ok(200, "GET", path + "JSON&includeExtensions=false", "");
        assertFalse(plain.toString().contains("x-amazon-"), plain.toString());
        assertFalse(plain.path("paths").path("/rest/{proxy+}").has("get"));
        assertEquals("getPet", plain.at("/paths/~1pets~1{id}/get/operationId").asText());
        refused(400, "BadRequestException", "GET", path + "XML", "");
        refused(400, "BadRequestException", "GET", path + "JSON&exportVersion=2.0", "");
        refused(404, "NotFoundException", "GET", path + "JSON&stageName=none", "");
    }

    @Test
    void whatCommandsMadeIsExportedToo() {
        apis.create(ACCOUNT, "shop");
        String id = apis.get(ACCOUNT, "shop").apiId();
        apis.putRoute(
                ACCOUNT,
                "shop",
                DefinitionJson.route(
                        Json.parse(
                                """
                                {"route":"GET /a/{b+}","backend":{"function":"hello"},
                                 "rate":{"perSecond":1}}
                                """)));
        apis.deploy(ACCOUNT, "shop", "prod", "");
        JsonNode json =
                ok(
                        200,
                        "GET",
                        "/v2/apis/" + id + "/exports/OAS30?outputType=JSON&stageName=prod",
                        "");
        JsonNode integration =
                json.path("paths")
                        .path("/a/{b+}")
                        .path("get")
                        .path("x-amazon-apigateway-integration");
        assertEquals("aws_proxy", integration.path("type").asText());
        assertTrue(integration.path("uri").asText().endsWith(FUNCTION), integration.toString());
        assertEquals("shop", json.path("info").path("title").asText());
        ok(201, "PUT", "/v2/apis", body(json.toString()));
    }

    @Test
    void basePathsAreLeftOutOrPrepended() {
        Function<String, List<String>> paths =
                way -> {
                    String query = way.isEmpty() ? "" : "?basepath=" + way;
                    JsonNode made = ok(201, "PUT", "/v2/apis" + query, body(DOCUMENT));
                    return keys(made.path("apiId").asText()).stream()
                            .filter(key -> key.startsWith("GET"))
                            .toList();
                };
        assertEquals(List.of("GET /pets/{id}"), paths.apply(""));
        assertEquals(List.of("GET /pets/{id}"), paths.apply("ignore"));
        assertEquals(List.of("GET /v1/pets/pets/{id}"), paths.apply("prepend"));
        assertEquals(List.of("GET /pets/pets/{id}"), paths.apply("split"));
        refused(400, "BadRequestException", "PUT", "/v2/apis?basepath=other", body(DOCUMENT));
    }

    @Test
    void whatHasNoCounterpartIsRefusedWithItsPlace() {
        Map<String, String> wrong =
                Map.of(
                        "type: jwt", "type: token",
                        "type: aws_proxy, httpMethod: POST", "type: aws, httpMethod: POST",
                        "timeoutInMillis: 5000", "cacheNamespace: x",
                        "security: [{checker: []}]", "security: [{other: []}]",
                        "operationId: getPet", "x-amazon-apigateway-request-validator: all",
                        "tags: [", "x-amazon-apigateway-policy: {}\ntags: [",
                        "servers: [", "x-glis-access: iam\nservers: [",
                        "\"$request.path.id\"", "\"$request.path.none\"",
                        "timeoutInMillis: 5", "timeoutInMillis: 5000");
        wrong.forEach(
                (right, other) -> {
                    assertTrue(DOCUMENT.contains(right), right);
                    RecordedResponse answer =
                            send(ROOT, "PUT", "/v2/apis", body(DOCUMENT.replace(right, other)));
                    assertEquals(400, answer.status(), other);
                    String message = Json.parse(answer.text()).path("message").asText();
                    assertTrue(
                            message.matches("(?s)The document has .*line \\d+, column.*"), message);
                });
        assertEquals(0, ok(200, "GET", "/v2/apis", "").path("items").size());
        refused(400, "BadRequestException", "PUT", "/v2/apis", body("swagger: '2.0'"));
        refused(400, "BadRequestException", "PUT", "/v2/apis", body("{"));
    }

    private static String body(String document) {
        return Json.object().put("body", document).toString();
    }

    /** The routes that have something that answers, by their keys. */
    private JsonNode routes(String apiId) {
        ObjectNode routes = Json.object();
        apis.routes(ACCOUNT, apiId)
                .forEach(route -> routes.set(route.key().toString(), DefinitionJson.write(route)));
        return routes;
    }

    private List<String> keys(String apiId) {
        return apis.routes(ACCOUNT, apiId).stream().map(route -> route.key().toString()).toList();
    }

    private JsonNode settings(String apiId) {
        return DefinitionJson.write(apis.get(ACCOUNT, apiId).settings());
    }

    private JsonNode route(String apiId, String key) {
        return item(ok(200, "GET", "/v2/apis/" + apiId + "/routes", ""), "routeKey", key);
    }

    private JsonNode authorizer(String apiId, String name) {
        return item(ok(200, "GET", "/v2/apis/" + apiId + "/authorizers", ""), "name", name);
    }

    private static JsonNode item(JsonNode page, String member, String value) {
        for (JsonNode item : page.path("items")) {
            if (item.path(member).asText().equals(value)) {
                return item;
            }
        }
        return Json.object();
    }

    /** All that Glis itself says of an API, without its names. */
    private String definition(String apiId) {
        return settings(apiId) + "" + routes(apiId);
    }
}
