package dev.glis.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.lambda.LambdaClient;

/** APIs made by commands, called over HTTP. */
@SuppressWarnings("StringConcatToTextBlock") // wire bytes: every \r\n is meant
final class GatewayIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ECHO = "exports.handler = async (event) => event;";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static HttpBackend backend;
    private static GlisServer server;
    private static Command glis;

    @BeforeAll
    static void start() throws Exception {
        backend = new HttpBackend();
        server = GlisServer.fresh("--private-backends", backend.hostAndPort());
        glis = new Command(server);
        try (LambdaClient lambda = server.lambda()) {
            NodeFunctions.create(lambda, "echo", ECHO);
            NodeFunctions.create(
                    lambda,
                    "teapot",
                    "exports.handler = async () => ({ statusCode: 418, body: 'tea',"
                            + " headers: { 'X-Tea': 'green' }, cookies: ['a=1', 'b=2'] });");
            NodeFunctions.create(
                    lambda, "broken", "exports.handler = async () => { throw new Error('x'); };");
            NodeFunctions.create(
                    lambda,
                    "several",
                    "exports.handler = async () => ({ statusCode: 200,"
                            + " multiValueHeaders: { 'X-A': ['1', '2'] }, body: 'aGk=',"
                            + " isBase64Encoded: true });");
        }
        glis("api", "create", "tricks");
        route("tricks", "$default", "--http", "http://" + backend.hostAndPort() + "/tricks");
        glis("api", "deploy", "tricks");
    }

    @AfterAll
    static void stop() {
        server.close();
        backend.close();
    }

    @Test
    void routesByMethodAndPath() throws Exception {
        glis("api", "create", "routing");
        route("routing", "GET /pets/{id}", "--mock", "200", "--body", "a pet");
        route("routing", "GET /pets/mine", "--mock", "200", "--body", "my pet");
        route("routing", "PUT /pets/{id}", "--mock", "202");
        assertEquals(404, get("routing", "/pets/mine").statusCode(), "not deployed");
        assertEquals("stage-not-found", code(get("routing", "/pets/mine")));
        glis("api", "deploy", "routing");

        assertEquals("a pet", get("routing", "/pets/7").body());
        assertEquals("my pet", get("routing", "/pets/mine").body());
        assertEquals("route-not-found", code(get("routing", "/pets")));
        var wrong = send("routing", "/pets/7", r -> r.method("DELETE", BodyPublishers.noBody()));
        assertEquals(405, wrong.statusCode());
        assertEquals("GET, HEAD, OPTIONS, PUT", header(wrong, "Allow"));
        assertEquals("method-not-allowed", code(wrong));
        var head = send("routing", "/pets/7", r -> r.method("HEAD", BodyPublishers.noBody()));
        assertEquals(
                List.of("200", "5"),
                List.of("" + head.statusCode(), header(head, "Content-Length")));
        var options = send("routing", "/pets/7", r -> r.method("OPTIONS", BodyPublishers.noBody()));
        assertEquals(204, options.statusCode());
        assertEquals("GET, HEAD, OPTIONS, PUT", header(options, "Allow"));
        assertEquals("api-not-found", code(get("nowhere", "/")));
    }

    @Test
    void functionsSeeEventsOfBothForms() throws Exception {
        glis("api", "create", "events");
        route("events", "POST /v2/{id}", "--function", "echo");
        glis("api", "deploy", "events", "--stage", "prod");
        JsonNode two =
                JSON.readTree(
                        send(
                                        "events",
                                        "/v2/a%20b?x=1&x=2&y=%C3%A4",
                                        "prod",
                                        r ->
                                                r.header("Content-Type", "text/plain")
                                                        .header("Cookie", "c=1; d=2")
                                                        .header("X-Name", "value")
                                                        .POST(BodyPublishers.ofString("grüße")))
                                .body());
        assertEquals("2.0", two.path("version").asText());
        assertEquals("POST /v2/{id}", two.path("routeKey").asText());
        assertEquals("/prod/v2/a%20b", two.path("rawPath").asText());
        assertEquals("x=1&x=2&y=%C3%A4", two.path("rawQueryString").asText());
        assertEquals("1,2", two.path("queryStringParameters").path("x").asText());
        assertEquals("ä", two.path("queryStringParameters").path("y").asText());
        assertEquals("a b", two.path("pathParameters").path("id").asText());
        assertEquals("[\"c=1\",\"d=2\"]", two.path("cookies").toString());
        assertEquals("value", two.path("headers").path("x-name").asText());
        assertEquals("grüße", two.path("body").asText());
        assertFalse(two.path("isBase64Encoded").asBoolean());
        JsonNode context = two.path("requestContext");
        assertEquals("prod", context.path("stage").asText());
        assertEquals("POST", context.path("http").path("method").asText());
        assertEquals("127.0.0.1", context.path("http").path("sourceIp").asText());
        assertEquals("000000000000", context.path("accountId").asText());
    }

    @Test
    void functionsOfRestApisFindTheirEventToo() throws Exception {
        glis("api", "create", "rest");
        try (LambdaClient lambda = server.lambda()) {
            NodeFunctions.create(
                    lambda,
                    "seen",
                    "exports.handler = async (event) =>"
                            + " ({ statusCode: 200, body: JSON.stringify(event) });");
        }
        route("rest", "GET /v1/{rest+}", "--function", "several", "--payload", "1.0");
        route("rest", "GET /seen/{a}", "--function", "seen", "--payload", "1.0");
        route("rest", "GET /plain", "--function", "echo", "--payload", "1.0");
        glis("api", "deploy", "rest");

        HttpResponse<String> several = get("rest", "/v1/x/y");
        assertEquals("hi", several.body());
        assertEquals(List.of("1", "2"), several.headers().allValues("X-A"));
        JsonNode one = JSON.readTree(get("rest", "/seen/b?q=1&q=2").body());
        assertEquals("1.0", one.path("version").asText());
        assertEquals("/seen/{a}", one.path("resource").asText());
        assertEquals("/seen/b", one.path("path").asText());
        assertEquals("GET", one.path("httpMethod").asText());
        assertEquals("b", one.path("pathParameters").path("a").asText());
        assertEquals("2", one.path("queryStringParameters").path("q").asText());
        assertEquals(
                "[\"1\",\"2\"]", one.path("multiValueQueryStringParameters").path("q").toString());
        assertTrue(one.path("body").isNull() && one.has("body"));
        assertEquals(
                "127.0.0.1", one.path("requestContext").path("identity").path("sourceIp").asText());
        assertEquals("function-failed", code(get("rest", "/plain")), "no statusCode in it");
    }

    @Test
    void whatFunctionsAnswerIsPassedOn() throws Exception {
        glis("api", "create", "answers");
        route("answers", "GET /teapot", "--function", "teapot");
        route("answers", "GET /broken", "--function", "broken");
        glis("api", "deploy", "answers");
        HttpResponse<String> tea = get("answers", "/teapot");
        assertEquals(418, tea.statusCode());
        assertEquals("green", header(tea, "X-Tea"));
        assertEquals(List.of("a=1", "b=2"), tea.headers().allValues("Set-Cookie"));
        HttpResponse<String> broken = get("answers", "/broken");
        assertEquals(502, broken.statusCode());
        assertEquals("function-failed", code(broken));
        assertFalse(broken.body().contains("Error: x"), "what the function threw is not told");
    }

    @Test
    void forwardsToHttpServers() throws Exception {
        glis("api", "create", "proxy");
        String base = "http://" + backend.hostAndPort();
        route("proxy", "ANY /to/{rest+}", "--http", base + "/base/{rest}?fixed=1");
        route("proxy", "GET /large/{n}", "--http", base + "/large/{n}");
        route("proxy", "GET /never", "--http", base + "/never", "--timeout-ms", "300");
        glis("api", "deploy", "proxy");

        HttpResponse<String> answer =
                send(
                        "proxy",
                        "/to/a/b%2Fc?q=%20",
                        r ->
                                r.header("X-Kept", "yes")
                                        .header("X-Forwarded-For", "10.1.1.1")
                                        .POST(BodyPublishers.ofString("the body")));
        assertEquals(201, answer.statusCode());
        assertEquals("yes", header(answer, "X-Backend"));
        List<String> lines = answer.body().lines().toList();
        assertEquals("POST /base/a/b%2Fc?fixed=1&q=%20", lines.getFirst());
        assertEquals("the body", lines.getLast());
        assertTrue(lines.contains("x-kept: yes"), answer.body());
        assertTrue(lines.contains("x-forwarded-for: 10.1.1.1, 127.0.0.1"), answer.body());
        assertTrue(lines.contains("host: " + backend.hostAndPort()), answer.body());
        assertEquals(20L << 20, length("/large/20"));
        HttpResponse<String> never = get("proxy", "/never");
        assertEquals(504, never.statusCode());
        assertEquals("backend-timeout", code(never));
    }

    private static long length(String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(uri("proxy", path, "$default")).build();
        HttpResponse<byte[]> response = HTTP.send(request, BodyHandlers.ofByteArray());
        assertEquals(Integer.toString(response.body().length), header(response, "Content-Length"));
        return response.body().length;
    }

    @Test
    void goesToNoPrivateAddressThatIsNotAllowed() throws Exception {
        glis("api", "create", "inside");
        route("inside", "GET /own", "--http", server.endpoint() + "/");
        route("inside", "GET /metadata", "--http", "http://169.254.169.254/latest/");
        route("inside", "GET /name", "--http", "http://localhost:1/");
        glis("api", "deploy", "inside");
        for (String path : List.of("/own", "/metadata", "/name")) {
            HttpResponse<String> refused = get("inside", path);
            assertEquals(502, refused.statusCode(), path);
            assertEquals("backend-private", code(refused), path);
        }
    }

    @Test
    void aBrowsersQuestionReachesNoBackend() throws Exception {
        glis(
                "api",
                "create",
                "cors",
                "--cors",
                "https://*.example.org",
                "--cors-credentials",
                "--cors-headers",
                "X-Token",
                "--cors-max-age",
                "600");
        route("cors", "ANY /seen", "--http", "http://" + backend.hostAndPort() + "/cors");
        glis("api", "deploy", "cors");
        HttpResponse<String> answer =
                send(
                        "cors",
                        "/seen",
                        r ->
                                r.method("OPTIONS", BodyPublishers.noBody())
                                        .header("Origin", "https://app.example.org")
                                        .header("Access-Control-Request-Method", "PUT"));
        assertEquals(204, answer.statusCode());
        assertEquals("https://app.example.org", header(answer, "Access-Control-Allow-Origin"));
        assertTrue(header(answer, "Access-Control-Allow-Methods").contains("PUT"));
        assertEquals("X-Token", header(answer, "Access-Control-Allow-Headers"));
        assertEquals("600", header(answer, "Access-Control-Max-Age"));
        assertFalse(backend.seen().contains("OPTIONS /cors"), "reached the backend");

        HttpResponse<String> real =
                send("cors", "/seen", r -> r.header("Origin", "https://app.example.org"));
        assertEquals(
                List.of("https://app.example.org"),
                real.headers().allValues("Access-Control-Allow-Origin"),
                "not what the backend said");
        HttpResponse<String> evil = send("cors", "/seen", r -> r.header("Origin", "https://evil"));
        assertEquals(List.of(), evil.headers().allValues("Access-Control-Allow-Origin"));
    }

    @Test
    void stagesServeWhatTheyWereTurnedToAndSurviveAKill() throws Exception {
        glis("api", "create", "stages");
        route("stages", "GET /v", "--mock", "200", "--body", "one");
        glis("api", "deploy", "stages", "--stage", "prod");
        route("stages", "GET /v", "--mock", "200", "--body", "two");
        assertEquals("one", get("stages", "/v", "prod").body());
        glis("api", "deploy", "stages", "--stage", "prod");
        assertEquals("two", get("stages", "/v", "prod").body());
        glis("api", "split", "stages", "--stage", "prod", "--to", "1", "--percent", "50");
        var answers = new HashMap<String, Integer>();
        for (int i = 0; i < 200; i++) {
            answers.merge(get("stages", "/v", "prod").body(), 1, Integer::sum);
        }
        int ones = answers.getOrDefault("one", 0);
        assertTrue(ones > 50 && ones < 150, "of 200 " + ones + " met deployment 1");
        glis("api", "rollback", "stages", "--stage", "prod");
        assertEquals("one", get("stages", "/v", "prod").body());

        server.kill();
        server.start();
        assertEquals("one", get("stages", "/v", "prod").body());
        assertEquals("stage-not-found", code(get("stages", "/v", "other")));
    }

    @Test
    void aSignedRequestIsLetInByPolicy() throws Exception {
        glis("api", "create", "signed", "--access", "iam");
        route("signed", "GET /me", "--function", "echo");
        glis("api", "deploy", "signed");
        HttpResponse<String> unsigned = get("signed", "/me");
        assertEquals(403, unsigned.statusCode());
        assertEquals("missing-authentication-token", code(unsigned));

        HttpResponse<String> signed = sendSigned("/me", server.secretAccessKey());
        assertEquals(200, signed.statusCode(), signed.body());
        JsonNode iam =
                JSON.readTree(signed.body()).path("requestContext").path("authorizer").path("iam");
        assertEquals(server.accessKeyId(), iam.path("accessKey").asText());
        HttpResponse<String> forged = sendSigned("/me", "another secret");
        assertEquals(403, forged.statusCode());
        assertEquals("signature-does-not-match", code(forged));
    }

    private static HttpResponse<String> sendSigned(String path, String secret)
            throws IOException, InterruptedException {
        URI uri = uri("signed", path, "$default");
        return send(
                "signed",
                path,
                r -> ApiSignature.sign(uri, server.accessKeyId(), secret, r::header));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /_apis/tricks/$default/../x HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /_apis/tricks/$default/a/%2e%2E/b HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /_apis/tricks/$default/a%5cb HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /_apis/tricks/$default/%00 HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /_apis/tricks/$default/%ff HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /_apis/tricks/$default/a HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n",
                "GET /_apis/tricks/$default/a HTTP/1.1\r\nHost: h\r\nX : y\r\n\r\n",
                "GET /_apis/tricks/$default/a HTTP/1.1\r\nHost: h\r\nX: a\rb\r\n\r\n",
                "POST /_apis/tricks/$default/a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST /_apis/tricks/$default/a HTTP/1.1\r\nHost: h\r\n"
                        + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
                "POST /_apis/tricks/$default/a HTTP/1.1\r\nHost: h\r\n"
                        + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            })
    void tricksReachNoBackend(String request) throws Exception {
        backend.seen().clear();
        int status = statusOf(request);
        assertTrue(status == 400 || status == 501, "answered " + status);
        assertFalse(
                backend.seen().stream().anyMatch(seen -> seen.contains("/tricks")),
                "reached the backend");
    }

    private static int statusOf(String request) throws IOException {
        URI gateway = server.gateway();
        try (var socket = new Socket(gateway.getHost(), gateway.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            var answer =
                    new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            return Integer.parseInt(answer.substring(9));
        }
    }

    @Test
    void compressesForThoseWhoAcceptIt() throws Exception {
        String text = "all the same ".repeat(1_000);
        glis("api", "create", "compressing", "--compress", "1000");
        route("compressing", "GET /mock", "--mock", "200", "--body", text);
        route("compressing", "GET /large", "--http", "http://" + backend.hostAndPort() + "/text/2");
        glis("api", "deploy", "compressing");

        var plain = get("compressing", "/mock");
        assertEquals(text, plain.body());
        assertEquals("Accept-Encoding", header(plain, "Vary"));
        assertTrue(plain.headers().firstValue("Content-Encoding").isEmpty());
        for (String path : List.of("/mock", "/large")) {
            var compressed =
                    HTTP.send(
                            HttpRequest.newBuilder(uri("compressing", path, "$default"))
                                    .header("Accept-Encoding", "gzip")
                                    .build(),
                            BodyHandlers.ofByteArray());
            assertEquals("gzip", compressed.headers().firstValue("Content-Encoding").orElseThrow());
            byte[] content =
                    new GZIPInputStream(new ByteArrayInputStream(compressed.body())).readAllBytes();
            assertEquals(path.equals("/mock") ? text.length() : 2 << 20, content.length);
            assertTrue(compressed.body().length < content.length / 50);
        }
    }

    @Test
    void aLimitOfTheWholeApiIsKept() throws Exception {
        glis("api", "create", "limited", "--rate", "0.01:5");
        route("limited", "GET /", "--mock", "200");
        glis("api", "deploy", "limited");
        var statuses = new HashMap<Integer, Integer>();
        for (int i = 0; i < 20; i++) {
            statuses.merge(get("limited", "/").statusCode(), 1, Integer::sum);
        }
        assertEquals(Map.of(200, 5, 429, 15), statuses);
        HttpResponse<String> refused = get("limited", "/");
        assertEquals("rate-limited", code(refused));
        assertTrue(Integer.parseInt(header(refused, "Retry-After")) > 0);
    }

    // ---- commands and requests

    private static String glis(String... words) throws IOException, InterruptedException {
        return glis.run(words).succeeded().output();
    }

    private static void route(String api, String route, String... backend)
            throws IOException, InterruptedException {
        var words = new java.util.ArrayList<>(List.of("api", "route", api, route));
        words.addAll(List.of(backend));
        glis.run(words.toArray(String[]::new)).succeeded();
    }

    private interface Change {
        void to(HttpRequest.Builder request);
    }

    private static HttpResponse<String> get(String api, String path)
            throws IOException, InterruptedException {
        return send(api, path, r -> {});
    }

    private static HttpResponse<String> get(String api, String path, String stage)
            throws IOException, InterruptedException {
        return send(api, path, stage, r -> {});
    }

    private static HttpResponse<String> send(String api, String path, Change change)
            throws IOException, InterruptedException {
        return send(api, path, "$default", change);
    }

    private static HttpResponse<String> send(String api, String path, String stage, Change change)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(api, path, stage));
        change.to(request);
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    private static URI uri(String api, String path, String stage) {
        return URI.create(server.gateway() + "/_apis/" + api + "/" + stage + path);
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    private static String code(HttpResponse<String> response) throws IOException {
        return JSON.readTree(response.body()).path("code").asText();
    }
}
