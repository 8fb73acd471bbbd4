package dev.glis.wire.apigatewayv2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glis.accounts.Principal;
import dev.glis.apis.Backend;
import dev.glis.apis.DefinitionJson;
import dev.glis.apis.Route;
import dev.glis.apis.RouteKey;
import dev.glis.apis.Router;
import dev.glis.apis.ServedApi.ServedStage;
import dev.glis.apis.StageSettings;
import dev.glis.apis.clients.Rate;
import dev.glis.base.Json;
import dev.glis.functions.testing.RecordedResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The control API on the real store, called without sockets. */
final class ApiGatewayAdapterTest extends ControlApiFixture {
    @Test
    void anApiHasTheShapeOfAws() {
        JsonNode made =
                ok(
                        201,
                        "POST",
                        "/v2/apis",
                        """
                        {"name":"My pets","protocolType":"HTTP","description":"d","version":"7",
                         "tags":{"team":"a"},"corsConfiguration":{"allowOrigins":["https://a.example"],
                         "allowMethods":["GET"],"maxAge":5,"allowCredentials":true}}
                        """);
        String id = made.path("apiId").asText();
        assertTrue(id.matches("[a-z0-9]{10}"), id);
        assertEquals("http://" + id + ".localhost:8080", made.path("apiEndpoint").asText());
        assertEquals("My pets", made.path("name").asText());
        assertEquals("HTTP", made.path("protocolType").asText());
        assertEquals(
                "$request.method $request.path", made.path("routeSelectionExpression").asText());
        assertTrue(
                made.path("createdDate").asText().matches("\\d{4}-\\d\\d-\\d\\dT[0-9:]{8}Z"),
                made.toString());
        assertEquals(5, made.path("corsConfiguration").path("maxAge").asInt());
        assertEquals("a", made.path("tags").path("team").asText());
        assertEquals(made, ok(200, "GET", "/v2/apis/" + id, ""));
        assertEquals("my-pets", apis.get(ACCOUNT, id).name(), "as commands call it");

        JsonNode changed =
                ok(200, "PATCH", "/v2/apis/" + id, "{\"name\":\"Other\",\"version\":\"8\"}");
        assertEquals("Other", changed.path("name").asText());
        assertEquals("8", changed.path("version").asText());
        assertEquals("d", changed.path("description").asText(), "as it was");
        ok(204, "DELETE", "/v2/apis/" + id + "/cors", "");
        assertFalse(ok(200, "GET", "/v2/apis/" + id, "").has("corsConfiguration"));
        ok(204, "DELETE", "/v2/apis/" + id, "");
        refused(404, "NotFoundException", "GET", "/v2/apis/" + id, "");
    }

    @Test
    void manyApisMayHaveTheSameName() {
        String first = api();
        String second = api();
        assertNotEquals(first, second);
        assertEquals(2, ok(200, "GET", "/v2/apis", "").path("items").size());
    }

    @Test
    void anApiIsKnownByItsIdAlone() {
        api();
        refused(404, "NotFoundException", "GET", "/v2/apis/pets", "");
        refused(404, "NotFoundException", "DELETE", "/v2/apis/pets", "");
        assertEquals(1, ok(200, "GET", "/v2/apis", "").path("items").size());
    }

    @Test
    void listingsComeInPages() {
        for (int i = 0; i < 5; i++) {
            api();
        }
        var seen = new ArrayList<String>();
        String token = "";
        do {
            JsonNode page = ok(200, "GET", "/v2/apis?maxResults=2" + token, "");
            page.path("items").forEach(item -> seen.add(item.path("apiId").asText()));
            token = page.has("nextToken") ? "&nextToken=" + page.path("nextToken").asText() : "";
        } while (!token.isEmpty());
        assertEquals(5, seen.stream().distinct().count());
        assertEquals(5, seen.size());
        refused(400, "BadRequestException", "GET", "/v2/apis?maxResults=0", "");
        refused(400, "BadRequestException", "GET", "/v2/apis?maxResults=x", "");
        refused(400, "BadRequestException", "GET", "/v2/apis?nextToken=x", "");
    }

