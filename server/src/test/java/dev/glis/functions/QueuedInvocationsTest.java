package dev.glis.functions;

import static dev.glis.functions.testing.ScriptedEngine.failure;
import static dev.glis.functions.testing.ScriptedEngine.rejected;
import static dev.glis.functions.testing.ScriptedEngine.success;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glis.base.Fault;
import dev.glis.base.Ids;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import dev.glis.base.testing.Await;
import dev.glis.base.testing.ManualTime;
import dev.glis.engine.Invocation;
import dev.glis.engine.InvocationListener;
import dev.glis.engine.Outcome;
import dev.glis.functions.FunctionCatalog.QueuePolicy;
import dev.glis.functions.testing.Blueprints;
import dev.glis.functions.testing.ScriptedCatalog;
import dev.glis.functions.testing.ScriptedEngine;
import dev.glis.store.Store;
import dev.glis.store.testing.FailingStore;
import dev.glis.store.testing.TestStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

final class QueuedInvocationsTest {
    private static final RetryDelays DELAYS = new RetryDelays(60_000, 1_000, 300_000);
    private final ManualTime time = new ManualTime();
    private final TestStore database = TestStore.open(QueuedInvocations.MIGRATIONS);
    private final FailingStore store = new FailingStore(database.store());
    private final ScriptedEngine engine = new ScriptedEngine();
    private final ScriptedCatalog catalog = new ScriptedCatalog().with("f").with("g");
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final QueuedInvocations queue = queue(store);

    private QueuedInvocations queue(Store on) {
        return new QueuedInvocations(
                on, catalog, engine, DELAYS, new Ids(time), time, time, executor);
    }

    @AfterEach
    void close() {
        queue.close();
        executor.close();
        database.close();
    }

    @Test
    void runsAnAcceptedEventAndForgetsIt() {
        queue.begin();

        accept(queue, "f", "{\"a\":1}").join();

        awaitEmptyTable();
        assertEquals(List.of("{\"a\":1}"), engine.payloads());
    }

    @Test
    void anEventOutlivesTheServer() {
        engine.handle((invocation, listener) -> {});
        queue.begin();
        accept(queue, "f", "1").join();
        Await.until("the event runs", () -> engine.invocations().size() == 1);
        queue.close();
        engine.answer(invocation -> success("null"));
        QueuedInvocations next = queue(database.store());

        next.begin();

        awaitEmptyTable();
        assertEquals(List.of("1", "1"), engine.payloads());
        next.close();
    }

    @Test
    void eventsOfAnotherNodeAreWorkedOffHere() {
        QueuedInvocations other = queue(database.store());
        queue.begin();

        accept(other, "f", "1").join();

        awaitEmptyTable();
        assertEquals(List.of("1"), engine.payloads());
        other.close();
    }

    @Test
    void retriesAfterOneAndTwoMinutesThenTellsTheDestination() {
        catalog.queuePolicy(new QueuePolicy(21_600_000, 2, null, Blueprints.arn("g")));
        engine.answer(each -> isFor("g", each) ? success("null") : failure("Oh"));
        queue.begin();
        accept(queue, "f", "{\"a\":1}").join();
        Await.until("the failure is stored", () -> attemptsInTable() == 1);
        time.pass(59_000);
        assertEquals(1, engine.invocations().size());
        passUntilAttempts(2);
        Await.until("the failure is stored", () -> attemptsInTable() == 2);
        time.pass(118_000);
        assertEquals(2, engine.invocations().size());

        passUntilAttempts(4);

        awaitEmptyTable();
        JsonNode record = Json.parse(engine.payloads().get(3));
        assertEquals(4, engine.invocations().size());
        assertEquals("1.0", record.path("version").asText());
        JsonNode context = record.path("requestContext");
        assertEquals(
                engine.invocations().getFirst().requestId(), context.path("requestId").asText());
        assertEquals(Blueprints.arn("f") + ":$LATEST", context.path("functionArn").asText());
        assertEquals("RetriesExhausted", context.path("condition").asText());
        assertEquals(3, context.path("approximateInvokeCount").asInt());
        assertEquals("{\"a\":1}", Json.text(record.path("requestPayload")));
        assertEquals(200, record.path("responseContext").path("statusCode").asInt());
        assertEquals("$LATEST", record.path("responseContext").path("executedVersion").asText());
        assertEquals("Unhandled", record.path("responseContext").path("functionError").asText());
        assertEquals("Oh", record.path("responsePayload").path("errorType").asText());
    }

