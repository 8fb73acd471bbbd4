package dev.glis.triggers;

import static dev.glis.functions.testing.ScriptedEngine.failure;
import static dev.glis.functions.testing.ScriptedEngine.rejected;
import static dev.glis.functions.testing.ScriptedEngine.success;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glis.accounts.Authenticator;
import dev.glis.accounts.Principal;
import dev.glis.base.Fault;
import dev.glis.base.Ids;
import dev.glis.base.Json;
import dev.glis.base.testing.ManualTime;
import dev.glis.engine.Outcome;
import dev.glis.functions.FunctionCatalog.Cors;
import dev.glis.functions.FunctionCatalog.UrlTarget;
import dev.glis.functions.Invoker;
import dev.glis.functions.QueuedInvocations;
import dev.glis.functions.RetryDelays;
import dev.glis.functions.testing.Blueprints;
import dev.glis.functions.testing.ForgetfulMeter;
import dev.glis.functions.testing.IdleStore;
import dev.glis.functions.testing.RecordedResponse;
import dev.glis.functions.testing.ScriptedCatalog;
import dev.glis.functions.testing.ScriptedEngine;
import dev.glis.functions.testing.ScriptedRights;
import dev.glis.net.Headers;
import dev.glis.net.HttpRequest;
import dev.glis.net.RequestBody;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class FunctionUrlHandlerTest {
    private static final byte[] NO_BYTES = new byte[0];
    private static final String INTEGRATION = "application/vnd.awslambda.http-integration-response";
    private final ManualTime time = new ManualTime();
    private final ScriptedEngine engine = new ScriptedEngine();
    private final ScriptedRights rights = new ScriptedRights();
    private final ScriptedCatalog catalog =
            new ScriptedCatalog().with("f", "lambda:InvokeFunctionUrl").with("closed");
    private int handedOver;
    private final FunctionUrlHandler handler = handler();

    private FunctionUrlHandler handler() {
        catalog.url(url("open", "f", false, false, null));
        catalog.url(url("closed", "closed", false, false, null));
        catalog.url(url("signed", "f", true, false, null));
        catalog.url(url("streamed", "f", false, true, null));
        catalog.url(
                url(
                        "cors",
                        "f",
                        false,
                        false,
                        new Cors(
                                true,
                                List.of("x-one"),
                                List.of("GET"),
                                List.of("https://a.example"),
                                List.of("x-two"),
                                OptionalLong.of(60))));
        var ids = new Ids(time);
        var queue =
                new QueuedInvocations(
                        new IdleStore(),
                        catalog,
                        engine,
                        RetryDelays.LAMBDA,
                        ids,
                        time,
                        time,
                        Runnable::run);
        var invoker =
                new Invoker(
                        catalog, engine, rights, queue, new ForgetfulMeter(), time, Runnable::run);
        return new FunctionUrlHandler(
                catalog, invoker, new OneKey(), rights, ids, time, this::handOver);
    }

    private void handOver(Runnable task) {
        handedOver++;
        task.run();
    }

    @Test
    void theFunctionSeesTheRequestInFormat2() {
        var headers =
                Headers.of(
                        "Host", "open.lambda-url.localhost:8080",
                        "User-Agent", "curl",
                        "X-Many", "one",
                        "x-many", "two",
                        "Cookie", "a=1; b=2",
                        "Content-Type", "application/json");
        var request = request("POST", "/a%20b", "x=1&x=2&y=%26", headers, bytes("{\"hi\":\"é\"}"));

        call(request);

        JsonNode event = Json.parse(engine.invocations().getFirst().payload());
        assertEquals("2.0", event.path("version").asText());
        assertEquals("$default", event.path("routeKey").asText());
        assertEquals("/a%20b", event.path("rawPath").asText());
        assertEquals("x=1&x=2&y=%26", event.path("rawQueryString").asText());
        assertEquals("[\"a=1\",\"b=2\"]", event.path("cookies").toString());
        assertEquals("one,two", event.path("headers").path("x-many").asText());
        assertEquals("http", event.path("headers").path("x-forwarded-proto").asText());
        assertEquals("8080", event.path("headers").path("x-forwarded-port").asText());
        assertFalse(event.path("headers").has("cookie"));
        assertEquals("{\"x\":\"1,2\",\"y\":\"&\"}", event.path("queryStringParameters").toString());
        assertEquals("{\"hi\":\"é\"}", event.path("body").asText());
        assertFalse(event.path("isBase64Encoded").asBoolean());
        JsonNode context = event.path("requestContext");
        assertEquals("anonymous", context.path("accountId").asText());
        assertEquals("open", context.path("apiId").asText());
        assertEquals("open.lambda-url.localhost", context.path("domainName").asText());
        assertEquals("open", context.path("domainPrefix").asText());
        assertEquals("POST", context.path("http").path("method").asText());
        assertEquals("192.0.2.7", context.path("http").path("sourceIp").asText());
        assertEquals("curl", context.path("http").path("userAgent").asText());
        assertEquals("01/Jan/2030:00:00:00 +0000", context.path("time").asText());
        assertEquals(1893456000000L, context.path("timeEpoch").asLong());
        assertEquals("$default", context.path("stage").asText());
    }

    @Test
    void whatIsInMemoryIsDoneByTheCallingThread() {
        get("open");
        int first = handedOver;

        get("open");

        assertEquals(1, first);
        assertEquals(first, handedOver);
    }

    @Test
    void aLargeBodyIsHandedOver() {
        get("open");
        int before = handedOver;
        var headers = Headers.of("Host", "open.lambda-url.localhost:8080");

        call(request("POST", "/", "", headers, new byte[100_000]));

        assertEquals(before + 1, handedOver);
    }

    @Test
    void aBinaryBodyComesInBase64() {
        var headers = Headers.of("Host", "open.lambda-url.localhost", "Content-Type", "image/png");

        call(request("POST", "/", "", headers, new byte[] {0, 1, (byte) 0xff}));

        JsonNode event = Json.parse(engine.invocations().getFirst().payload());
        assertEquals("AAH/", event.path("body").asText());
        assertTrue(event.path("isBase64Encoded").asBoolean());
    }

    @Test
    void anythingWithoutStatusCodeIsTheBody() {
        engine.answer(each -> success("\"hello\""));

        RecordedResponse response = get("open");

        assertEquals(200, response.status());
        assertEquals("application/json", response.headers().get("Content-Type"));
        assertEquals("\"hello\"", response.text());
    }

    @Test
    void anObjectWithStatusCodeSaysAll() {
        engine.answer(
                each ->
                        success(
                                "{\"statusCode\":201,\"headers\":{\"content-type\":\"text/html\","
                                        + "\"X-N\":5},\"cookies\":[\"a=1\",\"b=2\"],"
                                        + "\"body\":\"aGk=\",\"isBase64Encoded\":true}"));

        RecordedResponse response = get("open");

        assertEquals(201, response.status());
        assertEquals("text/html", response.headers().get("Content-Type"));
        assertEquals("5", response.headers().get("x-n"));
        assertEquals(List.of("a=1", "b=2"), response.headers().all("Set-Cookie"));
        assertEquals("hi", response.text());
    }

    @Test
    void anAnswerThatMakesNoSenseIsABadGateway() {
        for (String payload :
                List.of(
                        "{\"statusCode\":\"x\"}",
                        "{\"statusCode\":99}",
                        "{\"statusCode\":200,\"body\":{}}",
                        "{\"statusCode\":200,\"headers\":{\"a b\":\"c\"}}",
                        "{\"statusCode\":200,\"headers\":{\"a\":\"b\\r\\nc: d\"}}",
                        "{\"statusCode\":200,\"body\":\"%\",\"isBase64Encoded\":true}",
                        "not json")) {
            engine.answer(each -> success(payload));

            RecordedResponse response = get("open");

            assertEquals(502, response.status(), payload);
            assertEquals("Internal Server Error", response.text());
        }
    }

    @Test
    void aFunctionErrorIsABadGateway() {
        engine.answer(each -> failure("Oh"));

        RecordedResponse response = get("open");

        assertEquals(502, response.status());
        assertEquals("Internal Server Error", response.text());
    }

    @Test
    void throttlingIsSaid() {
        engine.answer(each -> rejected(Outcome.Reason.FUNCTION_CONCURRENCY));

        RecordedResponse response = get("open");

        assertEquals(429, response.status());
    }

    @Test
    void withoutPermissionNobodyIsLetIn() {
        RecordedResponse response = get("closed");

        assertEquals(403, response.status());
        assertEquals("{\"Message\":\"Forbidden\"}", response.text());
        assertEquals(List.of(), engine.invocations());
        assertEquals(
                List.of("lambda:InvokeFunctionUrl " + Blueprints.arn("closed") + " NONE"),
                rights.asked());
    }

    @Test
    void aSignedRequestShowsItsCallerToTheFunction() {
        var headers = Headers.of("Host", "signed.lambda-url.localhost", "Authorization", "good");

        RecordedResponse response = call(request("GET", "/", "", headers, NO_BYTES));

        JsonNode context =
                Json.parse(engine.invocations().getFirst().payload()).path("requestContext");
        assertEquals(200, response.status());
        assertEquals("123456789012", context.path("accountId").asText());
        assertEquals(
                "arn:aws:iam::123456789012:root",
                context.path("authorizer").path("iam").path("userArn").asText());
    }

    @Test
    void anUnsignedRequestToASignedUrlIsForbidden() {
        RecordedResponse response = get("signed");

        assertEquals(403, response.status());
        assertEquals("{\"Message\":\"Forbidden\"}", response.text());
    }

    @Test
    void aRequestThatIsTooLargeIsRefused() {
        var headers = Headers.of("Host", "open.lambda-url.localhost", "Content-Type", "image/png");

        RecordedResponse response = call(request("POST", "/", "", headers, new byte[5_000_000]));

        assertEquals(413, response.status());
    }

    @Test
    void anUnknownHostIsToldWhatWouldBeRight() {
        RecordedResponse response =
                call(request("GET", "/", "", Headers.of("Host", "localhost:8080"), NO_BYTES));

        assertEquals(404, response.status());
        assertTrue(response.text().contains("http://HOST:PORT/_functions/ID/"));
    }

    @Test
    void anUnknownUrlIsNotFound() {
        RecordedResponse response = get("nobody");

        assertEquals(404, response.status());
    }

    @Test
    void thePathFormNeedsNoHostName() {
        call(
                request(
                        "GET",
                        "/_functions/open/a/b",
                        "q=1",
                        Headers.of("Host", "127.0.0.1:8080"),
                        NO_BYTES));

        JsonNode event = Json.parse(engine.invocations().getFirst().payload());
        assertEquals("/a/b", event.path("rawPath").asText());
        assertEquals("open", event.path("requestContext").path("apiId").asText());
    }

    @Test
    void preflightIsAnsweredWithoutTheFunction() {
        var headers =
                Headers.of(
                        "Host", "cors.lambda-url.localhost",
                        "Origin", "https://a.example",
                        "Access-Control-Request-Method", "GET",
                        "Access-Control-Request-Headers", "x-one");

        RecordedResponse response = call(request("OPTIONS", "/", "", headers, NO_BYTES));

        assertEquals(200, response.status());
        assertEquals("https://a.example", response.headers().get("Access-Control-Allow-Origin"));
        assertEquals("GET", response.headers().get("Access-Control-Allow-Methods"));
        assertEquals("x-one", response.headers().get("Access-Control-Allow-Headers"));
        assertEquals("true", response.headers().get("Access-Control-Allow-Credentials"));
        assertEquals("60", response.headers().get("Access-Control-Max-Age"));
        assertEquals(List.of(), engine.invocations());
    }

    @Test
    void anotherOriginGetsNoPermission() {
        var headers =
                Headers.of("Host", "cors.lambda-url.localhost", "Origin", "https://b.example");

        RecordedResponse response = call(request("GET", "/", "", headers, NO_BYTES));

        assertEquals(200, response.status());
        assertNull(response.headers().get("Access-Control-Allow-Origin"));
    }

    @Test
    void aStreamWithPreludeSetsStatusAndHeaders() {
        engine.handle(
                (invocation, listener) -> {
                    listener.head(INTEGRATION);
                    byte[] prelude =
                            bytes("{\"statusCode\":203,\"headers\":{\"x-a\":\"b\"}}\0\0\0\0");
                    listener.part(prelude, () -> {});
                    listener.part(bytes("\0\0\0\0first "), () -> {});
                    listener.part(bytes("second"), () -> {});
                    listener.completed(success(""));
                });

        RecordedResponse response = get("streamed");

        assertEquals(203, response.status());
        assertEquals("b", response.headers().get("x-a"));
        assertEquals("first second", response.text());
    }

    @Test
    void aStreamThatBreaksOffBreaksTheConnection() {
        engine.handle(
                (invocation, listener) -> {
                    listener.head("text/plain");
                    listener.part(bytes("first"), () -> {});
                    listener.completed(failure("Oh"));
                });

        RecordedResponse response = get("streamed");

        assertTrue(response.aborted());
        assertEquals("first", response.text());
    }

    private static UrlTarget url(
            String id, String function, boolean iam, boolean streaming, @Nullable Cors cors) {
        return new UrlTarget(id, Blueprints.ACCOUNT, function, null, iam, streaming, cors);
    }

    private RecordedResponse get(String id) {
        var headers = Headers.of("Host", id + ".lambda-url.localhost:8080");
        return call(request("GET", "/", "", headers, NO_BYTES));
    }

    private RecordedResponse call(HttpRequest request) {
        var response = new RecordedResponse();
        handler.handle(request, response);
        return response.await();
    }

    private static HttpRequest request(
            String method, String path, String query, Headers headers, byte[] body) {
        return new HttpRequest(
                method, path, query, headers, body, new InetSocketAddress("192.0.2.7", 5), false);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Knows one key; the signature is good when it says so. */
    private static final class OneKey implements Authenticator {
        @Override
        public Authenticated authenticate(HttpRequest request) {
            if (!request.headers().get("Authorization", "").equals("good")) {
                throw new Fault(
                        Fault.Kind.UNAUTHENTICATED,
                        "missing-authentication-token",
                        "Missing Authentication Token");
            }
            var principal =
                    new Principal(
                            "123456789012",
                            "AKID",
                            "arn:aws:iam::123456789012:root",
                            "123456789012");
            return new Authenticated(principal, "lambda", "us-east-1", request.body());
        }

        @Override
        public AuthenticatedStream authenticate(HttpRequest head, RequestBody body) {
            throw new IllegalStateException("Function URLs take whole bodies");
        }

        @Override
        public Principal authenticateText(
                InetAddress from, String text, String credential, String time, String signature) {
            throw new IllegalStateException("Function URLs know no forms");
        }

        @Override
        public boolean wouldBlock(HttpRequest request) {
            return false;
        }

        @Override
        public @Nullable String scopedService(HttpRequest request) {
            return "lambda";
        }
    }
}
