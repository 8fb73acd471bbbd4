package dev.glis.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.lambda.LambdaClient;

/** Requests and answers that the gateway changes, and answers that it keeps. */
final class ApiAnswersIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static HttpBackend echo;
    private static CountingBackend counting;
    private static GlisServer server;
    private static Command glis;

    @BeforeAll
    static void start() throws Exception {
        echo = new HttpBackend();
        counting = new CountingBackend();
        server =
                GlisServer.fresh(
                        "--private-backends", echo.hostAndPort() + "," + counting.hostAndPort());
        glis = new Command(server);
        try (LambdaClient lambda = server.lambda()) {
            NodeFunctions.create(lambda, "event", "exports.handler = async (event) => event;");
        }
        glis("api", "create", "answers");
        cached("GET /kept/{path+}", "--cache", "60");
        cached("GET /held/{path+}", "--cache", "60");
        cached("GET /page/{path+}", "--cache", "60", "--cache-query", "page");
        cached("GET /language/{path+}", "--cache", "60", "--cache-headers", "Accept-Language");
        cached("GET /own/{path+}", "--cache", "60", "--access", "client-id");
        cached("GET /all/{path+}", "--cache", "60", "--access", "client-id", "--cache-shared");
        glis("api", "deploy", "answers");
    }

    private static void cached(String route, String... flags) throws Exception {
        String path = route.substring(route.indexOf('/'), route.indexOf('{'));
        var command = new ArrayList<>(List.of("api", "route", "answers", route, "--http"));
        command.add("http://" + counting.hostAndPort() + path + "{path}");
        command.addAll(List.of(flags));
        glis(command.toArray(String[]::new));
    }

    @AfterAll
    static void stop() {
        server.close();
        counting.close();
        echo.close();
    }

    @Test
    void backendsSeeTheRequestThatTheMappingMakes() throws Exception {
        glis("api", "create", "mapped");
        glis(
                "api",
                "route",
                "mapped",
                "GET /pets/{id}",
                "--http",
                "http://" + echo.hostAndPort() + "/ignored?fixed=1",
                "--map",
                """
                {"overwrite:header.X-Stage": "at ${context.stage} for $5",
                 "overwrite:header.X-Id": "id ${request.path.id}, ${request.querystring.q}",
                 "append:header.X-Kept": "$request.header.x-first",
                 "remove:header.X-Secret": "",
                 "overwrite:querystring.q": "$request.header.x-first",
                 "append:querystring.n": "a&b",
                 "remove:querystring.gone": "",
                 "overwrite:path": "/v2/${request.path.id}/${request.header.x-first}"}
                """,
                "--map-answer",
                """
                {"2xx": {"overwrite:statuscode": "203", "remove:header.X-Backend": "",
                         "append:header.X-Answer": "$response.header.x-backend"},
                 "*": {"overwrite:header.X-Request": "$context.requestId"}}
                """);
        glis("api", "deploy", "mapped");
        HttpResponse<String> response =
                send(
                        "mapped",
                        "/pets/a%2Fb?q=1%202&gone=x&stays=%41",
                        request ->
                                request.header("X-First", "one/two")
                                        .header("X-Kept", "yes")
                                        .header("X-Secret", "hidden"));

        String seen = response.body();
        assertEquals(
                "GET /v2/a%2Fb/one%2Ftwo?fixed=1&stays=%41&q=one%2Ftwo&n=a%26b",
                seen.lines().findFirst().orElse(""));
        assertTrue(seen.contains("x-stage: at $default for $5\n"), seen);
        assertTrue(seen.contains("x-id: id a/b, 1 2\n"), seen);
        assertTrue(seen.contains("x-kept: yes\n") && seen.contains("x-kept: one/two\n"), seen);
        assertFalse(seen.contains("hidden"), seen);
        assertEquals(203, response.statusCode());
        assertEquals("", header(response, "X-Backend"));
        assertEquals("yes", header(response, "X-Answer"));
        assertEquals(header(response, "x-amzn-RequestId"), header(response, "X-Request"));
    }

    @Test
    void functionsSeeItToo() throws Exception {
        glis("api", "create", "mappedevent");
        glis(
                "api",
                "route",
                "mappedevent",
                "GET /{all+}",
                "--function",
                "event",
                "--map",
                """
                {"overwrite:path": "/new/${request.path.all}", "append:querystring.a": "b",
                 "overwrite:header.X-Who": "$context.identity.sourceIp"}
                """);
        glis("api", "deploy", "mappedevent");
        JsonNode event = JSON.readTree(get("mappedevent", "/x/y").body());
        assertEquals("/new/x/y", event.path("rawPath").asText());
        assertEquals("b", event.path("queryStringParameters").path("a").asText());
        assertEquals("127.0.0.1", event.path("headers").path("x-who").asText());
    }

    @Test
    void theGatewaysOwnAnswersAreNotMapped() throws Exception {
        glis("api", "create", "unmapped");
        glis(
                "api",
                "route",
                "unmapped",
                "GET /{all+}",
                "--http",
                "http://" + echo.hostAndPort() + "/never",
                "--map-answer",
                """
                {"*": {"overwrite:statuscode": "200"}}
                """,
                "--timeout-ms",
                "100");
        glis("api", "deploy", "unmapped");
        assertEquals(504, get("unmapped", "/x").statusCode());
    }

    @Test
    void whatCannotStandWhereItIsWantedReachesNoBackend() throws Exception {
        glis("api", "create", "strict");
        glis(
                "api",
                "route",
                "strict",
                "GET /{id}",
                "--http",
                "http://" + echo.hostAndPort() + "/strict",
                "--map",
                """
                {"overwrite:header.X-Q": "$request.querystring.q",
                 "overwrite:path": "/strict/${request.querystring.path}"}
                """);
        glis("api", "deploy", "strict");
        for (String query : List.of("q=%0d%0aX-Evil:%201", "path=..", "path=%00", "q=%ff%00")) {
            HttpResponse<String> response = get("strict", "/x?" + query);
            assertEquals(400, response.statusCode(), response.body());
        }
        assertTrue(echo.seen().stream().noneMatch(seen -> seen.contains("strict")));
    }

    @Test
    void answersAreKeptAndGivenAgain() throws Exception {
        HttpResponse<String> first = get("answers", "/kept/a?field=ETag:%22v1%22");
        assertEquals("Glis; fwd=uri-miss", header(first, "Cache-Status"));
        assertEquals("", header(first, "Age"));
        HttpResponse<String> second = get("answers", "/kept/a?field=ETag:%22v1%22");
        assertEquals("1", second.body());
        assertEquals("Glis; hit", header(second, "Cache-Status"));
        assertTrue(Integer.parseInt(header(second, "Age")) < 60);
        assertEquals(1, counting.count("/kept/a"));

        HttpResponse<String> known =
                send(
                        "answers",
                        "/kept/a?field=ETag:%22v1%22",
                        request -> request.header("If-None-Match", "\"v0\", W/\"v1\""));
        assertEquals(304, known.statusCode());
        assertEquals("", known.body());
        var head =
                send(
                        "answers",
                        "/kept/a?field=ETag:%22v1%22",
                        request -> request.method("HEAD", HttpRequest.BodyPublishers.noBody()));
        assertEquals("1", header(head, "Content-Length"));
        assertEquals(1, counting.count("/kept/a"));

        glis("api", "purge", "answers");
        assertEquals("2", get("answers", "/kept/a?field=ETag:%22v1%22").body());
    }

    @ParameterizedTest
    @CsvSource({
        "no-store, field=Cache-Control:no-store",
        "private, field=Cache-Control:private%2C%20max-age=60",
        "zero, field=Cache-Control:max-age=0",
        "shared, field=Cache-Control:max-age=60%2Cs-maxage=0",
        "expired, field=Expires:0",
        "cookie, field=Set-Cookie:a=b",
        "varying, field=Vary:*",
        "missing, status=404",
        "failed, status=500&field=Cache-Control:max-age=60",
        "old, field=Age:70&field=Cache-Control:max-age=60"
    })
    void whatMustNotBeKeptIsNot(String name, String query) throws Exception {
        assertEquals("1", get("answers", "/kept/" + name + "?" + query).body());
        assertEquals("2", get("answers", "/kept/" + name + "?" + query).body());
    }

    @ParameterizedTest
    @CsvSource({"Cookie, a=b", "Authorization, Bearer x", "Range, bytes=0-1"})
    void whatOnlyTheBackendCanJudgeIsNotKept(String field, String value) throws Exception {
        Consumer<HttpRequest.Builder> with = request -> request.header(field, value);
        assertEquals("1", send("answers", "/kept/" + field, with).body());
        HttpResponse<String> second = send("answers", "/kept/" + field, with);
        assertEquals("2", second.body());
        assertEquals("Glis; fwd=bypass", header(second, "Cache-Status"));
    }

    @Test
    void answersDependOnWhatTheRouteNames() throws Exception {
        assertEquals("1", get("answers", "/page/a?page=1&other=1").body());
        assertEquals("1", get("answers", "/page/a?other=2&page=1").body());
        assertEquals("2", get("answers", "/page/a?page=2").body());

        assertEquals("1", language("/language/a", "de"));
        assertEquals("2", language("/language/a", "fr"));
        assertEquals("1", language("/language/a", "de"));
    }

    @Test
    void andOnWhatTheAnswerNames() throws Exception {
        String path = "/kept/vary?field=Vary:Accept-Language";
        assertEquals("1", language(path, "de"));
        assertEquals("2", language(path, "fr"));
        assertEquals("1", language(path, "de"));
        assertEquals("2", language(path, "fr"));
    }

    @Test
    void callersDoNotShareUnlessTheyMay() throws Exception {
        glis("plan", "create", "enough", "--rate", "1000");
        String one = client("one");
        String other = client("other");
        assertEquals("1", as(one, "/own/a").body());
        assertEquals("2", as(other, "/own/a").body());
        assertEquals("1", as(one, "/own/a").body());
        assertEquals(401, get("answers", "/own/a").statusCode());

        assertEquals("1", as(one, "/all/a").body());
        assertEquals("1", as(other, "/all/a").body());
        assertEquals(401, get("answers", "/all/a").statusCode());
    }

    private static String client(String name) throws Exception {
        JsonNode made = JSON.readTree(glis("app", "create", name, "--json"));
        glis("app", "subscribe", name, "answers", "--plan", "enough");
        return made.path("clientId").asText();
    }

    private static HttpResponse<String> as(String clientId, String path)
            throws IOException, InterruptedException {
        return send("answers", path, request -> request.header("X-Client-Id", clientId));
    }

    private static String language(String path, String language)
            throws IOException, InterruptedException {
        return send("answers", path, request -> request.header("Accept-Language", language)).body();
    }

    @Test
    void oneOfManyAsksAndTheOthersWait() throws Exception {
        var answers = new ArrayList<CompletableFuture<HttpResponse<String>>>();
        for (int i = 0; i < 20; i++) {
            HttpRequest request = HttpRequest.newBuilder(uri("answers", "/held/a")).build();
            answers.add(HTTP.sendAsync(request, BodyHandlers.ofString()));
        }
        Eventually.holds(() -> counting.count("/held/a"), count -> count > 0);
        assertEquals(200, get("answers", "/kept/later").statusCode());
        counting.release();
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            assertEquals("1", answer.get().body());
        }
        assertEquals(1, counting.count("/held/a"));
    }

    @Test
    void aChangeOfTheApiIsANewStart() throws Exception {
        assertEquals("1", get("answers", "/kept/deployed").body());
        assertEquals("1", get("answers", "/kept/deployed").body());
        glis("api", "deploy", "answers", "--stage", "other");
        assertEquals(
                "2",
                HTTP.send(
                                HttpRequest.newBuilder(
                                                URI.create(
                                                        server.gateway()
                                                                + "/_apis/answers/other/kept/deployed"))
                                        .build(),
                                BodyHandlers.ofString())
                        .body());
    }

    private static String glis(String... arguments) throws Exception {
        return glis.run(arguments).succeeded().output();
    }

    private static HttpResponse<String> get(String api, String path)
            throws IOException, InterruptedException {
        return send(api, path, request -> {});
    }

    private static HttpResponse<String> send(
            String api, String path, Consumer<HttpRequest.Builder> change)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(api, path));
        change.accept(request);
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    private static URI uri(String api, String path) {
        return URI.create(server.gateway() + "/_apis/" + api + "/$default" + path);
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }
}