    @Test
    void aStageThatDeploysByItselfServesEachChange() {
        String api = api();
        JsonNode stage =
                ok(
                        201,
                        "POST",
                        api + "/stages",
                        "{\"stageName\":\"$default\",\"autoDeploy\":true}");
        assertFalse(stage.has("deploymentId"), "there is nothing to deploy yet");
        String integration = integration(api, SERVER);
        JsonNode route = route(api, "GET /a", integration);
        assertEquals("integrations/" + integration, route.path("target").asText());
        assertEquals(SERVER, url(api, "/a"));

        ok(
                200,
                "PATCH",
                api + "/integrations/" + integration,
                "{\"integrationUri\":\"http://other.example/y\",\"timeoutInMillis\":1000}");
        assertEquals("http://other.example/y", url(api, "/a"), "its integration's change");
        assertEquals(1_000, Objects.requireNonNull(served(api, "/a")).timeoutMs());

        JsonNode renamed =
                ok(
                        200,
                        "PATCH",
                        api + "/routes/" + route.path("routeId").asText(),
                        "{\"routeKey\":\"GET /b\"}");
        assertEquals(route.path("routeId"), renamed.path("routeId"));
        assertNull(served(api, "/a"));
        assertNotNull(served(api, "/b"));

        refused(409, "ConflictException", "DELETE", api + "/integrations/" + integration, "");
        ok(204, "DELETE", api + "/routes/" + route.path("routeId").asText(), "");
        assertNull(served(api, "/b"), "the last route");
        ok(204, "DELETE", api + "/integrations/" + integration, "");
        JsonNode after = ok(200, "GET", api + "/stages/%24default", "");
        assertTrue(after.path("lastDeploymentStatusMessage").asText().startsWith("Successfully"));
        JsonNode deployment =
                ok(200, "GET", api + "/deployments/" + after.path("deploymentId").asText(), "");
        assertTrue(deployment.path("autoDeployed").asBoolean());
        assertEquals("DEPLOYED", deployment.path("deploymentStatus").asText());
    }

    @Test
    void aRouteWithoutIntegrationIsNotServed() {
        String api = api();
        ok(201, "POST", api + "/stages", "{\"stageName\":\"$default\",\"autoDeploy\":true}");
        JsonNode route = ok(201, "POST", api + "/routes", "{\"routeKey\":\"GET /a\"}");
        assertFalse(route.has("target"));
        assertNull(served(api, "/a"));
        refused(409, "ConflictException", "POST", api + "/routes", "{\"routeKey\":\"GET /a\"}");
        String target = "{\"target\":\"integrations/" + integration(api, SERVER) + "\"}";
        ok(200, "PATCH", api + "/routes/" + route.path("routeId").asText(), target);
        assertEquals(SERVER, url(api, "/a"));
    }

    @Test
    void deploymentsAreMadeAndTurnedTo() {
        String api = api();
        refused(400, "BadRequestException", "POST", api + "/deployments", "{}");
        JsonNode stage = ok(201, "POST", api + "/stages", "{\"stageName\":\"prod\"}");
        assertFalse(stage.has("deploymentId"));
        route(api, "GET /a", integration(api, SERVER));
        JsonNode first =
                ok(
                        201,
                        "POST",
                        api + "/deployments",
                        "{\"stageName\":\"prod\",\"description\":\"one\"}");
        String firstId = first.path("deploymentId").asText();
        assertFalse(first.path("autoDeployed").asBoolean());
        assertEquals(
                firstId, ok(200, "GET", api + "/stages/prod", "").path("deploymentId").asText());

        JsonNode second = ok(201, "POST", api + "/deployments", "{}");
        String secondId = second.path("deploymentId").asText();
        refused(400, "BadRequestException", "DELETE", api + "/deployments/" + firstId, "");
        ok(200, "PATCH", api + "/stages/prod", "{\"deploymentId\":\"" + secondId + "\"}");
        ok(204, "DELETE", api + "/deployments/" + firstId, "");
        refused(404, "NotFoundException", "GET", api + "/deployments/" + firstId, "");
        refused(404, "NotFoundException", "GET", api + "/deployments/none", "");
        JsonNode described =
                ok(200, "PATCH", api + "/deployments/" + secondId, "{\"description\":\"two\"}");
        assertEquals("two", described.path("description").asText());
        refused(
                404,
                "NotFoundException",
                "POST",
                api + "/deployments",
                "{\"stageName\":\"missing\"}");
        refused(409, "ConflictException", "POST", api + "/stages", "{\"stageName\":\"prod\"}");
        ok(204, "DELETE", api + "/stages/prod", "");
        refused(404, "NotFoundException", "GET", api + "/stages/prod", "");
    }

