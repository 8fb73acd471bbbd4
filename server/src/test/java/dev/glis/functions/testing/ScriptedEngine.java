package dev.glis.functions.testing;

import dev.glis.engine.Blueprint;
import dev.glis.engine.Engine;
import dev.glis.engine.Invocation;
import dev.glis.engine.InvocationListener;
import dev.glis.engine.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** An engine that starts nothing: a test says how each invocation ends. */
public final class ScriptedEngine implements Engine {
    private final List<Invocation> invocations = new CopyOnWriteArrayList<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger mostInFlight = new AtomicInteger();
    private volatile BiConsumer<Invocation, InvocationListener> script =
            (invocation, listener) -> listener.completed(success("null"));

    /** Every invocation ends at once in what the function gives. */
    public void answer(Function<Invocation, Outcome> answers) {
        script = (invocation, listener) -> listener.completed(answers.apply(invocation));
    }

    /** Every invocation is handed to the consumer, who ends it whenever it likes. */
    public void handle(BiConsumer<Invocation, InvocationListener> consumer) {
        script = consumer;
    }

    /** All invocations so far, in order. */
    public List<Invocation> invocations() {
        return invocations;
    }

    /** The payloads of all invocations so far, as text. */
    public List<String> payloads() {
        return invocations.stream()
                .map(each -> new String(each.payload(), StandardCharsets.UTF_8))
                .toList();
    }

    public int mostInFlight() {
        return mostInFlight.get();
    }

    public static Outcome.Success success(String payload) {
        return new Outcome.Success(
                payload.getBytes(StandardCharsets.UTF_8), "application/json", report());
    }

    public static Outcome.Failure failure(String errorType) {
        String payload = "{\"errorMessage\":\"oh\",\"errorType\":\"" + errorType + "\"}";
        return new Outcome.Failure(errorType, payload.getBytes(StandardCharsets.UTF_8), report());
    }

    public static Outcome.Rejected rejected(Outcome.Reason reason) {
        return new Outcome.Rejected(reason, "Rate Exceeded.");
    }

    private static Outcome.Report report() {
        return new Outcome.Report(
                1.5, null, 2, 128, 30, 0.1, "the tail".getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void invoke(Blueprint blueprint, Invocation invocation, InvocationListener listener) {
        invocations.add(invocation);
        mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
        script.accept(
                invocation,
                new InvocationListener() {
                    @Override
                    public void head(String contentType) {
                        listener.head(contentType);
                    }

                    @Override
                    public void part(byte[] bytes, Runnable resume) {
                        listener.part(bytes, resume);
                    }

                    @Override
                    public void completed(Outcome outcome) {
                        inFlight.decrementAndGet();
                        listener.completed(outcome);
                    }
                });
    }

    @Override
    public void replace(Blueprint blueprint) {}

    @Override
    public void retire(String workload) {}

    @Override
    public void reserve(String functionArn, String accountId, OptionalInt concurrency) {}

    @Override
    public void limitAccount(String accountId, int concurrency) {}

    @Override
    public void provision(Blueprint blueprint, int instances) {}

    @Override
    public InstanceCount count(String workload) {
        return new InstanceCount(0, 0, 0, 0);
    }

    @Override
    public Map<String, InstanceCount> counts() {
        return Map.of();
    }

    @Override
    public Map<String, List<InstanceStart>> starts() {
        return Map.of();
    }
}
