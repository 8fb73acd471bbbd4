package dev.glis.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.glis.e2e.ContractRuntime.Feature;
import dev.glis.e2e.ContractRuntime.Told;
import dev.glis.e2e.ContractRuntime.Trouble;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.TestAbortedException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.InvalidParameterValueException;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.LogType;
import software.amazon.awssdk.services.lambda.model.RequestTooLargeException;

/** What functions of every runtime can rely on. The runtimes are the rows of a table. */
abstract class RuntimeContract {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_BYTES = 6 * 1024 * 1024 + 100;
    private static final int AT_ONCE = 4;

    private final ContractRuntime runtime;

    /** The function of the test. */
    private final String name = "f-" + UUID.randomUUID();

    private boolean created;

    RuntimeContract(ContractRuntime runtime) {
        this.runtime = runtime;
    }

    @AfterEach
    void delete() {
        if (created) {
            runtime.lambda().deleteFunction(r -> r.functionName(name));
        }
    }

    @RegisterExtension
    final TestExecutionExceptionHandler naming = (_, failure) -> throwNamed(failure);

    /** Reports do not say by themselves which row failed. */
    private void throwNamed(Throwable failure) throws Throwable {
        if (failure instanceof TestAbortedException) {
            throw failure;
        }
        throw new AssertionError(runtime + ": " + failure.getMessage(), failure);
    }

    // ---- Events and answers ----

    @Test
    void eventsArriveAsTheyWereSent() throws Exception {
        create();
        for (String event :
                List.of(
                        "{\"text\":\"grüße 🎈 \\\" \\u0000 \\n\",\"list\":[1,-2.5,[null,true]]}",
                        "\"text\"",
                        "\"\"",
                        "{}",
                        "[]",
                        "12",
                        "false",
                        "null")) {
            assertEquals(JSON.readTree(event), answer(event));
        }
        assertEquals(JSON.readTree("{}"), answer(""), "no event");
    }

    @Test
    void eventsAndAnswersMayBeAsLargeAsLambdaAllows() {
        create();
        String largest = "[\"" + "x".repeat(MOST_BYTES - 4) + "\"]";

        assertEquals(largest, invoke(largest).payload().asUtf8String());

        assertThrows(RequestTooLargeException.class, () -> invoke(largest + " "));
        fails(
                invoke("\"big 6200\""),
                "Function.ResponseSizeTooLarge",
                "Response payload size exceeded maximum allowed payload size");
        assertEquals("[1]", invoke("[1]").payload().asUtf8String());
    }

    @Test
    void callsComeOneAfterTheOtherToOneInstance() {
        needs(Feature.STATE);
        create();

        for (int i = 1; i <= 5; i++) {
            assertEquals("" + i, invoke("\"calls\"").payload().asUtf8String());
        }
    }

    @Test
    void callsAtOnceGetTheirOwnAnswers() throws Exception {
        create();

        List<InvokeResponse> answers =
                together(12, number -> invoke("{\"number\":" + number + "}"));

        for (int i = 0; i < answers.size(); i++) {
            assertEquals(i, JSON.readTree(text(answers.get(i))).path("number").asInt());
        }
    }

    @Test
    void anInstanceTakesAsManyRequestsAtOnceAsItIsTold() throws Exception {
        var setting = Map.of("GLIS_REQUESTS_PER_INSTANCE", "" + AT_ONCE);
        if (!runtime.has(Feature.REQUESTS_AT_ONCE)) {
            create();
            var refusal =
                    assertThrows(
                            InvalidParameterValueException.class,
                            () ->
                                    runtime.lambda()
                                            .updateFunctionConfiguration(
                                                    r ->
                                                            r.functionName(name)
                                                                    .environment(
                                                                            e ->
                                                                                    e.variables(
                                                                                            setting))));
            assertTrue(String.valueOf(refusal.getMessage()).contains("one request at a time"));
            return;
        }
        create(r -> r.environment(e -> e.variables(setting)));

        List<InvokeResponse> answers = together(AT_ONCE, _ -> invoke("\"meet " + AT_ONCE + "\""));

        for (InvokeResponse each : answers) {
            assertEquals("\"met\"", text(each));
        }
    }

    // ---- Failures ----

    @Test
    void whatAFunctionThrowsIsTold() {
        create();

        fails(invoke("\"fail\""), Trouble.THROWN);

        assertEquals("[1]", invoke("[1]").payload().asUtf8String());
    }

    @Test
    void whatAFunctionThrowsAtItsStartIsTold() {
        needs(Feature.START);
        create(r -> r.environment(e -> e.variables(Map.of("FAIL_AT_START", "1"))));

        fails(invoke("[1]"), Trouble.THROWN_AT_START);
        fails(invoke("[1]"), Trouble.THROWN_AT_START);
    }

