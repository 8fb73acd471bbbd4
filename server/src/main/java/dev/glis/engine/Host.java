package dev.glis.engine;

import dev.glis.base.Fault;
import dev.glis.base.Limits;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One instance's body: its sandbox, the service of its guest, and its log. The {@link Instance} is
 * its mind, kept by the {@link Fleet}. Guests call in from event-loop threads, the sandbox prints
 * from its reader, {@link #start} blocks on an executor's thread.
 */
final class Host implements GuestPort, Sandbox.Output {
    private static final System.Logger LOG = System.getLogger(Host.class.getName());
    private static final long PEAK_EVERY_NANOS = 100_000_000L;
    private static final int BYTES_PER_MB = 1024 * 1024;

    private final Scheduler scheduler;
    private final Instance instance;
    private final InstanceLog log;

    private volatile @Nullable Sandbox sandbox;
    private volatile int peakMb;
    private volatile long peakMeasuredNanos = Call.NEVER;
    private boolean killed;

    Host(Scheduler scheduler, Instance instance, InstanceLog log) {
        this.scheduler = scheduler;
        this.instance = instance;
        this.log = log;
    }

    /** Starts the sandbox and serves its guest. */
    void start() {
        try {
            serve(scheduler.startSandbox(instance, log, this));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "Instance {0} did not start: {1}", instance.id, e);
            log.sandboxFailed(refused(instance));
            scheduler.startFailed(instance, refused(instance));
        } catch (Fault fault) {
            log.sandboxFailed(fault.text());
            scheduler.startFailed(instance, fault.text());
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "Instance " + instance.id + " did not start", e);
            log.sandboxFailed(refused(instance));
            scheduler.startFailed(instance, refused(instance));
        }
    }

    /** For tenants, to whom the machine's own words, with its paths, are none of their business. */
    static String refused(Instance instance) {
        return "the machine failed to make it; the server's log says why, under " + instance.id;
    }

    private void serve(Sandbox started) {
        synchronized (this) {
            sandbox = started;
            if (killed) {
                started.kill();
            }
        }
        scheduler.started(instance);
        AutoCloseable service = scheduler.serve(started, instance, this);
        var unused =
                started.exit()
                        .thenAccept(
                                exit -> {
                                    close(service);
                                    if (!exit.begun()) {
                                        log.sandboxFailed(refused(instance));
                                    }
                                    scheduler.exited(instance, exit);
                                });
    }

    private static void close(AutoCloseable service) {
        try {
            service.close();
        } catch (Exception e) {
            LOG.log(System.Logger.Level.WARNING, "A guest's listener did not close", e);
        }
    }

    synchronized void kill() {
        killed = true;
        if (sandbox != null) {
            sandbox.kill();
        }
    }

    /** An HTTP server is asked to end first, as container platforms do. */
    synchronized void stop() {
        ContainerImage image = instance.blueprint.image();
        Sandbox started = sandbox;
        if (image == null || !image.speaksHttp() || started == null) {
            kill();
        } else {
            started.terminate();
            scheduler.later(Limits.INSTANCE_STOP_MS.value(), this::kill);
        }
    }

    // ---- Freezing ----

    void freeze() {
        Sandbox started = sandbox;
        boolean frozen = started != null && started.freeze();
        scheduler.frozen(instance, frozen, heldMb());
    }

    void reclaim() {
        Sandbox started = sandbox;
        if (started != null) {
            started.reclaim();
            scheduler.reclaimed(instance, heldMb());
        }
    }

    void thaw() {
        Sandbox started = sandbox;
        if (started != null) {
            started.thaw();
            scheduler.thawed(instance);
        }
    }

    /** Its limit where the machine cannot tell. */
    private int heldMb() {
        Sandbox started = sandbox;
        long bytes = started == null ? -1 : started.heldMemoryBytes();
        int limitMb = instance.blueprint.memoryMb();
        return bytes < 0 ? limitMb : (int) Math.min(limitMb, bytes / BYTES_PER_MB + 1);
    }

    // ---- What the engine does with it ----

    void give(Receiver receiver, Call call, long deadlineEpochMs) {
        afterOutput(() -> log.begins(call));
        receiver.invoke(call.invocation, instance.blueprint, deadlineEpochMs);
    }

    void complete(Call call) {
        if (!call.invocation.tail()) {
            call.deliver(
                    call.ending.outcome(
                            Report.of(call, instance.blueprint, call.answeredNanos, peakMb, null)));
        }
    }

    void close(Call call, long closedNanos) {
        afterOutput(
                () -> {
                    Outcome.Report report =
                            Report.of(call, instance.blueprint, closedNanos, peakMb(), null);
                    byte[] tail = log.ends(call, report);
                    scheduler.count(instance.blueprint, call, report);
                    if (call.invocation.tail()) {
                        call.deliver(
                                call.ending.outcome(
                                        Report.of(
                                                call,
                                                instance.blueprint,
                                                closedNanos,
                                                peakMb,
                                                tail)));
                    }
                });
    }

    void initialisationFailed(String status, long atNanos) {
        double afterMs = (atNanos - instance.startedNanos) / 1e6;
        afterOutput(() -> log.initialisationFailed(afterMs, status));
    }

    private void afterOutput(Runnable action) {
        Sandbox started = sandbox;
        if (started == null) {
            action.run();
        } else {
            started.afterOutput(action);
        }
    }

    private int peakMb() {
        Sandbox started = sandbox;
        long now = scheduler.nanoTime();
        if (started != null
                && (peakMeasuredNanos == Call.NEVER
                        || now - peakMeasuredNanos >= PEAK_EVERY_NANOS)) {
            peakMeasuredNanos = now;
            peakMb = (int) ((started.peakMemoryBytes() + BYTES_PER_MB - 1) / BYTES_PER_MB);
        }
        return peakMb;
    }

    // ---- What the guest says ----

    @Override
    public boolean line(String text) {
        return log.printed(text);
    }

    @Override
    public Answer next(Receiver receiver) {
        return scheduler.next(instance, receiver);
    }

    @Override
    public void withdraw(Receiver receiver) {
        scheduler.withdraw(instance, receiver);
    }

    @Override
    public void undelivered(String requestId) {
        scheduler.undelivered(instance, requestId);
    }

    @Override
    public Answer response(String requestId, byte[] payload, String contentType) {
        long limit = Limits.INVOKE_SYNCHRONOUS_PAYLOAD_BYTES.value();
        if (payload.length <= limit) {
            return ended(requestId, Ending.success(payload, contentType));
        }
        return tooLarge(requestId);
    }

    @Override
    public Answer tooLarge(String requestId) {
        long limit = Limits.INVOKE_SYNCHRONOUS_PAYLOAD_BYTES.value();
        Answer answer = ended(requestId, LambdaErrors.responseTooLarge(limit));
        return answer == Answer.ACCEPTED ? Answer.TOO_LARGE : answer;
    }

    @Override
    public StreamedResponse stream(String requestId, String contentType) {
        return new StreamRelay(this, requestId, contentType, scheduler.atWork(instance, requestId));
    }

    @Override
    public Answer error(String requestId, String errorType, byte[] payload) {
        return ended(requestId, Ending.handlerError(errorType, payload));
    }

    @Override
    public Answer exited(String requestId, String errorType, String reason) {
        return ended(requestId, LambdaErrors.exited(requestId, errorType, reason));
    }

    @Override
    public Answer initializationError(String errorType, byte[] payload) {
        return scheduler.initialisationError(instance, errorType, payload);
    }

    Answer ended(String requestId, Ending ending) {
        return scheduler.answered(instance, requestId, ending);
    }
}