    @Test
    void quickCreationMakesRouteIntegrationAndStage() {
        JsonNode made =
                ok(
                        201,
                        "POST",
                        "/v2/apis",
                        "{\"name\":\"quick\",\"protocolType\":\"HTTP\",\"target\":\""
                                + SERVER
                                + "\"}");
        String api = "/v2/apis/" + made.path("apiId").asText();
        assertEquals(SERVER, url(api, "/anything"));
        assertEquals(
                "$default",
                ok(200, "GET", api + "/routes", "")
                        .path("items")
                        .path(0)
                        .path("routeKey")
                        .asText());
        JsonNode stage = ok(200, "GET", api + "/stages", "").path("items").path(0);
        assertTrue(stage.path("autoDeploy").asBoolean());
        assertEquals(1, ok(200, "GET", api + "/integrations", "").path("items").size());
    }

    @Test
    void integrationsThatHaveNoCounterpartAreRefused() {
        String api = api() + "/integrations";
        for (String body :
                List.of(
                        "{\"integrationType\":\"MOCK\",\"integrationUri\":\"x\"}",
                        "{\"integrationType\":\"AWS\",\"integrationUri\":\"x\"}",
                        "{\"integrationType\":\"AWS_PROXY\",\"integrationUri\":\""
                                + FUNCTION
                                + "\",\"payloadFormatVersion\":\"3.0\"}",
                        "{\"integrationType\":\"AWS_PROXY\",\"integrationSubtype\":\"SQS-SendMessage\"}",
                        "{\"integrationType\":\"AWS_PROXY\",\"integrationUri\":\"not an arn\"}",
                        "{\"integrationType\":\"HTTP_PROXY\",\"integrationUri\":\""
                                + SERVER
                                + "\"}",
                        "{\"integrationType\":\"HTTP_PROXY\",\"integrationMethod\":\"ANY\","
                                + "\"integrationUri\":\"ftp://a\"}",
                        "{\"integrationType\":\"HTTP_PROXY\",\"integrationMethod\":\"ANY\","
                                + "\"integrationUri\":\""
                                + SERVER
                                + "\",\"connectionType\":\"VPC_LINK\"}",
                        "{\"integrationType\":\"HTTP_PROXY\",\"integrationMethod\":\"ANY\","
                                + "\"integrationUri\":\""
                                + SERVER
                                + "\",\"requestParameters\":{\"append:header.host\":\"b\"}}",
                        "{\"integrationType\":\"HTTP_PROXY\",\"integrationMethod\":\"ANY\","
                                + "\"integrationUri\":\""
                                + SERVER
                                + "\",\"requestParameters\":{\"append:header.a\":\"$request.body.x\"}}",
                        "{\"integrationType\":\"AWS_PROXY\",\"integrationUri\":\""
                                + FUNCTION
                                + "\",\"timeoutInMillis\":40000}")) {
            refused(400, "BadRequestException", "POST", api, body);
        }
    }

