package dev.glis.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.apigatewaymanagementapi.ApiGatewayManagementApiClient;
import software.amazon.awssdk.services.apigatewaymanagementapi.model.GoneException;
import software.amazon.awssdk.services.apigatewaymanagementapi.model.PayloadTooLargeException;
import software.amazon.awssdk.services.lambda.LambdaClient;

/** A WebSocket API: connections, messages to functions, and what is posted to connections. */
final class SocketsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static final String CHAT =
            """
            exports.handler = async (event) => {
              const { routeKey, connectionId } = event.requestContext;
              if (routeKey === '$connect') {
                if ((event.queryStringParameters || {}).name === 'mallory') {
                  return { statusCode: 403, body: 'not you' };
                }
                const offered = event.headers['Sec-WebSocket-Protocol'];
                return { statusCode: 200, headers: offered ? { 'Sec-WebSocket-Protocol': offered } : {} };
              }
              if (routeKey === '$disconnect') {
                const { eventType, disconnectStatusCode } = event.requestContext;
                if (eventType === 'DISCONNECT') console.log('gone', connectionId, disconnectStatusCode);
                return {};
              }
              if (routeKey === 'fail') throw new Error('no');
              return { statusCode: 200, body: JSON.stringify(event) };
            };
            """;

    private static final String JUDGE =
            """
            exports.handler = async (event) =>
              ({ isAuthorized: event.identitySource[0] === 'friend', context: { seen: event.routeArn } });
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
            NodeFunctions.create(lambda, "chat", CHAT);
            NodeFunctions.create(lambda, "judge", JUDGE);
        }
        glis("api", "create", "chat", "--protocol", "websocket");
        for (String route : new String[] {"$connect", "$disconnect"}) {
            glis("api", "route", "chat", route, "--function", "chat");
        }
        for (String route : new String[] {"$default", "fail", "echo"}) {
            glis("api", "route", "chat", route, "--function", "chat", "--reply");
        }
        glis("api", "route", "chat", "quiet", "--function", "chat");
        glis("api", "deploy", "chat", "--stage", "prod");
        glis("plan", "create", "some", "--rate", "100:100");
        glis("api", "create", "keys", "--protocol", "websocket", "--access", "client-secret");
        glis("api", "route", "keys", "$default", "--function", "chat", "--reply", "--rate", "1:1");
        glis("api", "deploy", "keys", "--stage", "prod");
    }

    @AfterAll
    static void stop() {
        server.close();
        issuer.close();
    }

    /** A client that remembers what it is sent. */
    private static final class Client implements WebSocket.Listener, AutoCloseable {
        private final StringBuilder text = new StringBuilder();
        private final LinkedBlockingQueue<String> messages = new LinkedBlockingQueue<>();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private final WebSocket socket;

        Client(String api, String query, Consumer<WebSocket.Builder> more) {
            WebSocket.Builder builder = HTTP.newWebSocketBuilder();
            more.accept(builder);
            socket = builder.buildAsync(address(api, query), this).join();
        }

        Client() {
            this("chat", "", _ -> {});
        }

        void send(String message) {
            socket.sendText(message, true).join();
        }

        String next() throws InterruptedException {
            String message = messages.poll(30, TimeUnit.SECONDS);
            if (message == null) {
                throw new AssertionError("No message came");
            }
            return message;
        }

        JsonNode json() throws Exception {
            return JSON.readTree(next());
        }

        /** What AWS's clients learn by the first thing that they are answered. */
        String connectionId() throws Exception {
            send("{\"action\":\"echo\"}");
            return json().path("requestContext").path("connectionId").asText();
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                messages.add(text.toString());
                text.setLength(0);
            }
            from.request(1);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            closed.complete(code);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            closed.complete(1006);
        }

        @Override
        public void close() {
            socket.abort();
        }
    }

    @Test
    void aFunctionSeesConnectionsAndMessagesAsInAws() throws Exception {
        try (var client = new Client("chat", "?name=ann", b -> b.subprotocols("chat"))) {
            assertEquals("chat", client.socket.getSubprotocol());
            client.send("{\"action\":\"echo\",\"x\":1}");
            JsonNode event = client.json();
            JsonNode context = event.path("requestContext");
            assertEquals("{\"action\":\"echo\",\"x\":1}", event.path("body").asText());
            assertFalse(event.path("isBase64Encoded").asBoolean());
            assertEquals("echo", context.path("routeKey").asText());
            assertEquals("MESSAGE", context.path("eventType").asText());
            assertEquals("IN", context.path("messageDirection").asText());
            assertEquals("prod", context.path("stage").asText());
            assertTrue(context.path("connectedAt").isNumber());
            for (String name : new String[] {"messageId", "connectionId", "apiId", "domainName"}) {
                assertFalse(context.path(name).asText().isEmpty(), name);
            }
            client.send("no JSON at all");
            JsonNode other = client.json();
            assertEquals("$default", other.path("requestContext").path("routeKey").asText());
            assertEquals("no JSON at all", other.path("body").asText());
            client.socket.sendBinary(ByteBuffer.wrap(new byte[] {0, 1}), true).join();
            JsonNode binary = client.json();
            assertTrue(binary.path("isBase64Encoded").asBoolean());
            assertEquals("AAE=", binary.path("body").asText());

            client.send("{\"action\":\"quiet\"}");
            client.send("{\"action\":\"fail\"}");
            JsonNode failed = client.json();
            assertEquals("Internal server error", failed.path("message").asText());
            assertEquals(context.path("connectionId"), failed.path("connectionId"));
        }
    }

    @Test
    void theConnectRouteRefuses() {
        var refused =
                assertThrows(
                        CompletionException.class,
                        () -> new Client("chat", "?name=mallory", _ -> {}));
        assertEquals(403, status(refused));
    }

    @Test
    void whatIsPostedReachesConnections() throws Exception {
        try (var management = management();
                var ann = new Client();
                var bob = new Client()) {
            String toBob = bob.connectionId();
            for (String id : new String[] {ann.connectionId(), toBob}) {
                management.postToConnection(
                        of -> of.connectionId(id).data(SdkBytes.fromUtf8String("hello all")));
            }
            assertEquals("hello all", ann.next());
            assertEquals("hello all", bob.next());
            assertEquals(
                    "127.0.0.1",
                    management.getConnection(of -> of.connectionId(toBob)).identity().sourceIp());
            assertTrue(glis("api", "connections", "chat").contains(toBob));
            assertThrows(
                    PayloadTooLargeException.class,
                    () ->
                            management.postToConnection(
                                    of ->
                                            of.connectionId(toBob)
                                                    .data(
                                                            SdkBytes.fromByteArray(
                                                                    new byte[128 * 1024 + 1]))));
            management.deleteConnection(of -> of.connectionId(toBob));
            assertEquals(1000, bob.closed.get(30, TimeUnit.SECONDS));
            assertThrows(
                    GoneException.class,
                    () ->
                            management.postToConnection(
                                    of ->
                                            of.connectionId(toBob)
                                                    .data(SdkBytes.fromUtf8String("x"))));
        }
    }

    @Test
    void aFunctionIsToldOfTheEnd() throws Exception {
        try (var goer = new Client()) {
            String gone = goer.connectionId();
            goer.socket.sendClose(4000, "bye").join();
            Eventually.holds(
                    () -> glis("logs", "chat"), log -> log.contains("gone " + gone + " 4000"));
        }
    }

    @Test
    void clientsProveWhoTheyAreAndAreHeldToRates() throws Exception {
        var refused =
                assertThrows(CompletionException.class, () -> new Client("keys", "", _ -> {}));
        assertEquals(401, status(refused));
        JsonNode app = JSON.readTree(glis("app", "create", "shop", "--json"));
        glis("app", "subscribe", "shop", "keys", "--plan", "some");
        String id = app.path("clientId").asText();
        String secret = app.path("secret").asText();
        Consumer<WebSocket.Builder> known =
                builder -> builder.header("X-Client-Id", id).header("X-Client-Secret", secret);
        try (var client = new Client("keys", "", known)) {
            client.send("one");
            client.send("two");
            String answers = client.next() + client.next();
            assertTrue(answers.contains("Too Many Requests"), answers);
            glis("api", "suspend", "keys", id);
            assertEquals(1008, client.closed.get(30, TimeUnit.SECONDS));
        }
    }

    @Test
    void aTokenOpensAConnection() throws Exception {
        glis("api", "create", "tokens", "--protocol", "websocket");
        glis(
                "api",
                "authorizer",
                "tokens",
                "oidc",
                "--issuer",
                issuer.issuer(),
                "--audience",
                "me");
        glis("api", "route", "tokens", "$connect", "--function", "chat", "--authorizer", "oidc");
        deployed("tokens");
        String token = issuer.token("first", "me", _ -> {});
        try (var client =
                new Client("tokens", "", of -> of.header("Authorization", "Bearer " + token))) {
            client.send("who");
            assertEquals("somebody", authorizer(client).path("claims").path("sub").asText());
        }
        String other = issuer.token("first", "you", _ -> {});
        assertEquals(
                401, refusal("tokens", "", of -> of.header("Authorization", "Bearer " + other)));
        assertEquals(401, refusal("tokens", "", _ -> {}));
    }

    @Test
    void aFunctionLetsConnectionsOpen() throws Exception {
        glis("api", "create", "judged", "--protocol", "websocket");
        glis(
                "api",
                "authorizer",
                "judged",
                "judge",
                "--function",
                "judge",
                "--identity",
                "query.token");
        glis("api", "route", "judged", "$connect", "--function", "chat", "--authorizer", "judge");
        deployed("judged");
        try (var client = new Client("judged", "?token=friend", _ -> {})) {
            client.send("who");
            String seen = authorizer(client).path("seen").asText();
            assertTrue(seen.endsWith("/prod/$connect"), seen);
        }
        assertEquals(403, refusal("judged", "?token=stranger", _ -> {}));
        assertEquals(401, refusal("judged", "", _ -> {}));
    }

    @Test
    void aSignatureOpensAConnection() throws Exception {
        glis("api", "create", "signed", "--protocol", "websocket", "--access", "iam");
        deployed("signed");
        try (var client = new Client("signed", "", signature(server.secretAccessKey()))) {
            client.send("who");
            assertEquals("MESSAGE", client.json().at("/requestContext/eventType").asText());
        }
        assertEquals(403, refusal("signed", "", signature("another secret")));
        assertEquals(403, refusal("signed", "", _ -> {}));
    }

    private static void deployed(String api) throws IOException, InterruptedException {
        glis("api", "route", api, "$default", "--function", "chat", "--reply");
        glis("api", "deploy", api, "--stage", "prod");
    }

    /** What the function of a message is told of who connected. */
    private static JsonNode authorizer(Client client) throws Exception {
        return client.json().path("requestContext").path("authorizer");
    }

    private static int refusal(String api, String query, Consumer<WebSocket.Builder> more) {
        return status(assertThrows(CompletionException.class, () -> new Client(api, query, more)));
    }

    private static Consumer<WebSocket.Builder> signature(String secret) {
        URI http = URI.create(address("signed", "").toString().replace("ws:", "http:"));
        return of -> ApiSignature.sign(http, server.accessKeyId(), secret, of::header);
    }

    @Test
    void aPlainRequestIsAskedToUpgradeAndAKilledServersConnectionsAreGone() throws Exception {
        var plain =
                HTTP.send(
                        HttpRequest.newBuilder(
                                        URI.create(
                                                address("chat", "")
                                                        .toString()
                                                        .replace("ws", "http")))
                                .build(),
                        BodyHandlers.ofString());
        assertEquals(426, plain.statusCode());
        try (var client = new Client()) {
            String id = client.connectionId();
            server.kill();
            client.closed.get(30, TimeUnit.SECONDS);
            server.start();
            assertFalse(glis("api", "connections", "chat").contains(id));
            try (var again = new Client();
                    var management = management()) {
                assertFalse(again.connectionId().isEmpty());
                assertThrows(
                        GoneException.class,
                        () -> management.getConnection(of -> of.connectionId(id)));
                server.stop();
                assertEquals(1001, again.closed.get(30, TimeUnit.SECONDS));
            } finally {
                server.start();
            }
        }
    }

    /** With which status a server refuses to open a connection. */
    private static int status(CompletionException refused) {
        var handshake = (WebSocketHandshakeException) Objects.requireNonNull(refused.getCause());
        return handshake.getResponse().statusCode();
    }

    private static URI address(String api, String query) {
        return URI.create(
                server.gateway().toString().replace("http", "ws")
                        + "/_apis/"
                        + api
                        + "/prod"
                        + query);
    }

    private static ApiGatewayManagementApiClient management() {
        return ApiGatewayManagementApiClient.builder()
                .endpointOverride(URI.create(server.gateway() + "/_apis/chat/prod"))
                .region(Region.US_EAST_1)
                .credentialsProvider(server.credentials())
                .httpClientBuilder(ApacheHttpClient.builder())
                .overrideConfiguration(settings -> settings.retryStrategy(r -> r.maxAttempts(1)))
                .build();
    }

    private static String glis(String... words) throws IOException, InterruptedException {
        return glis.run(words).succeeded().output();
    }
}
