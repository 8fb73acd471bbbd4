package dev.glis.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DeployCommandTest {
    private static final String HELLO = "/2015-03-31/functions/hello";
    private static final String URL = "/2021-10-31/functions/hello/url";

    @TempDir Path data;
    @TempDir Path folder;

    private final ScriptedServer server = new ScriptedServer();
    private Path hello;

    @BeforeEach
    void makeFunction() throws IOException {
        server.writeDataFolder(data);
        server.on(
                "GET /_glis/status",
                200,
                "{\"accountId\":\"123456789012\",\"runtimes\":[\"nodejs20.x\",\"nodejs22.x\",\"java25\"]}");
        hello = Files.createDirectory(folder.resolve("hello"));
        Files.writeString(hello.resolve("index.js"), "exports.handler = async () => 1\n");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void createsFunctionUrlAndPermission() {
        // Given a server without this function, which will have a URL in the end
        server.on("POST /2015-03-31/functions", 201, "{}");
        server.on("POST " + URL, 201, "{}");
        server.on("POST " + HELLO + "/policy", 201, "{}");

        // When the folder is deployed
        var run = deploy("hello");

        // Then all three were made, with the newest runtime, and the plan was told
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(
                List.of("POST /2015-03-31/functions", "POST " + URL, "POST " + HELLO + "/policy"),
                server.changes());
        String request = bodyOf("POST /2015-03-31/functions");
        assertTrue(request.contains("\"Runtime\":\"nodejs22.x\""), request);
        assertTrue(request.contains("\"Handler\":\"index.handler\""), request);
        assertTrue(run.err().contains("whoever reaches it may call it"), run.err());
    }

    @Test
    void changesNothingInADryRun() {
        // When a deployment is only planned
        var run = deploy("hello", "--dry-run", "--private");

        // Then the plan is printed and nothing was changed
        assertTrue(run.out().contains("create     function hello (nodejs22.x"), run.out());
        assertEquals(List.of(), server.changes());
    }

    @Test
    void leavesAloneWhatIsAsItShouldBe() {
        // Given a server with just this function, private
        server.on("GET " + HELLO + "/configuration", 200, present(codeHash(), "nodejs20.x"));

        // When it is deployed again
        var run = deploy("hello", "--private");

        // Then nothing is changed, the older runtime included
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(List.of(), server.changes());
        assertTrue(run.err().contains("unchanged"), run.err());
    }

    @Test
    void updatesCodeThatHasChanged() {
        // Given a server with other code
        server.on("GET " + HELLO + "/configuration", 200, present("other", "nodejs22.x"));
        server.on("PUT " + HELLO + "/code", 200, "{}");

        // When it is deployed
        var run = deploy("hello", "--private");

        // Then only the code was changed
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(List.of("PUT " + HELLO + "/code"), server.changes());
    }

    @Test
    void showsTheServersRefusal() {
        // Given a server that refuses
        server.on(
                "POST /2015-03-31/functions",
                400,
                Map.of("x-amzn-ErrorType", "InvalidParameterValueException"),
                "{\"message\":\"Something is wrong\"}");

        // When it is deployed
        var run = deploy("hello", "--private");

        // Then the reason is told, and the exit code tells too
        assertEquals(1, run.exitCode());
        assertTrue(
                run.err().contains("Something is wrong (InvalidParameterValueException)"),
                run.err());
    }

    @Test
    void saysWhichLanguageTheServerLacks() throws IOException {
        // Given a Python function, and a server without Python
        Files.delete(hello.resolve("index.js"));
        Files.writeString(hello.resolve("lambda_function.py"), "def lambda_handler(e, c): pass\n");

        // When it is deployed
        var run = deploy("hello");

        // Then the message says what the server has
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("cannot run python"), run.err());
    }

    private Run deploy(String... words) {
        var all = new java.util.ArrayList<>(List.of("deploy"));
        all.addAll(List.of(words));
        return Run.in(folder, Map.of("GLIS_DATA", data.toString()), "", all.toArray(String[]::new));
    }

    private String codeHash() {
        var spec = FunctionSpec.of("hello", hello, FunctionSpec.Access.NONE);
        return new CodeFolder(spec, Terminal.system(Map.of())).pack().sha256();
    }

    private static String present(String hash, String runtime) {
        return """
        {"FunctionName":"hello","CodeSha256":"%s","Runtime":"%s","Handler":"index.handler"}
        """
                .formatted(hash, runtime);
    }

    private String bodyOf(String line) {
        return server.requests().stream()
                .filter(request -> request.line().equals(line))
                .findFirst()
                .orElseThrow()
                .body();
    }
}
