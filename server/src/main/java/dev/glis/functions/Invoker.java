package dev.glis.functions;

import dev.glis.accounts.Authorizer;
import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Limits;
import dev.glis.engine.Blueprint;
import dev.glis.engine.Engine;
import dev.glis.engine.Invocation;
import dev.glis.engine.InvocationListener;
import dev.glis.engine.Outcome;
import dev.glis.functions.FunctionCatalog.Target;
import dev.glis.functions.InvocationReply.Acceptance;
import dev.glis.functions.InvocationReply.Executed;
import dev.glis.meter.Meter;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Invokes functions: finds what to run, requires the right to run it, checks what was sent, and has
 * the engine run it or the queue keep it.
 *
 * <p>No method blocks. What is known in memory is done by the calling thread, usually an event
 * loop, so that a warm invocation changes threads nowhere in this class; a function that must be
 * read from the store, and a payload that takes long to check, are handed to a virtual thread.
 */
public final class Invoker {
    private static final System.Logger LOG = System.getLogger(Invoker.class.getName());

    /** A larger payload is not parsed on an event loop. */
    private static final int CHECKED_AT_ONCE_BYTES = 64 * 1024;

    private final FunctionCatalog catalog;
    private final Engine engine;
    private final Authorizer authorizer;
    private final QueuedInvocations queue;
    private final Meter meter;
    private final Clock clock;
    private final Executor executor;

    /**
     * An invoker.
     *
     * @param executor starts a virtual thread for each task
     */
    public Invoker(
            FunctionCatalog catalog,
            Engine engine,
            Authorizer authorizer,
            QueuedInvocations queue,
            Meter meter,
            Clock clock,
            Executor executor) {
        this.catalog = catalog;
        this.engine = engine;
        this.authorizer = authorizer;
        this.queue = queue;
        this.meter = meter;
        this.clock = clock;
        this.executor = executor;
    }

    /** Runs a function and answers with its outcome. */
    public void invoke(InvocationRequest request, InvocationReply reply) {
        withTarget(
                request,
                target -> {
                    authorize(request, target);
                    run(target, invocation(request, target), reply);
                },
                reply::refused);
    }

    /** Accepts an event, to be worked off later: answers once it is durable. */
    public void enqueue(InvocationRequest request, Acceptance acceptance) {
        withTarget(
                request,
                target -> {
                    authorize(request, target);
                    queue.accept(target, queued(request, target), acceptance);
                },
                acceptance::done);
    }

    /** Checks all that an invocation would check, and runs nothing. */
    public void dryRun(InvocationRequest request, Acceptance acceptance) {
        withTarget(
                request,
                target -> {
                    authorize(request, target);
                    invocation(request, target);
                    acceptance.done(null);
                },
                acceptance::done);
    }

    /**
     * Finds a function for a caller that checks rights itself, such as a function URL.
     *
     * @param found called by this or another thread; a {@link Fault} it throws goes to {@code
     *     refused}
     */
    public void find(
            String accountId,
            String function,
            @Nullable String qualifier,
            Consumer<Target> found,
            Consumer<Fault> refused) {
        guarded(
                refused,
                () -> {
                    Optional<Target> cached = catalog.cached(accountId, function, qualifier);
                    if (cached.isPresent()) {
                        found.accept(cached.get());
                    } else {
                        later(
                                refused,
                                () ->
                                        found.accept(
                                                catalog.resolve(accountId, function, qualifier)));
                    }
                });
    }

    /** Runs a target that the caller may run. */
    public void run(Target target, Invocation invocation, InvocationReply reply) {
        engine.invoke(target.blueprint(), invocation, new Relay(target, invocation, reply));
    }

    /** The trace header for an invocation of the target; refuses endless recursion. */
    public String traceHeader(@Nullable String incoming, Target target, String requestId) {
        return TraceHeader.next(
                incoming, target.blueprint().functionArn(), requestId, clock.instant());
    }

    private void withTarget(
            InvocationRequest request, Consumer<Target> step, Consumer<Fault> refused) {
        String accountId = request.principal().accountId();
        if (request.payload().length <= CHECKED_AT_ONCE_BYTES) {
            find(accountId, request.function(), request.qualifier(), step, refused);
        } else {
            later(
                    refused,
                    () ->
                            step.accept(
                                    catalog.resolve(
                                            accountId, request.function(), request.qualifier())));
        }
    }

    private void authorize(InvocationRequest request, Target target) {
        authorizer.require(
                request.principal(),
                "lambda:InvokeFunction",
                target.policyArn(),
                target.resourcePolicy(),
                request.conditions());
    }

    private Invocation invocation(InvocationRequest request, Target target) {
        return invocation(request, target, Limits.INVOKE_SYNCHRONOUS_PAYLOAD_BYTES);
    }

    private Invocation queued(InvocationRequest request, Target target) {
        return invocation(request, target, Limits.INVOKE_QUEUED_PAYLOAD_BYTES);
    }

    private Invocation invocation(
            InvocationRequest request, Target target, Limits.Limit payloadLimit) {
        return new Invocation(
                request.requestId(),
                target.invokedArn(),
                Payloads.event(request.payload(), payloadLimit),
                Payloads.clientContext(request.clientContext()),
                null,
                traceHeader(request.traceHeader(), target, request.requestId()),
                request.tail(),
                request.streaming());
    }

    private void later(Consumer<Fault> refused, Runnable work) {
        try {
            executor.execute(() -> guarded(refused, work));
        } catch (RejectedExecutionException e) {
            refused.accept(Fault.of(Fault.Kind.UNAVAILABLE, "The server is stopping"));
        }
    }

    private static void guarded(Consumer<Fault> refused, Runnable work) {
        try {
            work.run();
        } catch (Fault fault) {
            refused.accept(fault);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "An invocation failed inside Glis", e);
            refused.accept(Fault.internal("An internal error occurred", e));
        }
    }

    /** Passes an invocation's progress on, in the terms of this package. */
    private final class Relay implements InvocationListener {
        private final Blueprint blueprint;
        private final Executed executed;
        private final InvocationReply reply;

        Relay(Target target, Invocation invocation, InvocationReply reply) {
            this.blueprint = target.blueprint();
            this.executed = new Executed(blueprint.version(), invocation.traceHeader());
            this.reply = reply;
        }

        @Override
        public void head(String contentType) {
            reply.head(executed, contentType);
        }

        @Override
        public void part(byte[] bytes, Runnable resume) {
            reply.part(bytes, resume);
        }

        @Override
        public void completed(Outcome outcome) {
            switch (outcome) {
                case Outcome.Success success -> reply.succeeded(executed, success);
                case Outcome.Failure failure -> reply.failed(executed, failure);
                case Outcome.Rejected rejected -> refuse(rejected);
            }
        }

        private void refuse(Outcome.Rejected rejected) {
            if (Rejections.isThrottle(rejected)) {
                meter.record(
                        blueprint.accountId(),
                        blueprint.functionArn(),
                        Meter.Metric.FUNCTION_THROTTLES,
                        1);
            }
            reply.refused(Rejections.fault(rejected));
        }
    }
}