    @Test
    void anIntegrationSaysWhatIsChangedOfRequestsAndAnswers() {
        String api = api();
        ok(201, "POST", api + "/stages", "{\"stageName\":\"$default\",\"autoDeploy\":true}");
        JsonNode made =
                ok(
                        201,
                        "POST",
                        api + "/integrations",
                        """
                        {"integrationType":"HTTP_PROXY","integrationMethod":"ANY",
                         "integrationUri":"http://backend.example/x",
                         "requestParameters":{"overwrite:header.a":"$request.querystring.a",
                             "remove:querystring.b":"''"},
                         "responseParameters":{"404":{"overwrite:statuscode":"200"},
                             "503":{"append:header.c":"d"}}}
                        """);
        String integration = made.path("integrationId").asText();
        assertEquals("''", made.path("requestParameters").path("remove:querystring.b").asText());
        route(api, "GET /a", integration);
        JsonNode served = DefinitionJson.write(Objects.requireNonNull(served(api, "/a")));
        assertEquals(made.path("requestParameters"), served.path("requestParameters"));
        assertEquals(made.path("responseParameters"), served.path("responseParameters"));

        JsonNode changed =
                ok(
                        200,
                        "PATCH",
                        api + "/integrations/" + integration,
                        """
                        {"requestParameters":{"overwrite:header.a":"",
                             "append:header.e":"$stageVariables.e"},
                         "responseParameters":{"503":{}}}
                        """);
        assertEquals(
                Json.parse(
                        """
                        {"remove:querystring.b":"''","append:header.e":"$stageVariables.e"}
                        """),
                changed.path("requestParameters"));
        assertEquals(
                Json.parse("{\"404\":{\"overwrite:statuscode\":\"200\"}}"),
                changed.path("responseParameters"));
        JsonNode after = DefinitionJson.write(Objects.requireNonNull(served(api, "/a")));
        assertEquals(changed.path("requestParameters"), after.path("requestParameters"));
        String values = "{\"requestParameters\":{\"overwrite:path\":\"/x/$request.path.id\"}}";
        ok(200, "PATCH", api + "/integrations/" + integration, values);
        refused(
                400,
                "BadRequestException",
                "PATCH",
                api + "/integrations/" + integration,
                "{\"requestParameters\":{\"overwrite:path\":\"$request.path.id\"}}");
    }

    @Test
    void aStageHasVariablesAndRates() {
        String api = api();
        ok(
                201,
                "POST",
                api + "/stages",
                """
                {"stageName":"$default","autoDeploy":true,"stageVariables":{"host":"one.example"},
                 "defaultRouteSettings":{"throttlingRateLimit":2.5}}
                """);
        route(api, "GET /a", integration(api, "http://${stageVariables.host}/x"));
        assertEquals("http://one.example/x", url(api, "/a"));
        JsonNode changed =
                ok(
                        200,
                        "PATCH",
                        api + "/stages/$default",
                        """
                        {"stageVariables":{"host":"two.example:81","more":"x"},
                         "defaultRouteSettings":{"throttlingBurstLimit":7},
                         "routeSettings":{"GET /a":{"throttlingRateLimit":1,"throttlingBurstLimit":2}}}
                        """);
        assertEquals("http://two.example:81/x", url(api, "/a"));
        assertEquals("x", changed.path("stageVariables").path("more").asText());
        JsonNode usual = changed.path("defaultRouteSettings");
        assertEquals(2.5, usual.path("throttlingRateLimit").asDouble());
        assertEquals(7, usual.path("throttlingBurstLimit").asInt());
        StageSettings settings = settings(api);
        assertEquals(new Rate(1, 2), settings.rate(RouteKey.parse("GET /a")));
        assertEquals(new Rate(2.5, 7), settings.rate(RouteKey.parse("GET /b")));

        ok(204, "DELETE", api + "/stages/$default/routesettings/GET%20%2Fa", "");
        assertEquals(new Rate(2.5, 7), settings(api).rate(RouteKey.parse("GET /a")));
        ok(200, "PATCH", api + "/stages/$default", "{\"stageVariables\":{\"host\":\"\"}}");
        assertEquals("http://${stageVariables.host}/x", url(api, "/a"), "it has no host now");
        for (String wrong :
                List.of(
                        "{\"stageVariables\":{\"a b\":\"c\"}}",
                        "{\"stageVariables\":{\"a\":\"b{c}\"}}",
                        "{\"defaultRouteSettings\":{\"throttlingRateLimit\":0}}",
                        "{\"defaultRouteSettings\":{\"loggingLevel\":\"INFO\"}}",
                        "{\"routeSettings\":{\"GET /a\":{\"throttlingBurstLimit\":1}}}")) {
            refused(400, "BadRequestException", "PATCH", api + "/stages/$default", wrong);
        }
        refused(
                404,
                "NotFoundException",
                "PATCH",
                api + "/stages/$default",
                "{\"routeSettings\":{\"GET /none\":{\"throttlingRateLimit\":1}}}");
        refused(
                404,
                "NotFoundException",
                "DELETE",
                api + "/stages/$default/routesettings/GET%20%2Fa",
                "");
    }

