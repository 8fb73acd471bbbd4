package dev.glis.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.apigatewayv2.ApiGatewayV2Client;
import software.amazon.awssdk.services.apigatewayv2.model.AuthorizationType;
import software.amazon.awssdk.services.apigatewayv2.model.AuthorizerType;
import software.amazon.awssdk.services.apigatewayv2.model.BadRequestException;
import software.amazon.awssdk.services.apigatewayv2.model.ConflictException;
import software.amazon.awssdk.services.apigatewayv2.model.CreateApiResponse;
import software.amazon.awssdk.services.apigatewayv2.model.ImportApiResponse;
import software.amazon.awssdk.services.apigatewayv2.model.IntegrationType;
import software.amazon.awssdk.services.apigatewayv2.model.NotFoundException;
import software.amazon.awssdk.services.apigatewayv2.model.ProtocolType;
import software.amazon.awssdk.services.apigatewayv2.model.RouteSettings;
import software.amazon.awssdk.services.lambda.LambdaClient;

/** APIs that AWS's SDK makes, called through HTTP. */
final class ApiGatewayV2IT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static final String ECHO =
            "exports.handler = async (e) => ({ statusCode: 200, body: JSON.stringify(e) });";

    private static TokenIssuer issuer;
    private static GlisServer server;
    private static ApiGatewayV2Client gateway;
    private static String function;

    @BeforeAll
    static void start() {
        issuer = new TokenIssuer();
        issuer.addKey("first");
        server = GlisServer.fresh("--private-backends", issuer.hostAndPort());
        gateway = client();
        try (LambdaClient lambda = server.lambda()) {
            NodeFunctions.create(lambda, "echo", ECHO);
            function =
                    lambda.getFunction(request -> request.functionName("echo"))
                            .configuration()
                            .functionArn();
        }
    }

    private static ApiGatewayV2Client client() {
        return ApiGatewayV2Client.builder()
                .endpointOverride(server.endpoint())
                .region(Region.US_EAST_1)
                .credentialsProvider(server.credentials())
                .httpClientBuilder(ApacheHttpClient.builder())
                .overrideConfiguration(settings -> settings.retryStrategy(r -> r.maxAttempts(1)))
                .build();
    }

    @AfterAll
    static void stop() {
        gateway.close();
        server.close();
        issuer.close();
    }

    @Test
    void anApiOfPartsServesAndOutlivesItsServer() throws Exception {
        String apiId =
                gateway.createApi(
                                api ->
                                        api.name("Orders")
                                                .protocolType(ProtocolType.HTTP)
                                                .corsConfiguration(
                                                        cors ->
                                                                cors.allowOrigins(
                                                                                "https://a.example")
                                                                        .allowMethods("GET")))
                        .apiId();
        String integration =
                gateway.createIntegration(
                                of ->
                                        of.apiId(apiId)
                                                .integrationType(IntegrationType.AWS_PROXY)
                                                .integrationUri(function)
                                                .payloadFormatVersion("2.0"))
                        .integrationId();
        String authorizer =
                gateway.createAuthorizer(
                                of ->
                                        of.apiId(apiId)
                                                .name("oidc")
                                                .authorizerType(AuthorizerType.JWT)
                                                .identitySource("$request.header.Authorization")
                                                .jwtConfiguration(
                                                        jwt ->
                                                                jwt.issuer(issuer.issuer())
                                                                        .audience("me")))
                        .authorizerId();
        gateway.createStage(of -> of.apiId(apiId).stageName("prod").autoDeploy(true));
        String route =
                gateway.createRoute(
                                of ->
                                        of.apiId(apiId)
                                                .routeKey("GET /orders/{id}")
                                                .target("integrations/" + integration)
                                                .authorizationType(AuthorizationType.JWT)
                                                .authorizerId(authorizer))
                        .routeId();
        gateway.createRoute(
                of ->
                        of.apiId(apiId)
                                .routeKey("ANY /{proxy+}")
                                .target("integrations/" + integration));

        assertEquals(401, get(apiId, "/prod/orders/7", "").statusCode());
        String token = issuer.token("first", "me", _ -> {});
        JsonNode event = JSON.readTree(get(apiId, "/prod/orders/7?a=b", token).body());
        assertEquals("2.0", event.path("version").asText());
        assertEquals("GET /orders/{id}", event.path("routeKey").asText());
        assertEquals("/prod/orders/7", event.path("rawPath").asText());
        assertEquals("7", event.path("pathParameters").path("id").asText());
        assertEquals("prod", event.path("requestContext").path("stage").asText());
        assertEquals(apiId, event.path("requestContext").path("apiId").asText());
        JsonNode proxied = JSON.readTree(get(apiId, "/prod/x/y", "").body());
        assertEquals("x/y", proxied.path("pathParameters").path("proxy").asText());

        server.kill();
        server.start();
        gateway.close();
        gateway = client();
        assertEquals(200, get(apiId, "/prod/orders/8", token).statusCode());
        assertEquals("Orders", gateway.getApi(of -> of.apiId(apiId)).name());
        assertEquals(2, gateway.getRoutes(of -> of.apiId(apiId)).items().size());
        assertEquals(
                integration,
                gateway.getIntegrations(of -> of.apiId(apiId)).items().getFirst().integrationId());

        gateway.updateIntegration(
                of -> of.apiId(apiId).integrationId(integration).payloadFormatVersion("1.0"));
        JsonNode old = JSON.readTree(get(apiId, "/prod/orders/9", token).body());
        assertEquals("1.0", old.path("version").asText());
        gateway.deleteRoute(of -> of.apiId(apiId).routeId(route));
        JsonNode other = JSON.readTree(get(apiId, "/prod/orders/9", "").body());
        assertEquals("/{proxy+}", other.path("resource").asText(), "the route that is left");
        gateway.deleteAuthorizer(of -> of.apiId(apiId).authorizerId(authorizer));
        gateway.deleteStage(of -> of.apiId(apiId).stageName("prod"));
        assertEquals(404, get(apiId, "/prod/orders/9", "").statusCode());
        gateway.deleteApi(of -> of.apiId(apiId));
        assertThrows(NotFoundException.class, () -> gateway.getApi(of -> of.apiId(apiId)));
    }

    @Test
    void oneCallMakesAnApiThatServes() throws Exception {
        CreateApiResponse made =
                gateway.createApi(
                        of ->
                                of.name("quick")
                                        .protocolType(ProtocolType.HTTP)
                                        .target(function)
                                        .tags(Map.of("team", "a")));
        URI endpoint = URI.create(made.apiEndpoint());
        assertTrue(endpoint.getHost().startsWith(made.apiId() + "."), endpoint.toString());
        JsonNode event = JSON.readTree(get(made.apiId(), "/any/thing", "").body());
        assertEquals("$default", event.path("routeKey").asText());
        assertEquals("/any/thing", event.path("rawPath").asText());
        String arn = "arn:aws:apigateway:us-east-1::/apis/" + made.apiId();
        gateway.tagResource(of -> of.resourceArn(arn).tags(Map.of("more", "b")));
        gateway.untagResource(of -> of.resourceArn(arn).tagKeys("team"));
        assertEquals(Map.of("more", "b"), gateway.getTags(of -> of.resourceArn(arn)).tags());
        var listed = gateway.getApis(of -> of.maxResults("1"));
        assertEquals(1, listed.items().size());
    }

    @Test
    void aStageHasVariablesAndRatesAndAnIntegrationChangesWhatPasses() throws Exception {
        String apiId =
                gateway.createApi(of -> of.name("staged").protocolType(ProtocolType.HTTP)).apiId();
        gateway.createStage(
                of ->
                        of.apiId(apiId)
                                .stageName("prod")
                                .autoDeploy(true)
                                .stageVariables(Map.of("fn", "echo", "word", "blue")));
        String template =
                gateway.createIntegration(
                                of ->
                                        of.apiId(apiId)
                                                .integrationType(IntegrationType.AWS_PROXY)
                                                .integrationUri(
                                                        function.replace(
                                                                ":echo", ":${stageVariables.fn}"))
                                                .payloadFormatVersion("2.0")
                                                .requestParameters(
                                                        Map.of(
                                                                "append:header.word",
                                                                "$stageVariables.word",
                                                                "overwrite:header.who",
                                                                "$request.querystring.who",
                                                                "remove:querystring.who",
                                                                "''",
                                                                "append:querystring.stage",
                                                                "$context.stage"))
                                                .responseParameters(
                                                        Map.of(
                                                                "200",
                                                                Map.of(
                                                                        "overwrite:statuscode",
                                                                        "203",
                                                                        "append:header.told",
                                                                        "plain"))))
                        .integrationId();
        for (String key : List.of("GET /v2", "GET /slow")) {
            gateway.createRoute(
                    of -> of.apiId(apiId).routeKey(key).target("integrations/" + template));
        }
        HttpResponse<String> answer = get(apiId, "/prod/v2?who=me&a=b", "");
        assertEquals(203, answer.statusCode(), answer.body());
        assertEquals("plain", answer.headers().firstValue("told").orElse(""));
        JsonNode event = JSON.readTree(answer.body());
        assertEquals("blue", event.path("stageVariables").path("word").asText());
        assertEquals("blue", event.path("headers").path("word").asText());
        assertEquals("me", event.path("headers").path("who").asText());
        assertEquals("a=b&stage=prod", event.path("rawQueryString").asText());

        gateway.updateStage(
                of ->
                        of.apiId(apiId)
                                .stageName("prod")
                                .stageVariables(Map.of("word", "red"))
                                .routeSettings(
                                        Map.of(
                                                "GET /slow",
                                                RouteSettings.builder()
                                                        .throttlingRateLimit(0.001)
                                                        .throttlingBurstLimit(1)
                                                        .build())));
        gateway.updateIntegration(
                of -> of.apiId(apiId).integrationId(template).payloadFormatVersion("1.0"));
        server.kill();
        server.start();
        gateway.close();
        gateway = client();
        JsonNode old = JSON.readTree(get(apiId, "/prod/v2", "").body());
        assertEquals("1.0", old.path("version").asText());
        assertEquals("red", old.path("stageVariables").path("word").asText());
        assertEquals(203, get(apiId, "/prod/slow", "").statusCode());
        HttpResponse<String> throttled = get(apiId, "/prod/slow", "");
        assertEquals(429, throttled.statusCode(), "rate and burst of this route are used up");
        assertTrue(throttled.headers().firstValue("Retry-After").isPresent());
        assertEquals(203, get(apiId, "/prod/v2", "").statusCode(), "other routes have none");
        gateway.updateStage(
                of -> of.apiId(apiId).stageName("prod").stageVariables(Map.of("fn", "missing")));
        assertEquals(500, get(apiId, "/prod/v2", "").statusCode());
        gateway.updateStage(
                of -> of.apiId(apiId).stageName("prod").stageVariables(Map.of("fn", "")));
        assertEquals(500, get(apiId, "/prod/v2", "").statusCode(), "nothing names the function");
    }

    @Test
    void aDocumentBecomesAnApiAndAnApiADocument() throws Exception {
        String document =
                """
                openapi: 3.0.1
                info: {title: Imported, version: "1"}
                paths:
                  /things/{id}:
                    get:
                      x-amazon-apigateway-integration:
                        type: aws_proxy
                        payloadFormatVersion: "2.0"
                        uri: FUNCTION
                        requestParameters: {"append:header.id": "$request.path.id"}
                  /later:
                    get: {}
                """
                        .replace("FUNCTION", function);
        assertThrows(
                BadRequestException.class,
                () -> gateway.importApi(of -> of.body(document).failOnWarnings(true)));
        ImportApiResponse made = gateway.importApi(of -> of.body(document));
        assertEquals(1, made.warnings().size(), made.warnings().toString());
        String apiId = made.apiId();
        gateway.createStage(of -> of.apiId(apiId).stageName("prod").autoDeploy(true));
        JsonNode event = JSON.readTree(get(apiId, "/prod/things/7", "").body());
        assertEquals("7", event.path("headers").path("id").asText());
        String yaml =
                gateway.exportApi(
                                of ->
                                        of.apiId(apiId)
                                                .specification("OAS30")
                                                .outputType("YAML")
                                                .stageName("prod"))
                        .body()
                        .asUtf8String();
        assertTrue(yaml.contains("x-amazon-apigateway-integration:"), yaml);

        gateway.reimportApi(of -> of.apiId(apiId).body(yaml.replace("/things/", "/others/")));
        server.kill();
        server.start();
        gateway.close();
        gateway = client();
        assertEquals(404, get(apiId, "/prod/things/7", "").statusCode());
        assertEquals(200, get(apiId, "/prod/others/7", "").statusCode());
        assertEquals(1, gateway.getRoutes(of -> of.apiId(apiId)).items().size());
        BadRequestException refused =
                assertThrows(
                        BadRequestException.class,
                        () ->
                                gateway.importApi(
                                        of -> of.body(document.replace("aws_proxy", "mock"))));
        assertTrue(String.valueOf(refused.getMessage()).contains("line 6"), refused.toString());
    }

    @Test
    void whatIsWrongIsSaidAsAwsSaysIt() {
        String apiId =
                gateway.createApi(of -> of.name("wrong").protocolType(ProtocolType.HTTP)).apiId();
        gateway.createRoute(of -> of.apiId(apiId).routeKey("GET /a"));
        assertThrows(
                ConflictException.class,
                () -> gateway.createRoute(of -> of.apiId(apiId).routeKey("GET /a")));
        assertThrows(
                BadRequestException.class,
                () -> gateway.createRoute(of -> of.apiId(apiId).routeKey("nonsense")));
        assertThrows(
                NotFoundException.class,
                () -> gateway.getRoute(of -> of.apiId(apiId).routeId("none")));
        BadRequestException refused =
                assertThrows(
                        BadRequestException.class,
                        () -> gateway.createVpcLink(of -> of.name("v").subnetIds("s")));
        assertTrue(String.valueOf(refused.getMessage()).contains("no VPCs"), refused.toString());
    }

    private static HttpResponse<String> get(String apiId, String path, String token)
            throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(
                        URI.create(server.gateway() + "/_apis/" + apiId + stageAndPath(path)));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    /** Behind {@code /_apis/ID} a path names its stage. */
    private static String stageAndPath(String path) {
        return path.startsWith("/prod/") ? path : "/$default" + path;
    }
}
