package dev.glis.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands as they are typed, against a server that answers what is written down. */
final class CommandsTest {
    private static final String INVOCATIONS = "POST /2015-03-31/functions/hello/invocations";

    @TempDir Path data;

    private final ScriptedServer server = new ScriptedServer();

    @BeforeEach
    void writeDataFolder() throws IOException {
        server.writeDataFolder(data);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void envQuotesForTheShell() {
        // When the variables are printed
        var run = Run.of(data, "env");

        // Then a shell can read them, whatever the secret holds
        assertTrue(run.out().contains("export AWS_ACCESS_KEY_ID=AKID\n"), run.out());
        assertTrue(
                run.out().contains("export AWS_SECRET_ACCESS_KEY='a secret'\\''s value'\n"),
                run.out());
        assertTrue(run.out().contains("export AWS_REGION=eu-central-1\n"), run.out());
    }

    @Test
    void saysHowToStartAServerThatDoesNotRun(@TempDir Path other) {
        // When a command needs a server and none was ever started
        var run = Run.of(other, "status");

        // Then the next step is told, with the folder in question
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("glis up --detach --data " + other), run.err());
    }

    @Test
    void statusTellsHowAFunctionWasStarted() {
        // Given a function that sleeps after a start
        server.on(
                "GET /_glis/status",
                200,
                "{\"instances\":[],\"starts\":[{\"version\":\"$LATEST\",\"rung\":\"stem cell\","
                        + "\"readyMs\":6.5,\"initMs\":2.25}]}");

        // When its status is asked for
        var run = Run.of(data, "status", "hello");

        // Then the rung and the times are shown
        assertTrue(run.out().contains("stem cell"), run.out());
        assertTrue(run.out().contains("6.5 ms"), run.out());
    }

