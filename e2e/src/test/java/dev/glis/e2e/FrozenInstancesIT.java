package dev.glis.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.lambda.LambdaClient;

/** Instances that have been idle for some seconds are frozen, and go on when they are called. */
final class FrozenInstancesIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Tells how often it was called. */
    private static final String COUNTING =
            """
            let calls = 0;
            exports.handler = async () => ({ code: 'old', calls: ++calls });
            """;

    private static GlisServer server;
    private static Command command;
    private static LambdaClient lambda;

    @BeforeAll
    static void start() {
        server = GlisServer.fresh();
        command = new Command(server);
        lambda = server.lambda();
    }

    @AfterAll
    static void stop() {
        lambda.close();
        server.close();
    }

    @Test
    void goOnWhenTheyAreCalledUnlessTheCodeIsNewer() throws Exception {
        // Given functions whose instances were frozen
        var names = List.of("kept", "updated");
        for (String name : names) {
            NodeFunctions.create(lambda, name, COUNTING);
            assertEquals(1, answer(name).path("calls").asInt());
        }
        for (String name : names) {
            Eventually.holds(() -> frozen(name), count -> count == 1);
        }

        // When one is called, and the other is updated and called
        JsonNode kept = answer("kept");
        lambda.updateFunctionCode(
                r ->
                        r.functionName("updated")
                                .zipFile(Zips.of("index.js", COUNTING.replace("old", "new"))));
        JsonNode updated = answer("updated");

        // Then the one went on where it was, and nothing is left of the other
        assertEquals(2, kept.path("calls").asInt());
        assertEquals("frozen instance", latestStart("kept").path("rung").asText());
        assertTrue(latestStart("kept").path("readyMs").asDouble() < 1_000);
        assertEquals("new", updated.path("code").asText());
        assertEquals(1, updated.path("calls").asInt());
        assertEquals(0, frozen("updated"));
    }

    private static JsonNode answer(String name) throws Exception {
        return JSON.readTree(lambda.invoke(r -> r.functionName(name)).payload().asByteArray());
    }

    private static int frozen(String name) throws Exception {
        int frozen = 0;
        for (JsonNode row : command.status(name).path("instances")) {
            frozen += row.path("frozen").asInt();
        }
        return frozen;
    }

    private static JsonNode latestStart(String name) throws Exception {
        return Command.latestStart(command.status(name));
    }
}