    @Test
    void aHandlerThatIsNotThereIsTold() {
        Told told = runtime.toldOf(Trouble.NO_HANDLER);
        if (told.isAtDeployment()) {
            var refusal =
                    assertThrows(
                            InvalidParameterValueException.class,
                            () -> create(runtime.noHandler()));
            assertTrue(String.valueOf(refusal.getMessage()).contains(told.message()));
            return;
        }
        create(runtime.noHandler());

        fails(invoke("[1]"), Trouble.NO_HANDLER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"loop", "sleep 60000"})
    void aCallEndsAtItsDeadline(String what) {
        create(r -> r.timeout(1));
        invoke("[1]");

        InvokeResponse answer = invoke("\"" + what + "\"");

        String message = "Task timed out after 1.00 seconds";
        fails(answer, "Sandbox.Timedout", "RequestId: " + requestId(answer) + " Error: " + message);
        String report = line(answer, "REPORT RequestId: ");
        assertTrue(report.contains("\tDuration: 1000.00 ms\t"), report);
        assertTrue(report.contains("Status: timeout"), report);
        assertTrue(line(answer, "20").endsWith(requestId(answer) + " " + message));
        assertEquals("1", invoke("\"calls\"").payload().asUtf8String(), "in another instance");
    }

    @Test
    void anExitIsTold() {
        create();

        InvokeResponse answer = invoke("\"exit 7\"");

        fails(answer, Trouble.EXIT);
        assertTrue(errorMessage(answer).startsWith("RequestId: " + requestId(answer)));
        assertTrue(line(answer, "REPORT ").contains("Error Type: Runtime.ExitError"));
        assertEquals("1", invoke("\"calls\"").payload().asUtf8String(), "in another instance");
    }

    @Test
    void anExitWithoutAnAnswerIsTold() {
        needs(Feature.ANSWER_WITHOUT_EXIT);
        create();

        fails(
                invoke("\"exit 0\""),
                "Runtime.ExitError",
                "Runtime exited without providing a reason");
    }

    @Test
    void memoryIsLimited() {
        create();

        fails(invoke("\"fill 400\""), Trouble.OUT_OF_MEMORY);

        assertEquals("[1]", invoke("[1]").payload().asUtf8String());
    }

    // ---- What a function sees ----

    @Test
    void variablesAreLambdasAndTheFunctionsOwn() throws Exception {
        create(r -> r.environment(e -> e.variables(Map.of("OWN", "grüße = 1", "EMPTY", ""))));

        List<String> seen = answer("\"environment\"").asText().lines().toList();

        var expected = new ArrayList<String>();
        expected.add("OWN=grüße = 1");
        expected.add("EMPTY=");
        expected.add("AWS_LAMBDA_FUNCTION_NAME=" + name);
        expected.add("AWS_LAMBDA_FUNCTION_VERSION=$LATEST");
        expected.add("AWS_LAMBDA_FUNCTION_MEMORY_SIZE=256");
        expected.add("AWS_LAMBDA_INITIALIZATION_TYPE=on-demand");
        expected.add("AWS_LAMBDA_LOG_GROUP_NAME=/aws/lambda/" + name);
        expected.add("AWS_REGION=us-east-1");
        expected.add("AWS_DEFAULT_REGION=us-east-1");
        if (runtime.has(Feature.PLACES)) {
            expected.add("LAMBDA_TASK_ROOT=/var/task");
            expected.add("LAMBDA_RUNTIME_DIR=/var/runtime");
            expected.add("AWS_LAMBDA_RUNTIME_API=127.0.0.1:9001");
        }
        if (runtime.has(Feature.HANDLER_NAME)) {
            var configuration =
                    runtime.lambda().getFunctionConfiguration(r -> r.functionName(name));
            expected.add("_HANDLER=" + configuration.handler());
            expected.add("AWS_EXECUTION_ENV=AWS_Lambda_" + configuration.runtimeAsString());
        }
        expected.removeAll(seen);
        assertEquals(List.of(), expected, seen::toString);
        assertTrue(seen.stream().anyMatch(each -> each.matches("AWS_LAMBDA_LOG_STREAM_NAME=20.+")));
        assertTrue(seen.stream().noneMatch(each -> each.startsWith("JAVA_HOME=")), seen::toString);
    }

    @Test
    void aCallIsToldOfItself() throws Exception {
        create();
        String trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

        InvokeResponse answer =
                invoke(
                        "\"context\"",
                        r -> r.overrideConfiguration(c -> c.putHeader("X-Amzn-Trace-Id", trace)));

        JsonNode context = JSON.readTree(text(answer));
        assertEquals(requestId(answer), context.path("request").asText());
        assertTrue(
                context.path("trace").asText().startsWith("Root=1-5759e988-bd862e3fe1be46a99427"),
                context.toString());
        int leftMs = context.path("leftMs").asInt();
        assertTrue(leftMs > 10_000 && leftMs <= 20_000, context.toString());
        assertTrue(
                line(answer, "XRAY TraceId: 1-5759e988-bd862e3fe1be46a994272793")
                        .contains("Sampled: true"));
        if (runtime.has(Feature.INVOKED_ARN)) {
            String arn = context.path("arn").asText();
            assertTrue(arn.matches("arn:aws:lambda:us-east-1:\\d{12}:function:" + name), arn);
        }
    }

