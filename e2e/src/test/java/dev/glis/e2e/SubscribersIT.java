package dev.glis.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Applications, plans and subscriptions made by commands, at an API that wants secrets. */
final class SubscribersIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** Within which what was counted is durable. */
    private static final Duration DURABLE = Duration.ofMillis(1_500);

    private static GlisServer server;
    private static Command glis;

    @BeforeAll
    static void start() throws Exception {
        server = GlisServer.fresh();
        glis = new Command(server);
        glis("api", "create", "pets", "--access", "client-secret");
        glis("api", "route", "pets", "GET /", "--mock", "200");
        glis("api", "deploy", "pets");
        glis("plan", "create", "free", "--quota", "3/month");
        glis("plan", "create", "gold", "--rate", "0.01:100");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void keysAndQuotasSurviveAKill() throws Exception {
        JsonNode app = app("thrifty", "free");
        assertEquals(List.of(200, 200, 200), List.of(call(app), call(app), call(app)));
        HttpResponse<String> refused = send(app);
        assertEquals(429, refused.statusCode());
        assertEquals("quota-exceeded", JSON.readTree(refused.body()).path("code").asText());
        assertTrue(refused.headers().firstValue("Retry-After").isPresent());
        assertTrue(
                refused.headers().firstValue("RateLimit").orElse("").startsWith("\"quota\";r=0;"));
        long durable = System.nanoTime() + DURABLE.toNanos();
        while (System.nanoTime() < durable) {
            assertEquals(429, call(app));
        }

        server.kill();
        server.start();

        assertEquals(429, call(app));
        glis("api", "assign", "pets", app.path("clientId").asText(), "--plan", "gold");
        assertEquals(200, call(app));
    }

    @Test
    void secretsAreReplacedWithoutAPause() throws Exception {
        JsonNode first = app("rotating", "gold");
        assertEquals(200, call(first));
        JsonNode second = JSON.readTree(glis("app", "rotate", "rotating", "--json"));
        assertEquals(List.of(200, 200), List.of(call(first), call(second)));

        glis("app", "drop-secret", "rotating", first.path("secretId").asText());

        assertEquals(List.of(401, 200), List.of(call(first), call(second)));
        String shown = glis("app", "show", "rotating", "--json");
        assertFalse(shown.contains(second.path("secret").asText()), shown);
    }

    @Test
    void whoIsSuspendedOrRevokedIsRefusedAtOnce() throws Exception {
        JsonNode app = app("fickle", "gold");
        String client = app.path("clientId").asText();
        assertEquals(200, call(app));

        glis("app", "suspend", "fickle");
        assertEquals(403, call(app));
        glis("app", "resume", "fickle");
        assertEquals(200, call(app));
        glis("api", "suspend", "pets", client);
        assertEquals(403, call(app));
        glis("api", "approve", "pets", client);
        assertEquals(200, call(app));
        glis("api", "revoke", "pets", client);
        assertEquals(403, call(app));
        glis("app", "rm", "fickle");
        assertEquals(401, call(app));
    }

    @Test
    void whoGuessesASecretIsStopped() throws Exception {
        // Given
        JsonNode guessed = app("guessed", "gold");
        JsonNode other = app("unharmed", "gold");
        JsonNode wrong = ((ObjectNode) guessed.deepCopy()).put("secret", "wrong");
        // When
        HttpResponse<String> last = send(wrong);
        for (int i = 0; i < 300 && last.statusCode() == 401; i++) {
            last = send(wrong);
        }
        // Then
        assertEquals(429, last.statusCode());
        assertEquals("too-many-failures", JSON.readTree(last.body()).path("code").asText());
        assertEquals(200, call(other));
    }

    private static JsonNode app(String name, String plan) throws Exception {
        JsonNode made = JSON.readTree(glis("app", "create", name, "--json"));
        assertEquals(403, call(made), "not subscribed");
        glis("app", "subscribe", name, "pets", "--plan", plan);
        return made;
    }

    private static int call(JsonNode app) throws IOException, InterruptedException {
        return send(app).statusCode();
    }

    private static HttpResponse<String> send(JsonNode app)
            throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(server.gateway() + "/_apis/pets/$default/"))
                        .header("X-Client-Id", app.path("clientId").asText())
                        .header("X-Client-Secret", app.path("secret").asText())
                        .build();
        return HTTP.send(request, BodyHandlers.ofString());
    }

    private static String glis(String... words) throws IOException, InterruptedException {
        return glis.run(words).succeeded().output();
    }
}