    private StageSettings settings(String api) {
        String id = api.substring("/v2/apis/".length());
        return Objects.requireNonNull(apis.catalog().find(id).orElseThrow().stage("$default"))
                .settings();
    }

    @Test
    void aFunctionIsNamedByItsArn() {
        String api = api();
        JsonNode made =
                ok(
                        201,
                        "POST",
                        api + "/integrations",
                        "{\"integrationType\":\"AWS_PROXY\",\"payloadFormatVersion\":\"2.0\","
                                + "\"integrationUri\":\""
                                + FUNCTION
                                + ":live\"}");
        assertEquals(FUNCTION + ":live", made.path("integrationUri").asText());
        assertEquals("POST", made.path("integrationMethod").asText());
        assertEquals("2.0", made.path("payloadFormatVersion").asText());
        assertEquals(30_000, made.path("timeoutInMillis").asInt());
        ok(201, "POST", api + "/stages", "{\"stageName\":\"$default\",\"autoDeploy\":true}");
        route(api, "ANY /{proxy+}", made.path("integrationId").asText());
        var backend = (Backend.Function) Objects.requireNonNull(served(api, "/x")).backend();
        assertEquals("hello:live", backend.function());
        assertEquals(Backend.Payload.VERSION_2, backend.payload());
    }

    @Test
    void authorizersAreMadeUsedAndRemoved() {
        String api = api();
        String integration = integration(api, SERVER);
        JsonNode jwt =
                ok(
                        201,
                        "POST",
                        api + "/authorizers",
                        """
                        {"authorizerType":"JWT","name":"oidc",
                         "identitySource":["$request.header.Authorization"],
                         "jwtConfiguration":{"issuer":"https://id.example","audience":["me"]}}
                        """);
        String jwtId = jwt.path("authorizerId").asText();
        JsonNode request =
                ok(
                        201,
                        "POST",
                        api + "/authorizers",
                        """
                        {"authorizerType":"REQUEST","name":"judge","enableSimpleResponses":true,
                         "authorizerPayloadFormatVersion":"2.0","authorizerResultTtlInSeconds":9,
                         "identitySource":["$request.header.X-Who","$request.querystring.who"],
                         "authorizerUri":"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/%s/invocations"}
                        """
                                .formatted(FUNCTION));
        assertEquals(9, request.path("authorizerResultTtlInSeconds").asInt());
        assertTrue(request.path("authorizerUri").asText().contains(FUNCTION), request.toString());
        assertEquals(2, request.path("identitySource").size());
        assertEquals(2, ok(200, "GET", api + "/authorizers", "").path("items").size());

        JsonNode route =
                ok(
                        201,
                        "POST",
                        api + "/routes",
                        """
                        {"routeKey":"GET /a","target":"integrations/%s","authorizationType":"JWT",
                         "authorizerId":"%s","authorizationScopes":["read"]}
                        """
                                .formatted(integration, jwtId));
        assertEquals("JWT", route.path("authorizationType").asText());
        assertEquals(jwtId, route.path("authorizerId").asText());
        assertEquals("read", route.path("authorizationScopes").path(0).asText());
        refused(409, "ConflictException", "DELETE", api + "/authorizers/" + jwtId, "");
        String routePath = api + "/routes/" + route.path("routeId").asText();
        refused(
                400,
                "BadRequestException",
                "PATCH",
                routePath,
                "{\"authorizationType\":\"CUSTOM\"}");
        JsonNode opened = ok(200, "PATCH", routePath, "{\"authorizationType\":\"NONE\"}");
        assertEquals("NONE", opened.path("authorizationType").asText());
        JsonNode renamed = ok(200, "PATCH", api + "/authorizers/" + jwtId, "{\"name\":\"issuer\"}");
        assertEquals(jwtId, renamed.path("authorizerId").asText());
        assertEquals("issuer", renamed.path("name").asText());
        ok(204, "DELETE", api + "/authorizers/" + jwtId, "");
        refused(404, "NotFoundException", "GET", api + "/authorizers/" + jwtId, "");
        refused(
                404,
                "NotFoundException",
                "PATCH",
                routePath,
                "{\"authorizationType\":\"JWT\",\"authorizerId\":\"none\"}");
    }

