package dev.glis.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.lambda.LambdaClient;

/** Whom an API's authorizers let in: holders of tokens, and those that a function knows. */
final class ApiAuthorizersIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** Tells how often it was asked, as part of what it says. */
    private static final String AUTHORIZER =
            """
            let asked = 0;
            exports.handler = async (event) => {
              asked++;
              const token = event.identitySource[0];
              if (token === 'policy') {
                return { principalId: 'paul', context: { asked }, policyDocument: {
                  Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke',
                  Effect: 'Allow', Resource: event.routeArn }] } };
              }
              if (token === 'denied') {
                return { principalId: 'd', policyDocument: { Version: '2012-10-17',
                  Statement: { Action: '*', Effect: 'Deny', Resource: '*' } } };
              }
              if (token === 'odd') return { yes: true };
              if (token === 'throw') throw new Error('no');
              return { isAuthorized: token === 'friend', context: { asked, type: event.type } };
            };
            """;

    private static TokenIssuer issuer;
    private static GlisServer server;
    private static Command glis;

    @BeforeAll
    static void start() throws Exception {
        issuer = new TokenIssuer();
        issuer.addKey("first");
        server = GlisServer.fresh("--private-backends", issuer.hostAndPort());
        glis = new Command(server);
        try (LambdaClient lambda = server.lambda()) {
            NodeFunctions.create(lambda, "echo", "exports.handler = async (event) => event;");
            NodeFunctions.create(lambda, "judge", AUTHORIZER);
        }
        makeApis();
    }

    private static void makeApis() throws IOException, InterruptedException {
        glis("api", "create", "tokens");
        glis(
                "api",
                "authorizer",
                "tokens",
                "oidc",
                "--issuer",
                issuer.issuer(),
                "--audience",
                "me");
        glis("api", "route", "tokens", "GET /a", "--function", "echo", "--authorizer", "oidc");
        glis(
                "api",
                "route",
                "tokens",
                "GET /scoped",
                "--function",
                "echo",
                "--authorizer",
                "oidc",
                "--scopes",
                "read,write");
        glis("api", "deploy", "tokens");
        glis("api", "create", "judged");
        glis("api", "authorizer", "judged", "judge", "--function", "judge");
        glis("api", "route", "judged", "GET /{x}", "--function", "echo", "--authorizer", "judge");
        glis("api", "deploy", "judged");
    }

    @AfterAll
    static void stop() {
        server.close();
        issuer.close();
    }

    @Test
    void aTokenOfTheIssuerLetsItsHolderIn() throws Exception {
        String token = issuer.token("first", "me", claims -> claims.put("scope", "read other"));
        HttpResponse<String> answer = get("tokens", "/a", "Bearer " + token);
        assertEquals(200, answer.statusCode(), answer.body());
        JsonNode jwt = jwt(answer);
        assertEquals("somebody", jwt.path("claims").path("sub").asText());
        assertTrue(jwt.path("scopes").isNull());

        JsonNode scoped = jwt(get("tokens", "/scoped", "Bearer " + token));
        assertEquals("[\"read\"]", scoped.path("scopes").toString());
    }

    private static JsonNode jwt(HttpResponse<String> answer) throws IOException {
        return JSON.readTree(answer.body()).path("requestContext").path("authorizer").path("jwt");
    }

    @Test
    void noOtherTokenDoes() throws Exception {
        long now = Instant.now().getEpochSecond();
        assertRefused(401, "token-missing", "/a", "");
        assertRefused(401, "token-missing", "/a", "Basic YTpi");
        assertRefused(401, "token-invalid", "/a", "Bearer rubbish");
        assertRefused(401, "token-invalid", "/a", "Bearer " + issuer.unsignedToken("me"));
        assertRefused(401, "token-invalid", "/a", "Bearer " + issuer.confusedToken("first", "me"));
        String good = issuer.token("first", "me", claims -> {});
        char last = good.charAt(good.length() - 5);
        String forged = good.substring(0, good.length() - 5) + (last == 'A' ? 'B' : 'A') + "AAAA";
        assertRefused(401, "token-invalid", "/a", "Bearer " + forged);
        assertInvalid(issuer.token("first", "you", claims -> {}));
        assertInvalid(issuer.token("first", "me", claims -> claims.put("exp", now - 120)));
        assertInvalid(issuer.token("first", "me", claims -> claims.remove("exp")));
        assertInvalid(issuer.token("first", "me", claims -> claims.put("nbf", now + 120)));
        assertInvalid(issuer.token("first", "me", claims -> claims.put("iss", "http://other")));
        assertRefused(403, "token-scope", "/scoped", "Bearer " + good);
    }

    private static void assertInvalid(String token) throws Exception {
        assertRefused(401, "token-invalid", "/a", "Bearer " + token);
    }

    private static void assertRefused(int status, String code, String path, String authorization)
            throws Exception {
        HttpResponse<String> answer = get("tokens", path, authorization);
        assertEquals(status, answer.statusCode(), answer.body());
        assertEquals(code, JSON.readTree(answer.body()).path("code").asText());
        assertTrue(answer.headers().firstValue("WWW-Authenticate").orElse("").startsWith("Bearer"));
    }

    @Test
    void aNewKeyOfTheIssuerIsFound() throws Exception {
        assertEquals(200, get("tokens", "/a", bearer("first")).statusCode());
        issuer.addKey("second");
        int known =
                Eventually.holds(
                        () -> get("tokens", "/a", bearer("second")).statusCode(),
                        status -> status == 200);
        assertEquals(200, known);
    }

    private static String bearer(String keyId) {
        return "Bearer " + issuer.token(keyId, "me", claims -> {});
    }

    @Test
    void aFunctionDecides() throws Exception {
        HttpResponse<String> friend = get("judged", "/one", "friend");
        assertEquals(200, friend.statusCode(), friend.body());
        assertEquals("REQUEST", context(friend).path("type").asText());
        assertEquals(
                context(friend), context(get("judged", "/two", "friend")), "asked once for both");
        JsonNode policy = context(get("judged", "/one", "policy"));
        assertNotEquals(context(friend).path("asked"), policy.path("asked"));
        assertEquals(403, get("judged", "/two", "policy").statusCode(), "for /one only");
        assertEquals(403, get("judged", "/one", "stranger").statusCode());
        assertEquals(403, get("judged", "/one", "denied").statusCode());
        assertEquals(401, get("judged", "/one", "").statusCode());
        assertEquals(500, get("judged", "/one", "odd").statusCode());
        assertEquals(500, get("judged", "/one", "throw").statusCode());
    }

    private static JsonNode context(HttpResponse<String> answer) throws IOException {
        return JSON.readTree(answer.body())
                .path("requestContext")
                .path("authorizer")
                .path("lambda");
    }

    @Test
    void anApiThatNamesAnAuthorizerItLacksIsNotDeployed() throws Exception {
        glis("api", "create", "lacking");
        glis("api", "route", "lacking", "GET /", "--mock", "200", "--authorizer", "nobody");
        Command.Result refused = glis.run("api", "deploy", "lacking");
        assertEquals(1, refused.status());
        assertTrue(refused.errors().contains("'nobody'"), refused.errors());
    }

    private static void glis(String... words) throws IOException, InterruptedException {
        glis.run(words).succeeded();
    }

    private static HttpResponse<String> get(String api, String path, String authorization)
            throws IOException, InterruptedException {
        URI uri = URI.create(server.gateway() + "/_apis/" + api + "/$default" + path);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }
}
