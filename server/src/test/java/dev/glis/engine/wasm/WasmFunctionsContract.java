package dev.glis.engine.wasm;

import static dev.glis.engine.wasm.WasmFixture.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.base.Json;
import dev.glis.engine.Blueprint;
import dev.glis.engine.Outcome;
import dev.glis.engine.testing.EngineFixture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What holds of WebAssembly functions, well-behaved and other, wherever they run. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class WasmFunctionsContract {
    private WasmFixture fixture;
    private Path code;

    /** A real engine. */
    abstract WasmFixture fixture(Path folder) throws IOException;

    @BeforeAll
    void startEngine(@TempDir Path folder) throws IOException {
        fixture = fixture(folder);
        code = WasmFixture.probe(folder.resolve("code"));
    }

    @AfterAll
    void stopEngine() {
        fixture.close();
    }

    private Blueprint function(String name) {
        return WasmFixture.blueprint(name, code, 30_000);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hello world | hello world",
                "exit 0 | ''",
                "open | refused",
                "sleep 20 | slept",
                "log 3 | logged",
                "fill 40 | filled",
                "fibonacci 25 | 75025",
                "big 6000 | 6144000 bytes",
            })
    void answersWithWhatTheProgramPrints(String event, String answer) {
        Outcome outcome = fixture.call(function("answers"), event);

        String text = text(outcome);
        assertEquals(answer, text.length() > 1_000 ? text.length() + " bytes" : text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "exit 7 | Runtime.ExitError | Runtime exited with error: exit status 7",
                "trap | Runtime.ExitError | trap: Trapped on unreachable instruction",
                "recurse | Runtime.ExitError | trap: call stack exhausted",
                "wild | Runtime.ExitError | trap: out of bounds memory access at address 2147483632",
                "fill 500 | Runtime.OutOfMemory | Runtime exited with error",
                "big 7000 | Function.ResponseSizeTooLarge | exceeded maximum allowed payload size",
                "fail | Own | my fault",
            })
    void tellsHowAProgramFailed(String event, String type, String message) {
        Outcome outcome = fixture.call(function("failures"), event);

        var failure = assertInstanceOf(Outcome.Failure.class, outcome);
        assertEquals(type, failure.errorType());
        assertTrue(text(failure).contains(message), text(failure));
    }

    @ParameterizedTest
    @CsvSource({"loop", "sleep 60000"})
    void endsAProgramAtItsDeadline(String event) {
        Blueprint impatient = WasmFixture.blueprint("impatient", code, 300);
        fixture.call(impatient, "calls");

        Outcome outcome = fixture.call(impatient, event);

        var failure = assertInstanceOf(Outcome.Failure.class, outcome);
        assertEquals("Sandbox.Timedout", failure.errorType());
        assertEquals("1", text(fixture.call(impatient, "calls")));
    }

    @Test
    void startsEachCallAnew() {
        Blueprint counter = function("counter");
        var answers = new ArrayList<String>();

        for (String event :
                List.of("calls", "exit 3", "calls", "trap", "calls", "fill 50", "calls")) {
            answers.add(text(fixture.call(counter, event)));
        }

        assertEquals("1", answers.get(0));
        assertEquals("1", answers.get(2));
        assertEquals("1", answers.get(4));
        assertEquals("1", answers.get(6));
    }

    @Test
    void leavesNothingInMemoryForTheNextCall() {
        Blueprint careless = function("careless");
        String place = text(fixture.call(careless, "leave"));

        Outcome outcome = fixture.call(careless, "look " + place);

        assertEquals("nothing", text(outcome));
    }

    @Test
    void givesTheCallsOwnVariables() {
        var invocation = EngineFixture.invocation("environment", false, false);

        Outcome outcome = fixture.engine.invoke(function("variables"), invocation).join();

        List<String> variables = Json.parse(text(outcome)).asText().lines().toList();
        assertTrue(variables.contains("AWS_LAMBDA_REQUEST_ID=" + invocation.requestId()));
        assertTrue(variables.contains("AWS_LAMBDA_FUNCTION_NAME=variables"));
        assertTrue(variables.contains("_HANDLER=index.handler"));
        assertTrue(variables.contains("_X_AMZN_TRACE_ID=" + invocation.traceHeader()));
        assertTrue(variables.stream().anyMatch(each -> each.startsWith("AWS_LAMBDA_DEADLINE_MS=")));
        assertTrue(variables.stream().noneMatch(each -> each.contains("AWS_LAMBDA_RUNTIME_API")));
    }

    @Test
    void putsWhatIsPrintedIntoTheLog() {
        var invocation = EngineFixture.invocation("log 2", true, false);

        Outcome outcome = fixture.engine.invoke(function("talkative"), invocation).join();

        byte[] tail = assertInstanceOf(Outcome.Success.class, outcome).report().logTail();
        List<String> lines =
                new String(tail, java.nio.charset.StandardCharsets.UTF_8).lines().toList();
        assertTrue(lines.getFirst().startsWith("START RequestId: "), lines::toString);
        assertEquals(List.of("line 0", "line 1", "Fehler: grüße", "no break"), lines.subList(1, 5));
        assertTrue(lines.get(6).startsWith("REPORT RequestId: "), lines::toString);
    }

    @Test
    void goesNowhereByHttpWithoutInternetAccess() throws Exception {
        try (var world = new TestHttpServer()) {
            Outcome outcome =
                    fixture.call(function("confined"), quoted("GET " + world.url("/any")));

            assertEquals("error 7", text(outcome));
            assertEquals(0, world.requests());
        }
    }

    @Test
    void makesRequestsByHttp() throws Exception {
        Blueprint connected = WasmFixture.withInternet(function("connected"));
        try (var world = new TestHttpServer()) {
            Outcome outcome =
                    fixture.call(connected, quoted("POST " + world.url("/a?b=c") + " the body"));

            assertEquals("201 4/0/yes 1 POST /a?b=c blue round the body 01", text(outcome));
        }
    }

    @Test
    void endsARequestAtTheDeadlineOfItsCall() throws Exception {
        Blueprint impatient =
                WasmFixture.withInternet(WasmFixture.blueprint("waiting", code, 1_000));
        try (var world = new TestHttpServer()) {
            Outcome outcome = fixture.call(impatient, quoted("GET " + world.url("/never")));

            var failure = assertInstanceOf(Outcome.Failure.class, outcome);
            assertEquals("Sandbox.Timedout", failure.errorType());
            world.awaitHangUp();
        }
    }

    private static String quoted(String request) {
        return "\"http " + request + "\"";
    }

    @Test
    void worksOnManyCallsAtOnce() throws Exception {
        Blueprint busy = function("busy");
        var calls = new ArrayList<CompletableFuture<Outcome>>();

        for (int i = 0; i < 200; i++) {
            calls.add(fixture.engine.invoke(busy, "fibonacci " + i % 20));
        }

        for (int i = 0; i < 200; i++) {
            Outcome outcome = calls.get(i).get(30, TimeUnit.SECONDS);
            assertEquals(Long.toString(fibonacci(i % 20)), text(outcome));
        }
    }

    private static long fibonacci(int n) {
        return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
    }
}