    @Test
    void tellsTheDestinationOfSuccess() {
        catalog.queuePolicy(new QueuePolicy(21_600_000, 2, Blueprints.arn("g"), null));
        engine.answer(each -> isFor("g", each) ? failure("End") : success("{\"b\":2}"));
        queue.begin();

        accept(queue, "f", "{\"a\":1}").join();

        awaitAttempts(2);
        JsonNode record = Json.parse(engine.payloads().get(1));
        assertEquals("Success", record.path("requestContext").path("condition").asText());
        assertEquals(1, record.path("requestContext").path("approximateInvokeCount").asInt());
        assertEquals("{\"b\":2}", Json.text(record.path("responsePayload")));
    }

    @Test
    void aRetryOutlivesTheServer() {
        engine.answer(each -> failure("Oh"));
        queue.begin();
        accept(queue, "f", "1").join();
        Await.until("the failure is stored", () -> attemptsInTable() == 1);
        queue.close();
        QueuedInvocations next = queue(database.store());
        next.begin();
        time.pass(59_000);
        assertEquals(1, engine.invocations().size());

        passUntilAttempts(2);

        assertEquals(List.of("1", "1"), engine.payloads());
        next.close();
    }

    @Test
    void anEventThatIsTooOldIsNotRun() {
        catalog.queuePolicy(new QueuePolicy(60_000, 2, null, Blueprints.arn("g")));
        accept(queue, "f", "1").join();
        time.pass(60_001);

        queue.begin();

        awaitEmptyTable();
        JsonNode record = Json.parse(engine.payloads().getFirst());
        assertEquals(1, engine.invocations().size());
        assertEquals("EventAgeExceeded", record.path("requestContext").path("condition").asText());
        assertEquals(0, record.path("requestContext").path("approximateInvokeCount").asInt());
    }

    @Test
    void anEventForAFunctionWithoutConcurrencyEndsAtOnce() {
        catalog.queuePolicy(new QueuePolicy(21_600_000, 2, null, Blueprints.arn("g")));
        engine.answer(
                each -> isFor("g", each) ? success("null") : rejected(Outcome.Reason.FUNCTION_OFF));
        queue.begin();

        accept(queue, "f", "{\"a\":1}").join();

        awaitEmptyTable();
        assertEquals(2, engine.invocations().size());
        JsonNode record = Json.parse(engine.payloads().getLast());
        JsonNode context = record.path("requestContext");
        assertEquals("ZeroReservedConcurrency", context.path("condition").asText());
        assertEquals(0, context.path("approximateInvokeCount").asInt());
        assertEquals("{\"a\":1}", Json.text(record.path("requestPayload")));
        assertTrue(record.path("responseContext").isMissingNode());
    }

    @Test
    void aThrottledFunctionIsTriedAgainMoreAndMoreSlowly() {
        engine.answer(each -> rejected(Outcome.Reason.FUNCTION_CONCURRENCY));
        queue.begin();
        accept(queue, "f", "1").join();
        awaitAttempts(1);
        Await.until("it pauses", time::hasTimers);
        time.pass(900);
        assertEquals(1, engine.invocations().size());
        passUntilAttempts(2);
        Await.until("it pauses", time::hasTimers);
        time.pass(1_900);
        assertEquals(2, engine.invocations().size());
        engine.answer(each -> success("null"));

        passUntilAttempts(3);

        awaitEmptyTable();
    }

    @Test
    void afterAThrottleOnlyAsManyRunAsWentWell() {
        engine.handle(new OnlyAtOnce(2));
        queue.begin();

        IntStream.range(0, 200).forEach(i -> accept(queue, "f", "" + i).join());

        Await.until(
                "all have run",
                () -> {
                    time.pass(1_000);
                    return rows() == 0;
                });
        assertEquals(200, Set.copyOf(engine.payloads()).size());
    }

    @Test
    void aFunctionThatHangsDoesNotHoldUpOthers() {
        engine.handle(
                (invocation, listener) -> {
                    if (isFor("g", invocation)) {
                        listener.completed(success("null"));
                    }
                });
        queue.begin();
        IntStream.range(0, 300).forEach(i -> accept(queue, "f", "" + i).join());

        accept(queue, "g", "\"through\"").join();

        Await.until("the other one runs", () -> engine.payloads().contains("\"through\""));
        assertTrue(engine.mostInFlight() <= Limits.QUEUE_IN_FLIGHT_PER_FUNCTION.value() + 1);
    }

    @Test
    void aBacklogBeyondMemoryIsWorkedOffOnce() {
        var accepted =
                IntStream.range(0, 1_500).mapToObj(i -> acceptLater(queue, "f", "" + i)).toList();
        accepted.forEach(CompletableFuture::join);

        queue.begin();

        awaitEmptyTable();
        assertEquals(1_500, engine.invocations().size());
        assertEquals(1_500, Set.copyOf(engine.payloads()).size());
    }

