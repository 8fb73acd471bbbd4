package dev.glis.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code glis api usage} and {@code glis api logs} against a server that answers what is written.
 */
final class ApiTrafficCommandsTest {
    private static final String USAGE = "GET /_glis/apis/shop/usage";
    private static final String RESPONSES = "GET /_glis/apis/shop/responses";

    @TempDir Path data;

    private final ScriptedServer server = new ScriptedServer();

    @BeforeEach
    void writeDataFolder() throws IOException {
        server.writeDataFolder(data);
        server.on(
                USAGE,
                200,
                "{\"usage\":[" + row("07:00", 2_000, 500) + "," + row("06:00", 4, 0) + "]}");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void usageIsAChartAndATable() {
        var run = Run.of(data, "api", "usage", "shop", "--since", "3h");

        var lines = run.out().lines().toList();
        assertTrue(
                lines.contains(
                        "11-24 07:00  " + "#".repeat(30) + "!".repeat(10) + "  2k, 500 failed"),
                run.out());
        assertTrue(lines.contains("11-24 06:00  #" + " ".repeat(41) + "4"), run.out());
        assertTrue(lines.contains("11-24 05:00" + " ".repeat(44) + "0"), run.out());
        assertTrue(
                lines.contains(
                        "GET /pets/{id}/a/very/..  2k     500  0    1.2ms  340us  2s   1.5K  3M"),
                run.out());
        assertTrue(lines.stream().allMatch(line -> line.length() <= 80), run.out());
    }

    @Test
    void usageOnAScreenHasBlocks() {
        var run = Run.onScreen(data, "api", "usage", "shop", "--since", "3h");

        assertTrue(
                run.out().contains("\u2588".repeat(30) + "\u2592".repeat(10) + "  2k"), run.out());
    }

    @Test
    void usageAsksForWhatWasChosen() {
        var run =
                Run.of(data, "api", "usage", "shop", "--by", "client", "--status", "5xx", "--json");

        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.out().contains("\"overTime\""), run.out());
        var queries = server.requests().stream().map(ScriptedServer.Request::query).toList();
        assertTrue(queries.getFirst().contains("status=5xx"), queries.toString());
        assertTrue(queries.getFirst().contains("step=3600"), queries.toString());
        assertTrue(queries.getLast().contains("by=client"), queries.toString());
    }

    @Test
    void usageAsCommaSeparatedValues() {
        var run = Run.of(data, "api", "usage", "shop", "--csv");

        assertEquals(
                """
                time,route,calls,clientErrors,serverErrors,requestBytes,responseBytes,p50Us,p95Us,\
                p99Us,totalUs,gatewayUs,waitUs,initialisationUs,backendUs
                2026-11-24T07:00:00Z,"GET /pets/{id}/a/very/long/one",2000,500,0,1536,3145728,1234,\
                340,2000000,,,,,
                """,
                run.out().lines().limit(2).collect(Collectors.joining("\n", "", "\n")));
    }

    @Test
    void usageTellsWhatCanBeGrouped() {
        var run = Run.of(data, "api", "usage", "shop", "--by", "colour");

        assertEquals(2, run.exitCode());
        assertTrue(run.err().contains("[route, client, status, stage]"), run.err());
    }

    @Test
    void logsShowTheNewestLast() {
        server.on(
                RESPONSES,
                200,
                "{\"responses\":["
                        + response("r2", 429, "rate-limited")
                        + ","
                        + response("r1", 200, "")
                        + "],\"next\":\"2026-11-24T07:59:59Z/r1\"}");

        var run = Run.of(data, "api", "logs", "shop", "--status", "429", "--client", "acme");

        assertEquals(
                """
                2026-11-24T07:59:59.000Z  200  GET /pets/r1  1.2ms  acme
                2026-11-24T07:59:59.000Z  429  GET /pets/r2  1.2ms  acme  rate-limited
                """,
                run.out());
        assertTrue(run.err().contains("--before '2026-11-24T07:59:59Z/r1' goes on"), run.err());
        String query = server.requests().getFirst().query();
        assertTrue(query.contains("status=429") && query.contains("client=acme"), query);
    }

    @Test
    void logsCommandNoScreen() {
        server.on(RESPONSES, 200, "{\"responses\":[" + response("\\u001b[2J", 200, "") + "]}");

        var shown = Run.onScreen(data, "api", "logs", "shop");

        assertTrue(shown.out().strip().chars().noneMatch(Character::isISOControl), shown.out());
    }

    @Test
    void logsTellWhatIsMissing() {
        server.on(
                RESPONSES,
                200,
                "{\"responses\":[{\"time\":\"2026-11-24T07:59:59Z\",\"method\":\"\",\"status\":0,"
                        + "\"error\":\"7 responses are missing here\"}]}");

        var run = Run.of(data, "api", "logs", "shop");

        assertEquals("2026-11-24T07:59:59.000Z  7 responses are missing here\n", run.out());
    }

    private static String row(String hour, long calls, long clientErrors) {
        return """
               {"time":"2026-11-24T%s:00Z","route":"GET /pets/{id}/a/very/long/one","calls":%d,\
               "clientErrors":%d,"serverErrors":0,"requestBytes":1536,"responseBytes":3145728,\
               "p50Us":1234,"p95Us":340,"p99Us":2000000}"""
                .formatted(hour, calls, clientErrors);
    }

    private static String response(String requestId, int status, String error) {
        return """
               {"time":"2026-11-24T07:59:59Z","requestId":"%s","client":"acme","method":"GET",\
               "path":"/pets/%s","status":%d,"totalUs":1234,"error":"%s"}"""
                .formatted(requestId, requestId, status, error);
    }
}
