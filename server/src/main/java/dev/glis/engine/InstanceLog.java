package dev.glis.engine;

import dev.glis.base.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one instance prints, with the platform's own lines in their places. Lines come from the
 * sandbox's reader; START, END and REPORT come from whoever runs the engine's effects, through
 * {@link Sandbox#afterOutput}, so that each line stands with the call it belongs to.
 *
 * <p>Guarded by its own monitor, which is held for the length of one line.
 */
final class InstanceLog {
    private final Instance instance;
    private final LogSink sink;
    private final Clock clock;

    /** Calls between START and REPORT, each with its tail if one is wanted. */
    private final Map<Call, Tail> open = new LinkedHashMap<>();

    InstanceLog(Instance instance, LogSink sink, Clock clock) {
        this.instance = instance;
        this.sink = sink;
        this.clock = clock;
    }

    /** Returns false when the sink wants the sandbox to wait. */
    synchronized boolean printed(String text) {
        tellTails(text);
        return sink.printed(instance.blueprint, instance.id, onlyOpenCall(), clock.instant(), text);
    }

    synchronized void instanceStarts(String runtime) {
        write(null, "INIT_START Runtime Version: " + runtime);
    }

    synchronized void initialisationFailed(double afterMs, String status) {
        write(
                null,
                "INIT_REPORT Init Duration: "
                        + Report.ms(afterMs)
                        + "\tPhase: init\tStatus: "
                        + status);
    }

    synchronized void sandboxFailed(String reason) {
        write(null, "A sandbox could not be started: " + reason);
    }

    synchronized void begins(Call call) {
        open.put(call, call.invocation.tail() ? new Tail() : Tail.NONE);
        write(
                call.requestId(),
                "START RequestId: "
                        + call.requestId()
                        + " Version: "
                        + instance.blueprint.version());
    }

    /** Writes the call's last lines; returns its tail when one is wanted. */
    synchronized byte @Nullable [] ends(Call call, Outcome.Report report) {
        if (!open.containsKey(call)) {
            begins(call);
        }
        String requestId = call.requestId();
        writeReason(call);
        write(requestId, "END RequestId: " + requestId);
        write(requestId, Report.line(requestId, report, call.ending));
        String trace = Report.traceLine(call.invocation.traceHeader());
        if (trace != null) {
            write(requestId, trace);
        }
        Tail tail = open.remove(call);
        return tail == null || tail == Tail.NONE ? null : tail.bytes();
    }

    private void writeReason(Call call) {
        String requestId = call.requestId();
        switch (call.ending.status()) {
            case OPEN, SUCCESS, HANDLER_ERROR -> {}
            case TIMEOUT ->
                    write(
                            requestId,
                            now()
                                    + " "
                                    + requestId
                                    + " "
                                    + LambdaErrors.timedOutText(instance.blueprint.timeoutMs()));
            case ERROR -> {
                write(requestId, LambdaErrors.messageOf(call.ending.payload()));
                write(requestId, String.valueOf(call.ending.errorType()));
            }
        }
    }

    /** The call that printed; unknown while several share the instance. */
    private @Nullable String onlyOpenCall() {
        return instance.capacity == 1 && open.size() == 1
                ? open.keySet().iterator().next().requestId()
                : null;
    }

    private void write(@Nullable String requestId, String text) {
        tellTails(text);
        boolean ignored =
                sink.line(instance.blueprint, instance.id, requestId, clock.instant(), text);
    }

    private void tellTails(String text) {
        for (Tail tail : open.values()) {
            tail.add(text);
        }
    }

    private Instant now() {
        return Instant.ofEpochMilli(clock.instant().toEpochMilli());
    }
}
