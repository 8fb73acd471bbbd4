package dev.glis.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;

/** Functions in containers of Podman's service, which stands for Docker's daemon too. */
@Tag("slow")
final class ContainersIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * What hostile code meets in containers, where that is other than in Glis's own sandboxes:
     * folders that are there and empty, and refusals of another name.
     */
    private static final Map<String, String> IN_CONTAINERS =
            Map.ofEntries(
                    // no program raises rights here, so nobody must be kept from reading such bits
                    Map.entry("setuid_programs_in_code", "ro suid dev"),
                    Map.entry("setuid_programs_in_root", "ro suid dev"),
                    // an empty file lies over it
                    Map.entry("timers", "reached"),
                    // empty folders
                    Map.entry("system_tree", "reached"),
                    Map.entry("control_groups", "reached"),
                    Map.entry("run_folder", "reached"),
                    // the names of its own groups, where those are of version 1
                    Map.entry("groups_of_the_host", "seen"),
                    // refused, by another check
                    Map.entry("write_devices", "EACCES"),
                    Map.entry("write_shared_memory", "ENOENT"));

    private static PodmanService podman;
    private static GlisServer server;
    private static LambdaClient lambda;
    private static Command glis;
    private static EscapeCorpus corpus;

    @BeforeAll
    static void start() throws Exception {
        podman = PodmanService.start();
        server = GlisServer.fresh(podman.flags());
        lambda = server.lambda();
        glis = new Command(server);
        corpus = EscapeCorpus.against(server);
    }

    @AfterAll
    static void stop() throws Exception {
        corpus.close();
        lambda.close();
        server.close();
        assertEquals(List.of(), podman.containers());
        assertEquals(List.of(), podman.images());
        podman.close();
    }

    @Test
    void theOperatorIsToldWhatItLacks() throws Exception {
        // When
        JsonNode facts = glis.status().path("facts");
        // Then
        assertEquals("container", facts.path("isolation").asText());
        String lacks = facts.path("isolationWeaknesses").asText();
        assertTrue(lacks.contains("no stem cells and no prepared caches"), lacks);
        String greeting = Files.readString(server.log());
        assertTrue(greeting.contains("WARNING        functions start more slowly"), greeting);
    }

    @Test
    void nodeGoesNowhere() throws Exception {
        // Given
        var zip =
                CodeFolder.fresh()
                        .files(".", List.of(corpus.program(), corpus.library()))
                        .text("targets", corpus.targets("/var/task", "/usr"))
                        .text("index.js", IsolationIT.NODE)
                        .zip();
        LambdaFunctions.create(
                lambda,
                "node",
                NodeFunctions.RUNTIME,
                "index.handler",
                zip,
                r -> r.memorySize(256).timeout(60));
        for (String how : List.of("child", "inside")) {
            // When
            String said = invoke(lambda, "node", "{\"how\":\"" + how + "\"}").asText();
            // Then
            EscapeCorpus.assertGoesNowhere(how, EscapeCorpus.parse(said), IN_CONTAINERS);
        }
    }

    @Test
    void anImageGoesNowhere() throws Exception {
        // Given an image that has neither folders nor users that a daemon would look for
        Path layout = corpus.image();
        glis.run("deploy", "--image", layout.toString(), "--name", "image").succeeded();
        lambda.updateFunctionConfiguration(r -> r.functionName("image").timeout(60));
        // When
        JsonNode said = invoke(lambda, "image", "\"/app/escapes try /app/targets 2>/dev/null\"");
        // Then
        EscapeCorpus.assertGoesNowhere(
                "image", EscapeCorpus.parse(EscapeCorpus.lines(said)), IN_CONTAINERS);
    }

    @Test
    void aKilledServerLeavesNoContainer() throws Exception {
        // Given one function at work and one frozen, which may reach the internet and nothing else
        try (var killed =
                        GlisServer.fresh(
                                podman.flags("--egress", "internet", "--bind", "0.0.0.0"));
                var client = killed.lambda()) {
            NodeFunctions.create(client, "frozen", REACH, r -> r.timeout(200));
            JsonNode reached = invoke(client, "frozen", "{\"port\":" + port(killed) + "}");
            assertEquals(List.of("eth0", "lo"), texts(reached.path("interfaces")));
            assertEquals("refused", reached.path("connection").asText(), reached.toString());
            var command = new Command(killed);
            Eventually.holds(
                    () -> command.status("frozen").path("instances").path(0).path("frozen").asInt(),
                    frozen -> frozen == 1);
            NodeFunctions.create(client, "busy", REACH, r -> r.timeout(200));
            var busy =
                    CompletableFuture.runAsync(
                            () -> invoke(client, "busy", "{\"sleepMs\":200000}"));
            Eventually.holds(
                    () -> command.status("busy").path("instances").path(0).path("busy").asInt(),
                    count -> count == 1);
            List<String> containers = ofServer(killed.pid());
            assertEquals(2, containers.size(), containers.toString());

            // When
            long pid = killed.pid();
            killed.kill();

            // Then the containers end at once, and are removed when the next server is ready
            Eventually.holds(() -> podman.running(), running(pid), Duration.ofSeconds(5));
            killed.start();
            assertEquals(List.of(), ofServer(pid));
            assertThrows(CompletionException.class, busy::join);
        }
    }

    private static Predicate<List<String>> running(long pid) {
        return names -> names.stream().noneMatch(name -> isOf(pid, name));
    }

    private static List<String> ofServer(long pid) throws Exception {
        return podman.containers().stream().filter(name -> isOf(pid, name)).toList();
    }

    private static boolean isOf(long pid, String container) {
        return container.matches("glis-\\d+-" + pid + "-.*");
    }

    private static int port(GlisServer server) {
        return server.endpoint().getPort();
    }

    /** Waits, or tries to reach the server by the other end of its own connection. */
    private static final String REACH =
            """
            const { networkInterfaces } = require('os');
            const { connect } = require('net');
            const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
            const reach = (host, port) => new Promise((done) => {
              const socket = connect({ host, port });
              socket.on('connect', () => done('connected'));
              socket.on('error', () => done('refused'));
              socket.setTimeout(2_000, () => done('refused'));
            });
            exports.handler = async (event) => {
              if (event.sleepMs) { return wait(event.sleepMs); }
              const [own] = networkInterfaces().eth0;
              const parts = own.address.split('.').map(Number);
              const router = [...parts.slice(0, 3), parts[3] ^ 1].join('.');
              return {
                interfaces: Object.keys(networkInterfaces()).sort(),
                connection: await reach(router, event.port),
              };
            };
            """;

    @Test
    void aDaemonThatIsNotThereIsTold() {
        // When
        var refusal =
                assertThrows(
                        IllegalStateException.class,
                        () ->
                                GlisServer.fresh(
                                        "--isolation",
                                        "container",
                                        "--container-socket",
                                        "/nowhere/docker.sock"));
        // Then
        String said = String.valueOf(refusal.getMessage());
        assertTrue(said.contains("no socket of Docker or Podman at [/nowhere/docker.sock]"), said);
        assertFalse(said.contains("Exception"), said);
    }

    private static List<String> texts(JsonNode list) {
        var texts = new ArrayList<String>();
        list.forEach(each -> texts.add(each.asText()));
        return texts;
    }

    private static JsonNode invoke(LambdaClient client, String name, String event) {
        var answer =
                client.invoke(r -> r.functionName(name).payload(SdkBytes.fromUtf8String(event)));
        assertEquals(null, answer.functionError(), () -> answer.payload().asUtf8String());
        try {
            return JSON.readTree(answer.payload().asUtf8String());
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
