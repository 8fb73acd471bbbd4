package dev.glis.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is told of an API's traffic by the commands, through a kill of the server. */
final class ApiTrafficIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration MOST_LOST = Duration.ofSeconds(1);

    private static GlisServer server;
    private static Command glis;

    @BeforeAll
    static void start() throws Exception {
        server = GlisServer.fresh();
        glis = new Command(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void everyAnswerIsCountedAndLogged() throws Exception {
        // Given an API that was called well, where nothing is, and by a wrong method
        api("told");
        call("told", "/pets/1?token=hush");
        call("told", "/pets/2");
        call("told", "/nowhere");

        // When its usage and its log are shown
        JsonNode usage = usage("told", "--by", "route");
        var log = glis.run("api", "logs", "told", "--json").succeeded().output();
        var failed = glis.run("api", "logs", "told", "--status", "4xx").succeeded().output();

        // Then routes are told apart, and each response is there
        JsonNode groups = usage.path("groups");
        assertEquals(2, groups.size(), usage.toString());
        assertEquals("", groups.path(0).path("route").asText());
        assertEquals(1, groups.path(0).path("clientErrors").asInt());
        assertEquals("GET /pets/{id}", groups.path(1).path("route").asText());
        assertEquals(2, groups.path(1).path("calls").asInt());
        assertEquals(8, groups.path(1).path("responseBytes").asInt());
        assertEquals(3, log.lines().count(), log);
        assertFalse(log.contains("hush"), log);
        assertEquals(1, failed.lines().count(), failed);
        assertTrue(failed.contains("  404  GET /_apis/told/%24default/nowhere  "), failed);
    }

    @Test
    @Timeout(120)
    void theLogIsFollowed() throws Exception {
        // Given somebody who follows an API's log, and has seen what was there
        api("followed");
        call("followed", "/pets/first");
        var command =
                new ProcessBuilder(
                        GlisServer.REPOSITORY.resolve("glis").toString(),
                        "api",
                        "logs",
                        "followed",
                        "--follow");
        command.environment().put("GLIS_DATA", server.data().toString());
        Process following = command.start();
        try (BufferedReader lines = following.inputReader()) {
            assertTrue(lines.readLine().contains("/pets/first"));

            // When the API is called once more
            call("followed", "/pets/second");

            // Then they see that, too
            assertTrue(lines.readLine().contains("/pets/second"));
        } finally {
            following.destroy();
        }
    }

    @Test
    void aKillLosesNoMoreThanTheLastSecond() throws Exception {
        // Given an API that is called without pause
        api("killed");
        var calls = new ArrayList<Instant>();
        Instant end = Instant.now().plusSeconds(4);
        while (Instant.now().isBefore(end)) {
            call("killed", "/pets/1");
            calls.add(Instant.now());
        }

        // When the server is killed and started again
        server.kill();
        Instant killed = Instant.now();
        server.start();

        // Then all calls are counted but for those of the last second
        long counted = usage("killed").path("groups").path(0).path("calls").asLong();
        long sure = calls.stream().filter(time -> time.isBefore(killed.minus(MOST_LOST))).count();
        String told = counted + " of " + calls.size() + ", " + sure + " before the last second";
        assertTrue(counted >= sure && counted <= calls.size(), told);
    }

    private static void api(String name) throws Exception {
        glis.run("api", "create", name).succeeded();
        glis.run("api", "route", name, "GET /pets/{id}", "--mock", "200", "--body", "meow")
                .succeeded();
        glis.run("api", "deploy", name).succeeded();
    }

    private static void call(String api, String path) throws Exception {
        URI gateway = server.gateway();
        var uri =
                URI.create(
                        "http://"
                                + gateway.getAuthority()
                                + "/_apis/"
                                + api
                                + "/%24default"
                                + path);
        HTTP.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding());
    }

    private static JsonNode usage(String api, String... flags) throws Exception {
        var words = new ArrayList<>(List.of("api", "usage", api, "--json"));
        words.addAll(List.of(flags));
        return JSON.readTree(glis.run(words.toArray(String[]::new)).succeeded().output());
    }
}