    @Test
    void seesThatAServerHasDied() throws IOException {
        // Given the file of a server whose process is gone
        long dead = 4_194_305L; // larger than any process number of Linux
        Files.writeString(data.resolve("run/server.json"), "{\"pid\":" + dead + "}");

        // When a command needs it
        var run = Run.of(data, "ls");

        // Then that is told
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("has ended without tidying up"), run.err());
    }

    @Test
    void invokePrintsTheResult() {
        // Given a function that answers
        server.on(INVOCATIONS, 200, "{\"greeting\":\"hi\"}");

        // When it is invoked with an event
        var run = Run.of(data, "invoke", "hello", "--data", "{\"a\":1}");

        // Then its answer, and nothing else, is on standard output
        assertEquals("{\"greeting\":\"hi\"}\n", run.out());
        assertEquals(0, run.exitCode());
        assertEquals("{\"a\":1}", server.requests().getFirst().body());
    }

    @Test
    void invokeTellsOfAFunctionError() {
        // Given a function that fails
        server.on(
                INVOCATIONS,
                200,
                Map.of("X-Amz-Function-Error", "Unhandled", "x-amzn-RequestId", "r-1"),
                "{\"errorMessage\":\"no\"}");

        // When it is invoked
        var run = Run.of(data, "invoke", "hello");

        // Then the error is on standard output, the way to its log on the other, and it counts
        assertEquals("{\"errorMessage\":\"no\"}\n", run.out());
        assertTrue(run.err().contains("glis logs hello --request r-1"), run.err());
        assertEquals(1, run.exitCode());
    }

    @Test
    void invokeTakesItsEventFromStandardInput() {
        // Given a function that answers
        server.on(INVOCATIONS, 200, "1");

        // When the event comes through a pipe
        var run =
                Run.in(
                        Path.of("/"),
                        Map.of("GLIS_DATA", data.toString()),
                        "[1,2]",
                        "invoke",
                        "hello",
                        "--data",
                        "-");

        // Then it arrived
        assertEquals("1\n", run.out());
        assertEquals("[1,2]", server.requests().getFirst().body());
    }

    @Test
    void invokeRefusesAnEventThatIsNotJson() {
        // When the event is a bare word
        var run = Run.of(data, "invoke", "hello", "--data", "word");

        // Then the message says how a text is written, and nothing was sent
        assertEquals(2, run.exitCode());
        assertTrue(run.err().contains("A text needs its own quotes"), run.err());
        assertEquals(0, server.requests().size());
    }

    @Test
    void logsShowsLinesWithTheirTimes() {
        // Given a function with a log
        server.on("GET /2015-03-31/functions/hello/configuration", 200, "{}");
        server.on(
                "GET /_glis/functions/hello/logs",
                200,
                "{\"lines\":[{\"time\":\"2026-11-24T07:59:59.000123Z\",\"text\":\"hi\"}]}");

        // When it is shown
        var run = Run.of(data, "logs", "hello");

        // Then each line has its time
        assertEquals("2026-11-24T07:59:59.000Z  hi\n", run.out());
    }

    /** Clears a screen, in both of a terminal's ways, and more. */
    private static final String RAW = "a\u001b[2J\u009b2J\r\u007f\tb";

    private static final String IN_LETTERS = "a\\u001b[2J\\u009b2J\\u000d\\u007f\tb";

    private void logHasRaw() {
        server.on("GET /2015-03-31/functions/hello/configuration", 200, "{}");
        String escaped = IN_LETTERS.replace("\t", "\\t");
        server.on(
                "GET /_glis/functions/hello/logs",
                200,
                "{\"lines\":[{\"time\":\"2026-11-24T07:59:59.000123Z\",\"text\":\"%s\"}]}"
                        .formatted(escaped));
    }

    @Test
    void whatAFunctionPrintedCommandsNoScreen() {
        // Given a function that printed what a terminal obeys
        logHasRaw();

        // When its log is shown
        var shown = Run.onScreen(data, "logs", "hello");
        var kept = Run.of(data, "logs", "hello");

        // Then a screen gets it in letters, and a file as it is
        assertEquals("2026-11-24T07:59:59.000Z  " + IN_LETTERS + "\n", shown.out());
        assertEquals("2026-11-24T07:59:59.000Z  " + RAW + "\n", kept.out());
    }

    @Test
    void whatAFunctionPrintedCommandsNoScreenAsJsonEither() throws IOException {
        // Given a function that printed what a terminal obeys
        logHasRaw();

        // When its log is shown as JSON
        var run = Run.onScreen(data, "logs", "hello", "--json");

        // Then it is in letters, and means what was printed
        assertTrue(run.out().strip().chars().noneMatch(Character::isISOControl), run.out());
        assertEquals(RAW, Json.parse(run.out().getBytes(UTF_8)).path("text").asText());
    }

    @Test
    void resultsAndTheirLogsCommandNoScreen() {
        // Given a function whose result and log clear screens
        String log = Base64.getEncoder().encodeToString("\u001b[2Jlog".getBytes(UTF_8));
        server.on(INVOCATIONS, 200, Map.of("X-Amz-Log-Result", log), "\"\u009b2J\"");

        // When it is invoked
        var shown = Run.onScreen(data, "invoke", "hello", "--logs");
        var kept = Run.of(data, "invoke", "hello", "--logs");

        // Then a screen gets letters, and a file what came
        assertEquals("\"\\u009b2J\"\n", shown.out());
        assertEquals("\\u001b[2Jlog\n", shown.err());
        assertEquals("\"\u009b2J\"\n", kept.out());
        assertEquals("\u001b[2Jlog\n", kept.err());
    }

    @Test
    void lsAlignsItsColumns() {
        // Given two functions with names of different lengths
        server.on(
                "GET /2015-03-31/functions",
                200,
                """
                {"Functions":[
                 {"FunctionName":"a","Runtime":"java25","Handler":"H","MemorySize":128,"Timeout":3,"CodeSize":10,"LastModified":"t"},
                 {"FunctionName":"longer","Runtime":"java25","Handler":"H","MemorySize":128,"Timeout":3,"CodeSize":2048,"LastModified":"t"}]}
                """);

        // When they are listed
        var run = Run.of(data, "ls");

        // Then the second column begins at the same place
        assertEquals(
                """
                NAME    RUNTIME  HANDLER  MEMORY  TIMEOUT  CODE     MODIFIED
                a       java25   H        128 MB  3 s      10 B     t
                longer  java25   H        128 MB  3 s      2.0 KiB  t
                """,
                run.out());
    }

    @Test
    void usageAddsUpTheHours() {
        // Given usage in two hours
        server.on(
                "GET /_glis/usage",
                200,
                """
                {"usage":[
                 {"resource":"arn:aws:lambda:eu-central-1:1:function:a","metric":"FUNCTION_REQUESTS","hour":"h1","quantity":2},
                 {"resource":"arn:aws:lambda:eu-central-1:1:function:a","metric":"FUNCTION_REQUESTS","hour":"h2","quantity":3},
                 {"resource":"arn:aws:lambda:eu-central-1:1:function:a","metric":"FUNCTION_MB_MS","hour":"h2","quantity":1024000}]}
                """);

        // When it is shown
        var run = Run.of(data, "usage");

        // Then there is one row with the sums
        assertTrue(run.out().contains("a         5         0       0"), run.out());
        assertTrue(run.out().contains("1.000 GB-s"), run.out());
    }

    @Test
    void showsTheServersErrorWithItsHelp() {
        // Given an operation that is refused in Glis's own form
        server.on(
                "POST /_glis/accounts",
                403,
                "{\"code\":\"operator-only\",\"message\":\"Not you\",\"help\":\"docs/errors/operator-only.md\"}");

        // When it is tried
        var run = Run.of(data, "account", "create", "team");

        // Then message, code and help are shown
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("Not you"), run.err());
        assertTrue(run.err().contains("docs/errors/operator-only.md"), run.err());
    }

    @Test
    void namesTheNearestCommand() {
        // When a command is misspelt
        var run = Run.of(data, "deplyo");

        // Then the right one is named
        assertEquals(2, run.exitCode());
        assertTrue(run.err().contains("did you mean 'deploy'?"), run.err());
    }

    @Test
    void everyCommandExplainsItself() {
        // When help is asked for
        var run = Run.of(data, "help", "account", "quota");

        // Then it names operands and flags
        assertEquals(0, run.exitCode());
        assertTrue(run.out().contains("Usage: glis account quota ID"), run.out());
        assertTrue(run.out().contains("--concurrency N"), run.out());
    }

    @Test
    void aSecretIsPrintedForProgramsAndARemarkForPeople() {
        // Given a server that makes an application
        server.on(
                "POST /_glis/applications",
                201,
                "{\"clientId\":\"c1\",\"name\":\"shop\",\"secretId\":\"s1\",\"secret\":\"xyz\"}");

        // When it is made
        var run = Run.of(data, "app", "create", "shop");

        // Then standard output has what a program needs, and nothing else
        assertEquals("client_id = c1\nclient_secret = xyz\n", run.out());
        assertTrue(run.err().contains("not shown again"), run.err());
        assertEquals(0, run.exitCode());
    }

    @Test
    void aPlansLimitsAreReadFromFlags() {
        // Given a server that makes plans
        server.on("POST /_glis/plans", 201, "{\"name\":\"gold\"}");

        // When one is made with every kind of limit
        var run =
                Run.of(
                        data,
                        "plan",
                        "create",
                        "gold",
                        "--rate",
                        "10.5:20",
                        "--quota",
                        "1000/month",
                        "--route",
                        "GET /a=b/{id}=0.5",
                        "--route",
                        "$default=3:4");

        // Then all of them are sent
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(
                "{\"name\":\"gold\",\"limits\":{\"rate\":{\"perSecond\":10.5,\"burst\":20},"
                        + "\"quota\":{\"requests\":1000,\"period\":\"month\"},"
                        + "\"routes\":{\"GET /a=b/{id}\":{\"perSecond\":0.5},"
                        + "\"$default\":{\"perSecond\":3.0,\"burst\":4}}}}",
                server.requests().getLast().body());
    }

    @Test
    void sharingSendsAccountsPlansAndTerms() throws IOException {
        // Given terms in a file
        server.on("PUT /_glis/apis/pets/offer", 200, "{}");
        Path terms = Files.writeString(data.resolve("terms.txt"), "Be kind.");

        // When an API is shared with two accounts under them
        var run =
                Run.of(
                        data,
                        "api",
                        "share",
                        "pets",
                        "--with",
                        "111111111111,222222222222",
                        "--plans",
                        "free, gold",
                        "--terms",
                        "@" + terms,
                        "--terms-version",
                        "7");

        // Then the whole offer is sent, and the publisher is asked where nothing else is said
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(
                "{\"audience\":\"named\",\"accounts\":[\"111111111111\",\"222222222222\"],"
                        + "\"plans\":[\"free\",\"gold\"],\"approval\":\"publisher\","
                        + "\"terms\":{\"version\":\"7\",\"text\":\"Be kind.\"}}",
                server.requests().getLast().body());
    }
}
