package dev.glis.apis.sockets;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glis.apis.Backend;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.base.Timers;
import dev.glis.engine.Invocation;
import dev.glis.engine.Outcome;
import dev.glis.functions.FunctionCatalog.Target;
import dev.glis.functions.InvocationReply;
import dev.glis.functions.Invoker;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;

/** Has functions of an API's own account see events, within a time. Never blocks. */
final class Invocations {
    private static final int PERCENT = 100;

    private final Invoker invoker;
    private final Timers timers;
    private final RandomGenerator chance;

    Invocations(Invoker invoker, Timers timers, RandomGenerator chance) {
        this.invoker = invoker;
        this.timers = timers;
        this.chance = chance;
    }

    /**
     * What became of one, and how long each part took in milliseconds.
     *
     * @param status 0 when the function says none; 500 and more when it failed or was not run
     * @param code names why, when the function says nothing
     */
    record Result(
            int status,
            String code,
            JsonNode answer,
            double waitMs,
            double initialisationMs,
            double durationMs) {
        static Result failed(int status, String code) {
            return new Result(status, code, Json.object(), 0, 0, 0);
        }
    }

    /** Told once, by any thread; must not block. */
    interface Done {
        void with(Result result);
    }

    void invoke(
            String accountId,
            Backend.Function backend,
            String requestId,
            byte[] event,
            long timeoutMs,
            Done done) {
        var once = new AtomicBoolean();
        Done first =
                result -> {
                    if (once.compareAndSet(false, true)) {
                        done.with(result);
                    }
                };
        invoker.find(
                accountId,
                pick(backend),
                null,
                target -> run(accountId, target, requestId, event, timeoutMs, first),
                fault -> first.with(refused(fault)));
    }

    private String pick(Backend.Function backend) {
        Backend.Share other = backend.other();
        return other != null && chance.nextDouble(PERCENT) < other.percent()
                ? other.function()
                : backend.function();
    }

    private void run(
            String accountId,
            Target target,
            String requestId,
            byte[] event,
            long timeoutMs,
            Done done) {
        if (!target.blueprint().accountId().equals(accountId) || target.blueprint().speaksHttp()) {
            throw Fault.of(Fault.Kind.DENIED, "The function cannot have events of WebSockets");
        }
        Timers.Task deadline =
                timers.after(timeoutMs, () -> done.with(Result.failed(504, "backend-timeout")));
        var invocation =
                new Invocation(
                        requestId,
                        target.invokedArn(),
                        event,
                        null,
                        null,
                        invoker.traceHeader(null, target, requestId),
                        false,
                        false);
        invoker.run(target, invocation, reply(deadline, done));
    }

    private static InvocationReply reply(Timers.Task deadline, Done done) {
        return new InvocationReply() {
            @Override
            public void succeeded(Executed executed, Outcome.Success success) {
                deadline.cancel();
                done.with(result(success));
            }

            @Override
            public void failed(Executed executed, Outcome.Failure failure) {
                deadline.cancel();
                Outcome.Report report = failure.report();
                done.with(timed(502, "function-failed", Json.object(), report));
            }

            @Override
            public void refused(Fault fault) {
                deadline.cancel();
                done.with(Invocations.refused(fault));
            }
        };
    }

    private static Result result(Outcome.Success success) {
        try {
            JsonNode answer = Json.parse(success.payload());
            return timed(answer.path("statusCode").asInt(), "", answer, success.report());
        } catch (Fault notJson) {
            return timed(502, "function-failed", Json.object(), success.report());
        }
    }

    private static Result timed(int status, String code, JsonNode answer, Outcome.Report report) {
        Double initialisation = report.initDurationMs();
        double initialisationMs = initialisation == null ? 0 : initialisation;
        return new Result(
                status,
                code,
                answer,
                Math.max(0, report.queuedMs() - initialisationMs),
                initialisationMs,
                report.durationMs());
    }

    private static Result refused(Fault fault) {
        return switch (fault.kind()) {
            case THROTTLED -> Result.failed(429, fault.code());
            case UNAVAILABLE -> Result.failed(503, fault.code());
            case TOO_LARGE -> Result.failed(413, fault.code());
            default -> Result.failed(500, "backend-missing");
        };
    }
}
