package dev.glis.wire.gateway;

import dev.glis.accounts.Authorizer;
import dev.glis.apis.Backend;
import dev.glis.apis.Backend.Payload;
import dev.glis.base.Fault;
import dev.glis.base.Limits;
import dev.glis.base.Timers;
import dev.glis.engine.Invocation;
import dev.glis.engine.Outcome;
import dev.glis.functions.FunctionCatalog.Target;
import dev.glis.functions.InvocationReply;
import dev.glis.functions.Invoker;
import dev.glis.triggers.Caller;
import dev.glis.triggers.ForwardedCall;
import dev.glis.triggers.HttpEvent;
import dev.glis.triggers.HttpFacts;
import dev.glis.triggers.RestEvent;
import dev.glis.triggers.StreamedHttpReply;
import dev.glis.triggers.WholeHttpReply;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Has functions answer requests. */
final class FunctionBackend {
    private static final int PERCENT = 100;

    private final Invoker invoker;
    private final Authorizer authorizer;
    private final Timers timers;
    private final RandomGenerator chance;
    private final String region;

    FunctionBackend(
            Invoker invoker,
            Authorizer authorizer,
            Timers timers,
            RandomGenerator chance,
            String region) {
        this.invoker = invoker;
        this.authorizer = authorizer;
        this.timers = timers;
        this.chance = chance;
        this.region = region;
    }

    /**
     * Answers a call.
     *
     * @param caller who calls, or null
     */
    void answer(
            GatewayCall call,
            Backend.Function backend,
            HttpFacts.Where where,
            byte[] body,
            @Nullable Caller caller) {
        invoker.find(
                call.api().accountId(),
                pick(backend),
                null,
                target -> {
                    try {
                        requirePermission(call, target);
                        invoke(
                                call,
                                backend.payload(),
                                target,
                                facts(call, where, body, target, caller));
                    } catch (Fault fault) {
                        refused(call, fault);
                    }
                },
                fault -> notFound(call, fault));
    }

    /** A name that can be no function's is the publisher's mistake too. */
    private static void notFound(GatewayCall call, Fault fault) {
        if (fault.kind() == Fault.Kind.INVALID) {
            call.refuse("backend-missing", GatewayAnswers.backendMissing());
        } else {
            refused(call, fault);
        }
    }

    private String pick(Backend.Function backend) {
        Backend.Share other = backend.other();
        return other != null && chance.nextDouble(PERCENT) < other.percent()
                ? other.function()
                : backend.function();
    }

    /** A function of another account must let this API in by its policy. */
    private void requirePermission(GatewayCall call, Target target) {
        if (target.blueprint().accountId().equals(call.api().accountId())) {
            return;
        }
        boolean allowed =
                authorizer.allows(
                        "apigateway.amazonaws.com",
                        "lambda:InvokeFunction",
                        target.policyArn(),
                        target.resourcePolicy(),
                        Map.of(
                                "aws:SourceArn",
                                call.api().arn(region)
                                        + "/"
                                        + call.stage()
                                        + "/"
                                        + call.route().key().method()
                                        + call.route().key().path(),
                                "aws:SourceAccount",
                                call.api().accountId()));
        if (!allowed) {
            throw Fault.of(
                    Fault.Kind.DENIED, "The API may not invoke the function of another account");
        }
    }

    private HttpFacts facts(
            GatewayCall call,
            HttpFacts.Where where,
            byte[] body,
            Target target,
            @Nullable Caller caller) {
        String trace =
                invoker.traceHeader(
                        call.forwarded().headers().get("X-Amzn-Trace-Id"),
                        target,
                        call.requestId());
        return new HttpFacts(
                where,
                call.forwarded(),
                body,
                call.requestId(),
                call.time(),
                trace,
                call.api().accountId(),
                caller);
    }

    private void invoke(GatewayCall call, Payload payload, Target target, HttpFacts facts) {
        boolean speaksHttp = target.blueprint().speaksHttp();
        byte[] event =
                speaksHttp
                        ? facts.body()
                        : payload == Payload.VERSION_1 ? RestEvent.of(facts) : HttpEvent.of(facts);
        if (event.length > Limits.INVOKE_SYNCHRONOUS_PAYLOAD_BYTES.value()) {
            throw Fault.of(
                    Fault.Kind.TOO_LARGE,
                    "The request is too large: as an event it has more than "
                            + Limits.INVOKE_SYNCHRONOUS_PAYLOAD_BYTES.value()
                            + " bytes");
        }
        var invocation =
                new Invocation(
                        call.requestId(),
                        target.invokedArn(),
                        event,
                        null,
                        null,
                        facts.traceHeader(),
                        false,
                        true,
                        speaksHttp ? ForwardedCall.of(facts) : null);
        long timeoutMs = call.route().timeoutMs();
        Timers.@Nullable Task deadline =
                target.blueprint().timeoutMs() < timeoutMs
                        ? null
                        : timers.after(timeoutMs, () -> GatewayAnswers.timedOut(call));
        invoker.run(target, invocation, reply(call, payload, speaksHttp, deadline));
    }

    private static InvocationReply reply(
            GatewayCall call, Payload payload, boolean speaksHttp, Timers.@Nullable Task deadline) {
        var whole = new WholeHttpReply(call, GatewayAnswers.ERRORS, payload == Payload.VERSION_2);
        var streamed = new StreamedHttpReply(call, GatewayAnswers.ERRORS);
        return new TimedReply(call, speaksHttp ? streamed : whole, streamed, deadline);
    }

    /** A missing function is the publisher's mistake, not the client's. */
    private static void refused(GatewayCall call, Fault fault) {
        boolean publishers =
                switch (fault.kind()) {
                    case NOT_FOUND, CONFLICT, PRECONDITION, DENIED -> true;
                    default -> false;
                };
        call.refuse(
                publishers ? "backend-missing" : fault.code(),
                publishers ? GatewayAnswers.backendMissing() : GatewayAnswers.of(fault));
    }

    /**
     * Tells the call its times. A function decides by how it answers whether the answer is
     * streamed: what comes as a stream is passed on as one.
     */
    private static final class TimedReply implements InvocationReply {
        private final GatewayCall call;
        private final InvocationReply streamed;
        private final Timers.@Nullable Task deadline;
        private InvocationReply reply;

        TimedReply(
                GatewayCall call,
                InvocationReply whole,
                InvocationReply streamed,
                Timers.@Nullable Task deadline) {
            this.call = call;
            this.reply = whole;
            this.streamed = streamed;
            this.deadline = deadline;
        }

        @Override
        public void head(Executed executed, String contentType) {
            stopDeadline();
            reply = streamed;
            reply.head(executed, contentType);
        }

        @Override
        public void part(byte[] bytes, Runnable resume) {
            reply.part(bytes, resume);
        }

        @Override
        public void succeeded(Executed executed, Outcome.Success success) {
            ended(success.report());
            reply.succeeded(executed, success);
        }

        @Override
        public void failed(Executed executed, Outcome.Failure failure) {
            ended(failure.report());
            call.failed("function-failed");
            reply.failed(executed, failure);
        }

        @Override
        public void refused(Fault fault) {
            stopDeadline();
            FunctionBackend.refused(call, fault);
        }

        private void ended(Outcome.Report report) {
            stopDeadline();
            call.invoked(report.queuedMs(), report.initDurationMs(), report.durationMs());
        }

        private void stopDeadline() {
            if (deadline != null) {
                deadline.cancel();
            }
        }
    }
}