    @Test
    void aCallWithoutATraceGetsOne() throws Exception {
        create();

        String trace = answer("\"context\"").path("trace").asText();

        assertTrue(trace.matches("Root=1-[0-9a-f]{8}-[0-9a-f]{24}.*"), trace);
    }

    @Test
    void theClientsContextArrives() throws Exception {
        needs(Feature.CLIENT_CONTEXT);
        create();
        String json = "{\"custom\":{\"mark\":\"m-42\"}}";
        String encoded = Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));

        InvokeResponse answer = invoke("\"context\"", r -> r.clientContext(encoded));

        String client = JSON.readTree(text(answer)).path("client").asText();
        assertTrue(client.contains("m-42"), client);
    }

    @Test
    void onlyTheTemporaryFolderIsWritable() throws Exception {
        needs(Feature.FILES);
        create();

        JsonNode written = answer("\"files\"");

        assertEquals("yes", written.path("temporary").asText());
        assertEquals("EROFS", written.path("code").asText());
    }

    // ---- Its log ----

    @Test
    void whatIsPrintedStandsBetweenStartAndEnd() {
        create();

        InvokeResponse answer = invoke("\"log 3\"");

        String id = requestId(answer);
        List<String> log = log(answer);
        assertEquals("START RequestId: " + id + " Version: $LATEST", log.getFirst());
        List<String> printed = log.subList(1, log.indexOf("END RequestId: " + id));
        assertEquals(
                List.of("line 0", "line 1", "line 2", "no break"),
                printed.stream().filter(each -> !each.contains("grüße")).toList(),
                log::toString);
        assertTrue(printed.contains("Fehler: grüße"), log::toString);
        String report = log.get(log.indexOf("END RequestId: " + id) + 1);
        assertTrue(
                report.matches(
                        "REPORT RequestId: "
                                + id
                                + "\tDuration: [0-9.]+ ms\tBilled Duration: \\d+ ms\tMemory Size:"
                                + " 256 MB\tMax Memory Used: \\d+ MB\t.*"),
                report);
    }

    // ---- Calls ----

    private void create() {
        create(_ -> {});
    }

    private void create(Consumer<CreateFunctionRequest.Builder> more) {
        runtime.create(name, more);
        created = true;
    }

    private InvokeResponse invoke(String event) {
        return invoke(event, _ -> {});
    }

    private InvokeResponse invoke(String event, Consumer<InvokeRequest.Builder> more) {
        return runtime.lambda()
                .invoke(
                        r ->
                                r.functionName(name)
                                        .logType(LogType.TAIL)
                                        .payload(SdkBytes.fromUtf8String(event))
                                        .applyMutation(more));
    }

    /** What a call that goes well answers. */
    private JsonNode answer(String event) throws JsonProcessingException {
        InvokeResponse answer = invoke(event);
        assertNull(answer.functionError(), () -> text(answer));
        return JSON.readTree(text(answer));
    }

    private interface NumberedCall {
        InvokeResponse call(int number);
    }

    private static List<InvokeResponse> together(int count, NumberedCall call) throws Exception {
        var answers = new ArrayList<InvokeResponse>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = new ArrayList<Future<InvokeResponse>>();
            for (int i = 0; i < count; i++) {
                int number = i;
                calls.add(threads.submit(() -> call.call(number)));
            }
            for (var each : calls) {
                answers.add(each.get());
            }
        }
        return answers;
    }

    // ---- Answers ----

    private void needs(Feature feature) {
        runtime.whyNot(feature).ifPresent(why -> abort(runtime + ": " + why));
    }

    private void fails(InvokeResponse answer, Trouble trouble) {
        Told told = runtime.toldOf(trouble);
        fails(answer, told.type(), told.message());
    }

    private static void fails(InvokeResponse answer, String type, String message) {
        assertEquals(200, answer.statusCode());
        assertEquals("Unhandled", answer.functionError(), () -> text(answer));
        assertEquals(type, error(answer).path("errorType").asText(), () -> text(answer));
        assertTrue(errorMessage(answer).contains(message), () -> text(answer));
    }

    private static String errorMessage(InvokeResponse answer) {
        return error(answer).path("errorMessage").asText();
    }

    private static JsonNode error(InvokeResponse answer) {
        try {
            return JSON.readTree(text(answer));
        } catch (JsonProcessingException e) {
            throw new AssertionError(text(answer), e);
        }
    }

    private static String text(InvokeResponse answer) {
        return answer.payload().asUtf8String();
    }

    private static String requestId(InvokeResponse answer) {
        return answer.responseMetadata().requestId();
    }

    private static List<String> log(InvokeResponse answer) {
        byte[] tail = Base64.getDecoder().decode(answer.logResult());
        return new String(tail, StandardCharsets.UTF_8).lines().toList();
    }

    /** The line of the log that begins so. */
    private static String line(InvokeResponse answer, String beginning) {
        return log(answer).stream()
                .filter(each -> each.startsWith(beginning))
                .findFirst()
                .orElseThrow(() -> new AssertionError(log(answer).toString()));
    }
}