    @Test
    void eventsAcceptedWhileOthersRunAreEachRunOnce() {
        engine.handle(
                (invocation, listener) ->
                        executor.execute(() -> listener.completed(success("null"))));
        queue.begin();

        var accepted =
                IntStream.range(0, 3_000).mapToObj(i -> acceptLater(queue, "f", "" + i)).toList();

        accepted.forEach(CompletableFuture::join);
        awaitEmptyTable();
        assertEquals(3_000, engine.invocations().size());
    }

    @Test
    void doesNotAcceptWhatCannotBeStored() {
        queue.begin();
        store.failBeforeCommit(1);

        Fault refusal = accept(queue, "f", "1").join();

        assertNotNull(refusal);
        assertEquals(Fault.Kind.UNAVAILABLE, refusal.kind());
        assertEquals(0, rows());
    }

    @Test
    void anEndThatCouldNotBeStoredIsStoredLater() {
        engine.answer(
                each -> {
                    store.failBeforeCommit(1);
                    return success("null");
                });
        queue.begin();
        accept(queue, "f", "1").join();
        awaitAttempts(1);

        Await.until(
                "the end is stored",
                () -> {
                    time.pass(1_000);
                    return rows() == 0;
                });

        assertEquals(1, engine.invocations().size());
    }

    @Test
    void anEventForADeletedFunctionEnds() {
        accept(queue, "f", "1").join();
        catalog.remove("f");

        queue.begin();

        awaitEmptyTable();
        assertEquals(List.of(), engine.payloads());
    }

    @Test
    @Tag("slow")
    void largePayloadsAreReadFromTheStoreWhenMemoryIsFull() {
        engine.handle((invocation, listener) -> {});
        String large = "\"" + "x".repeat(1_000_000) + "\"";
        queue.begin();
        IntStream.range(0, 36).forEach(i -> accept(queue, "f", large).join());
        queue.end();
        engine.answer(each -> success("null"));

        queue.begin();

        awaitEmptyTable();
        assertTrue(engine.payloads().stream().allMatch(large::equals));
    }

    private CompletableFuture<@Nullable Fault> accept(
            QueuedInvocations into, String name, String payload) {
        return acceptLater(into, name, payload);
    }

    private CompletableFuture<@Nullable Fault> acceptLater(
            QueuedInvocations into, String name, String payload) {
        var accepted = new CompletableFuture<@Nullable Fault>();
        var target = catalog.resolve(Blueprints.ACCOUNT, name, null);
        var invocation =
                new Invocation(
                        UUID.randomUUID().toString(),
                        target.invokedArn(),
                        payload.getBytes(StandardCharsets.UTF_8),
                        null,
                        null,
                        "Root=1-0-0;Parent=0;Sampled=0",
                        false,
                        false);
        into.accept(target, invocation, accepted::complete);
        return accepted;
    }

    private static boolean isFor(String name, Invocation invocation) {
        return invocation.invokedFunctionArn().equals(Blueprints.arn(name));
    }

    private void awaitAttempts(int count) {
        Await.until(count + " attempts", () -> engine.invocations().size() == count);
    }

    private void passUntilAttempts(int count) {
        Await.until(
                count + " attempts",
                () -> {
                    time.pass(1);
                    return engine.invocations().size() >= count;
                });
    }

    private void awaitEmptyTable() {
        Await.until("the table is empty", () -> rows() == 0);
    }

    private int rows() {
        return number("SELECT count(*) FROM queued_invocations");
    }

    private int attemptsInTable() {
        return number("SELECT coalesce(max(attempts), 0) FROM queued_invocations");
    }

    private int number(String sql) {
        return database.store().read(tx -> tx.one(row -> row.getInt(1), sql));
    }

    /** Ends invocations on other threads, and rejects what is more than so many at once. */
    private final class OnlyAtOnce
            implements java.util.function.BiConsumer<Invocation, InvocationListener> {
        private final ConcurrentLinkedQueue<String> running = new ConcurrentLinkedQueue<>();
        private final Set<String> done = java.util.concurrent.ConcurrentHashMap.newKeySet();
        private final int most;

        OnlyAtOnce(int most) {
            this.most = most;
        }

        @Override
        public void accept(Invocation invocation, InvocationListener listener) {
            if (running.size() >= most) {
                listener.completed(rejected(Outcome.Reason.FUNCTION_CONCURRENCY));
                return;
            }
            running.add(invocation.requestId());
            assertTrue(done.add(invocation.requestId()));
            executor.execute(
                    () -> {
                        running.remove(invocation.requestId());
                        listener.completed(success("null"));
                    });
        }
    }
}
