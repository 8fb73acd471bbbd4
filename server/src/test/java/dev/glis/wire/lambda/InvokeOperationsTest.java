package dev.glis.wire.lambda;

import static dev.glis.functions.testing.ScriptedEngine.failure;
import static dev.glis.functions.testing.ScriptedEngine.rejected;
import static dev.glis.functions.testing.ScriptedEngine.success;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.accounts.Principal;
import dev.glis.base.Fault;
import dev.glis.base.Ids;
import dev.glis.base.testing.ManualTime;
import dev.glis.engine.Outcome;
import dev.glis.functions.Invoker;
import dev.glis.functions.QueuedInvocations;
import dev.glis.functions.RetryDelays;
import dev.glis.functions.testing.ForgetfulMeter;
import dev.glis.functions.testing.RecordedResponse;
import dev.glis.functions.testing.ScriptedCatalog;
import dev.glis.functions.testing.ScriptedEngine;
import dev.glis.functions.testing.ScriptedRights;
import dev.glis.meter.Meter;
import dev.glis.net.Headers;
import dev.glis.net.HttpRequest;
import dev.glis.store.testing.TestStore;
import dev.glis.wire.Call;
import dev.glis.wire.OperationTable;
import dev.glis.wire.Query;
import dev.glis.wire.ServiceModel;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class InvokeOperationsTest {
    private static final Principal ROOT =
            new Principal("123456789012", "AKID", "arn:aws:iam::123456789012:root", "123456789012");
    private static final Principal USER =
            new Principal("123456789012", "AKID2", "arn:aws:iam::123456789012:user/u", "AIDA");
    private final ManualTime time = new ManualTime();
    private final TestStore store = TestStore.open(QueuedInvocations.MIGRATIONS);
    private final ScriptedEngine engine = new ScriptedEngine();
    private final ForgetfulMeter meter = new ForgetfulMeter();
    private final QueuedInvocations queue;
    private final OperationTable operations;

    InvokeOperationsTest() {
        var catalog = new ScriptedCatalog().with("f");
        queue =
                new QueuedInvocations(
                        store.store(),
                        catalog,
                        engine,
                        RetryDelays.LAMBDA,
                        new Ids(time),
                        time,
                        time,
                        Runnable::run);
        var invoker =
                new Invoker(
                        catalog, engine, new ScriptedRights(), queue, meter, time, Runnable::run);
        operations =
                new OperationTable(
                        ServiceModel.load(LambdaAdapter.class, Map.of()),
                        LambdaFaults::response,
                        Unsupported::operation,
                        new Ids(time),
                        Runnable::run);
        new InvokeOperations(invoker).addTo(operations);
    }

    @AfterEach
    void close() {
        queue.close();
        store.close();
    }

    @Test
    void answersWithWhatTheFunctionAnswered() {
        engine.answer(each -> success("{\"a\":1}"));

        RecordedResponse response = invoke(new Headers(), "{\"b\":2}");

        assertEquals(200, response.status());
        assertEquals("{\"a\":1}", response.text());
        assertEquals("$LATEST", response.headers().get("X-Amz-Executed-Version"));
        assertNull(response.headers().get("X-Amz-Function-Error"));
        assertEquals(
                "8f0e7c4e-54b7-4b4c-9c7b-0a2f7f0a0a0a", response.headers().get("x-amzn-RequestId"));
        assertEquals(List.of("{\"b\":2}"), engine.payloads());
    }

    @Test
    void anEmptyPayloadIsAnEmptyObject() {
        invoke(new Headers(), "");

        assertEquals(List.of("{}"), engine.payloads());
    }

    @Test
    void aFunctionErrorIsMarked() {
        engine.answer(each -> failure("Oh"));

        RecordedResponse response = invoke(Headers.of("X-Amz-Log-Type", "Tail"), "1");

        assertEquals(200, response.status());
        assertEquals("Unhandled", response.headers().get("X-Amz-Function-Error"));
        assertEquals("dGhlIHRhaWw=", response.headers().get("X-Amz-Log-Result"));
        assertTrue(engine.invocations().getFirst().tail());
    }

    @Test
    void refusesWhatIsNotJson() {
        for (String payload : List.of("hello", "{\"a\":", "1 2", " ", "'x'")) {
            RecordedResponse response = invoke(new Headers(), payload);

            assertEquals(400, response.status(), payload);
            assertEquals(
                    "InvalidRequestContentException", response.headers().get("x-amzn-ErrorType"));
            assertTrue(response.text().contains("Could not parse request body into json: "));
        }
        assertEquals(List.of(), engine.invocations());
    }

    @Test
    void refusesWhatIsTooLarge() {
        String tooLarge = "\"" + "x".repeat(6_291_556) + "\"";

        RecordedResponse response = invoke(new Headers(), tooLarge);

        assertEquals(413, response.status());
        assertEquals("RequestTooLargeException", response.headers().get("x-amzn-ErrorType"));
    }

    @Test
    void anEventMayHaveOneMebibyteOnly() {
        String tooLarge = "\"" + "x".repeat(1_048_576) + "\"";

        RecordedResponse response = invoke(Headers.of("X-Amz-Invocation-Type", "Event"), tooLarge);

        assertEquals(413, response.status());
    }

    @Test
    void anEventIsAcceptedOnceItIsStored() {
        RecordedResponse response = invoke(Headers.of("X-Amz-Invocation-Type", "Event"), "1");

        assertEquals(202, response.status());
        assertEquals("", response.text());
        assertEquals(1, storedEvents());
    }

    @Test
    void invokeAsyncAcceptsAnEvent() {
        RecordedResponse response = call("InvokeAsync", ROOT, new Headers(), "1");

        assertEquals(202, response.status());
        assertEquals(1, storedEvents());
    }

    @Test
    void aDryRunRunsNothing() {
        RecordedResponse response = invoke(Headers.of("X-Amz-Invocation-Type", "DryRun"), "1");

        assertEquals(204, response.status());
        assertEquals(List.of(), engine.invocations());
    }

    @Test
    void requiresTheRight() {
        RecordedResponse response = call("Invoke", USER, new Headers(), "1");

        assertEquals(403, response.status());
        assertEquals(List.of(), engine.invocations());
    }

    @Test
    void throttlesAreCountedAndSayWhy() {
        engine.answer(each -> rejected(Outcome.Reason.FUNCTION_CONCURRENCY));

        RecordedResponse response = invoke(new Headers(), "1");

        assertEquals(429, response.status());
        assertEquals("TooManyRequestsException", response.headers().get("x-amzn-ErrorType"));
        assertEquals("1", response.headers().get("Retry-After"));
        assertTrue(response.text().contains("ReservedFunctionConcurrentInvocationLimitExceeded"));
        assertEquals(List.of(Meter.Metric.FUNCTION_THROTTLES), meter.recorded());
    }

    @Test
    void passesTheClientContext() {
        invoke(Headers.of("X-Amz-Client-Context", "eyJhIjoxfQ=="), "1");

        assertEquals("{\"a\":1}", engine.invocations().getFirst().clientContext());
    }

    @Test
    void refusesAClientContextThatIsNone() {
        for (String context : List.of("%", "WzFd", "aGk=", "A".repeat(3_584))) {
            RecordedResponse response = invoke(Headers.of("X-Amz-Client-Context", context), "1");

            assertEquals(400, response.status(), context);
        }
    }

    @Test
    void refusesUnknownTypes() {
        RecordedResponse response = invoke(Headers.of("X-Amz-Invocation-Type", "Later"), "1");

        assertEquals(400, response.status());
        assertTrue(response.text().contains("[Event, RequestResponse, DryRun]"));
    }

    @Test
    void makesATraceHeaderAndCountsTheChain() {
        String header = "Root=1-0-0;Parent=1;Sampled=1";
        for (int i = 0; i < 16; i++) {
            invoke(Headers.of("X-Amzn-Trace-Id", header), "1");
            header = engine.invocations().getLast().traceHeader();
        }

        RecordedResponse response = invoke(Headers.of("X-Amzn-Trace-Id", header), "1");

        assertEquals(400, response.status());
        assertEquals("RecursiveInvocationException", response.headers().get("x-amzn-ErrorType"));
        assertTrue(header.startsWith("Root=1-0-0;Parent=1;Sampled=1;Lineage="));
    }

    @Test
    void streamsEventsAsTheyCome() {
        var resumed = new ArrayList<String>();
        var response = new RecordedResponse();
        engine.handle(
                (invocation, listener) -> {
                    listener.head("text/plain");
                    listener.part(bytes("one"), () -> resumed.add("one"));
                    response.stopReading();
                    listener.part(bytes("two"), () -> resumed.add("two"));
                    assertEquals(List.of("one"), resumed);
                    response.read();
                    listener.completed(success(""));
                });

        call("InvokeWithResponseStream", ROOT, Headers.of("X-Amz-Log-Type", "Tail"), "1", response);

        assertEquals(List.of("one", "two"), resumed);
        assertEquals("application/vnd.amazon.eventstream", response.headers().get("Content-Type"));
        assertEquals(
                List.of(
                        "PayloadChunk one",
                        "PayloadChunk two",
                        "InvokeComplete {\"LogResult\":\"dGhlIHRhaWw=\"}"),
                events(response.bytes()));
    }

    @Test
    void aStreamedFailureIsInTheLastEvent() {
        engine.answer(each -> failure("Oh"));

        RecordedResponse response = call("InvokeWithResponseStream", ROOT, new Headers(), "1");

        String last = events(response.bytes()).getLast();
        assertEquals(200, response.status());
        assertTrue(last.startsWith("InvokeComplete {\"ErrorCode\":\"Unhandled\""), last);
    }

    private RecordedResponse invoke(Headers headers, String payload) {
        return call("Invoke", ROOT, headers, payload);
    }

    private RecordedResponse call(
            String operation, Principal principal, Headers headers, String payload) {
        return call(operation, principal, headers, payload, new RecordedResponse());
    }

    private RecordedResponse call(
            String name,
            Principal principal,
            Headers headers,
            String payload,
            RecordedResponse response) {
        var request =
                new HttpRequest(
                        "POST",
                        "/",
                        "",
                        headers,
                        bytes(payload),
                        new InetSocketAddress("192.0.2.7", 5),
                        false);
        var call =
                new Call(
                        new ServiceModel.Operation(name, "POST", 200, null),
                        principal,
                        request,
                        Map.of("FunctionName", "f"),
                        Query.parse(""),
                        "8f0e7c4e-54b7-4b4c-9c7b-0a2f7f0a0a0a",
                        response,
                        LambdaFaults::response);
        try {
            Objects.requireNonNull(operations.find(name)).handle(call);
        } catch (Fault fault) {
            call.fail(fault);
        }
        return response.await();
    }

    private int storedEvents() {
        return store.store()
                .read(
                        tx ->
                                tx.one(
                                        row -> row.getInt(1),
                                        "SELECT count(*) FROM queued_invocations"));
    }

    /** Reads messages as a client would, checksums included. */
    private static List<String> events(byte[] bytes) {
        var events = new ArrayList<String>();
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            int start = buffer.position();
            int total = buffer.getInt();
            int headers = buffer.getInt();
            assertEquals(checksum(bytes, start, 8), buffer.getInt());
            var head = new byte[headers];
            var payload = new byte[total - headers - 16];
            buffer.get(head).get(payload);
            assertEquals(checksum(bytes, start, total - 4), buffer.getInt());
            String type =
                    new String(head, StandardCharsets.UTF_8).contains("PayloadChunk")
                            ? "PayloadChunk"
                            : "InvokeComplete";
            events.add(type + " " + new String(payload, StandardCharsets.UTF_8));
        }
        assertFalse(events.isEmpty());
        return events;
    }

    private static int checksum(byte[] bytes, int from, int length) {
        var crc = new CRC32();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