    @Test
    void whatCommandsMadeHasIdsToo() {
        String api = api();
        String id = api.substring("/v2/apis/".length());
        apis.putRoute(
                ACCOUNT,
                id,
                DefinitionJson.route(
                        Json.parse(
                                "{\"route\":\"GET /a\",\"backend\":{\"http\":\""
                                        + SERVER
                                        + "\"}}")));
        JsonNode route = ok(200, "GET", api + "/routes", "").path("items").path(0);
        String target = route.path("target").asText();
        String integration = api + "/" + target;
        assertEquals(SERVER, ok(200, "GET", integration, "").path("integrationUri").asText());
        ok(200, "PATCH", integration, "{\"integrationUri\":\"http://new.example/\"}");
        assertEquals(
                target,
                ok(200, "GET", api + "/routes", "").path("items").path(0).path("target").asText());
        var backend = (Backend.Http) apis.routes(ACCOUNT, id).getFirst().backend();
        assertEquals("http://new.example/", backend.url());
        refused(409, "ConflictException", "DELETE", integration, "");
    }

    @Test
    void webSocketApisHaveRoutesOfTheirOwn() {
        refused(
                400,
                "BadRequestException",
                "POST",
                "/v2/apis",
                "{\"name\":\"chat\",\"protocolType\":\"WEBSOCKET\"}");
        JsonNode made =
                ok(
                        201,
                        "POST",
                        "/v2/apis",
                        "{\"name\":\"chat\",\"protocolType\":\"WEBSOCKET\","
                                + "\"routeSelectionExpression\":\"$request.body.action\"}");
        assertEquals("WEBSOCKET", made.path("protocolType").asText());
        assertEquals("$request.body.action", made.path("routeSelectionExpression").asText());
        String api = "/v2/apis/" + made.path("apiId").asText();
        String function =
                ok(
                                201,
                                "POST",
                                api + "/integrations",
                                "{\"integrationType\":\"AWS_PROXY\",\"integrationUri\":\""
                                        + FUNCTION
                                        + "\"}")
                        .path("integrationId")
                        .asText();
        route(api, "$connect", function);
        JsonNode route =
                ok(
                        201,
                        "POST",
                        api + "/routes",
                        "{\"routeKey\":\"send\",\"target\":\"integrations/"
                                + function
                                + "\",\"routeResponseSelectionExpression\":\"$default\"}");
        assertEquals("$default", route.path("routeResponseSelectionExpression").asText());
        refused(400, "BadRequestException", "POST", api + "/routes", "{\"routeKey\":\"GET /a\"}");
        refused(
                400,
                "BadRequestException",
                "POST",
                api + "/routes",
                "{\"routeKey\":\"other\",\"target\":\"integrations/"
                        + integration(api, SERVER)
                        + "\"}");
        ok(201, "POST", api + "/stages", "{\"stageName\":\"prod\",\"autoDeploy\":true}");
        String id = made.path("apiId").asText();
        ServedStage stage =
                Objects.requireNonNull(apis.catalog().find(id).orElseThrow().stage("prod"));
        Route send = Objects.requireNonNull(stage.main().router().action("send"));
        assertTrue(send.replies());
        assertNotNull(stage.main().router().action("$connect"));
        assertNull(stage.main().router().action("$default"));
    }

    @Test
    void apisAndStagesHaveTags() {
        String api = api();
        ok(201, "POST", api + "/stages", "{\"stageName\":\"prod\",\"tags\":{\"a\":\"1\"}}");
        String arn =
                "/v2/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A"
                        + api.substring(3).replace("/", "%2F");
        ok(201, "POST", arn, "{\"tags\":{\"k\":\"v\",\"l\":\"w\"}}");
        ok(204, "DELETE", arn + "?tagKeys=l", "");
        assertEquals("{\"tags\":{\"k\":\"v\"}}", ok(200, "GET", arn, "").toString());
        assertEquals("v", ok(200, "GET", api, "").path("tags").path("k").asText());
        assertEquals(
                "{\"tags\":{\"a\":\"1\"}}",
                ok(200, "GET", arn + "%2Fstages%2Fprod", "").toString());
        refused(404, "NotFoundException", "GET", "/v2/tags/arn%3Aaws%3As3%3A%3A%3Ab", "");
    }

    @Test
    void policiesRule() {
        accounts.bootstrap();
        String account = accounts.create("tenant").account().accountId();
        Principal owner = root(account);
        String api = "/v2/apis/" + call(owner, "POST", "/v2/apis", API).path("apiId").asText();
        accounts.createUser(account, "reader");
        accounts.putPolicy(
                account,
                "reader",
                "only",
                """
                {"Version":"2012-10-17","Statement":[
                 {"Effect":"Allow","Action":["apigateway:GET","apigateway:POST"],
                  "Resource":"arn:aws:apigateway:us-east-1::%s*"}]}
                """
                        .formatted(api.substring(3)));
        var reader =
                new Principal(
                        account,
                        accounts.createKey(account, "reader").accessKeyId(),
                        "arn:aws:iam::" + account + ":user/reader",
                        "AIDAREADER");
        assertEquals("pets", call(reader, "GET", api, "").path("name").asText());
        assertDenied(reader, "GET", "/v2/apis", "");
        assertDenied(reader, "DELETE", api, "");
        String function = "arn:aws:lambda:us-east-1:" + account + ":function:hello";
        assertDenied(
                reader,
                "POST",
                api + "/integrations",
                "{\"integrationType\":\"AWS_PROXY\",\"integrationUri\":\"" + function + "\"}");
        var other = send(root("999999999999"), "GET", api, "");
        assertEquals(404, other.status(), "another account's");
    }

    private static final String API = "{\"name\":\"pets\",\"protocolType\":\"HTTP\"}";

    private void assertDenied(Principal principal, String method, String path, String body) {
        RecordedResponse answer = send(principal, method, path, body);
        assertEquals(403, answer.status(), answer.text());
        assertEquals("AccessDeniedException", answer.headers().get("x-amzn-ErrorType"));
    }

    /** The path of a new API. */
    private String api() {
        return "/v2/apis/" + ok(201, "POST", "/v2/apis", API).path("apiId").asText();
    }

    private String integration(String api, String uri) {
        return ok(
                        201,
                        "POST",
                        api + "/integrations",
                        "{\"integrationType\":\"HTTP_PROXY\",\"integrationMethod\":\"ANY\","
                                + "\"integrationUri\":\""
                                + uri
                                + "\"}")
                .path("integrationId")
                .asText();
    }

    private JsonNode route(String api, String key, String integration) {
        return ok(
                201,
                "POST",
                api + "/routes",
                "{\"routeKey\":\"" + key + "\",\"target\":\"integrations/" + integration + "\"}");
    }

    private String url(String api, String path) {
        return ((Backend.Http) Objects.requireNonNull(served(api, path)).backend()).url();
    }

    /** The route that the stage {@code $default} has for a path. */
    private @Nullable Route served(String api, String path) {
        String id = api.substring("/v2/apis/".length());
        ServedStage stage = apis.catalog().find(id).orElseThrow().stage("$default");
        if (stage == null) {
            return null;
        }
        Router.Found found = stage.main().router().find("GET", List.of(path.substring(1)));
        return found instanceof Router.Match match ? match.route() : null;
    }
}
