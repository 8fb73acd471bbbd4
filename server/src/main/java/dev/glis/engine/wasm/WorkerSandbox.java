package dev.glis.engine.wasm;

import dev.glis.base.Limits;
import dev.glis.engine.Blueprint;
import dev.glis.engine.GuestPort;
import dev.glis.engine.GuestProtocol;
import dev.glis.engine.Invocation;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The server's half of an instance that lives in a {@link Worker}.
 *
 * <pre>
 *   Start sent ──Ready──▶ waiting ──invoke: Run sent──▶ at work ──Ended──▶ waiting
 *       │ Refused            │ kill: Kill sent             │ kill: Kill sent
 *       ▼                    ▼                             ▼
 *     refused              killed ─────────Gone─────────▶ gone
 * </pre>
 *
 * From every state the worker's end leads to gone. A report that does not fit the state is more
 * than a mistake: the worker is not what it should be any more, and is ended.
 *
 * <p>Calls come from the engine's threads, reports from the worker's own thread.
 */
final class WorkerSandbox extends ModuleSandbox {
    private static final long LOG_PAUSE_MS = 50;

    private final Worker worker;
    private final int id;
    private final int memoryMb;
    private final Output log;
    private final OutboundHttp http;
    private final CompletableFuture<Boolean> started = new CompletableFuture<>();

    private @Nullable GuestPort port;
    private @Nullable String atWork;
    private boolean killed;

    /** The request for which the program waits, or which it made last. */
    private @Nullable CompletableFuture<OutboundAnswer> request;

    /** Of what it printed, what the worker does not know yet to be taken. */
    private long untaken;

    WorkerSandbox(Worker worker, int id, int memoryMb, Output log, OutboundHttp http) {
        this.worker = worker;
        this.id = id;
        this.memoryMb = memoryMb;
        this.log = log;
        this.http = http;
    }

    int id() {
        return id;
    }

    int memoryMb() {
        return memoryMb;
    }

    /**
     * Waits until the worker has made it.
     *
     * @throws IOException when it has not, and says why
     */
    void awaitStart() throws IOException {
        try {
            boolean ignored =
                    started.get(Limits.WASM_WORKER_START_MS.value(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause() == null ? "" : e.getCause().getMessage(), e);
        } catch (TimeoutException e) {
            worker.end("it does not start an instance");
            throw new IOException("The worker of the account does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            kill();
            throw new IOException("Interrupted while an instance was started", e);
        }
    }

    @Override
    public AutoCloseable serve(GuestProtocol protocol, GuestPort served) {
        synchronized (this) {
            port = served;
        }
        served.next(this);
        return () -> {};
    }

    @Override
    public void invoke(Invocation invocation, Blueprint blueprint, long deadlineEpochMs) {
        synchronized (this) {
            if (killed) {
                return;
            }
            atWork = invocation.requestId();
        }
        worker.send(
                new WorkerOrder.Run(
                        id,
                        invocation.payload(),
                        ProgramEnvironment.ofCall(invocation, deadlineEpochMs)));
    }

    // ---- What the worker says ----

    void report(WorkerReport report) throws IOException {
        switch (report) {
            case WorkerReport.Ready ready -> check(started.complete(true), report);
            case WorkerReport.Refused(int instance, String reason) -> {
                check(started.completeExceptionally(new IOException(reason)), report);
                gone(new Exit(KILLED, false, false));
            }
            case WorkerReport.Line(int instance, String text) -> line(report, text);
            case WorkerReport.Ended(int instance, Ending ending) -> ended(report, ending);
            case WorkerReport.Request(int instance, OutboundRequest wanted) ->
                    request(report, wanted);
            case WorkerReport.Gone gone -> gone(new Exit(KILLED, false));
        }
    }

    private static void check(boolean fits, WorkerReport report) throws IOException {
        if (!fits) {
            throw new IOException(
                    "The report "
                            + report.getClass().getSimpleName()
                            + " does not fit the state of its instance");
        }
    }

    private void ended(WorkerReport report, Ending ending) throws IOException {
        String requestId;
        GuestPort served;
        synchronized (this) {
            if (killed) {
                return;
            }
            check(!waitsForAnswer(), report);
            requestId = atWork;
            served = port;
            atWork = null;
        }
        check(requestId != null && served != null, report);
        if (requestId != null && served != null) {
            long most = memoryMb * 1024L * 1024;
            peakBytes = Math.clamp(ending.peakBytes(), 0, most);
            new Answers(served).give(requestId, ending);
            served.next(this);
        }
    }

    /** The server goes where the worker may not, if the function may. */
    private void request(WorkerReport report, OutboundRequest wanted) throws IOException {
        CompletableFuture<OutboundAnswer> answer;
        synchronized (this) {
            if (killed) {
                return;
            }
            check(
                    atWork != null
                            && !waitsForAnswer()
                            && wanted.size() <= Limits.WASM_HTTP_REQUEST_BYTES.value(),
                    report);
            answer = http.send(wanted);
            request = answer;
        }
        var unused = answer.thenAccept(came -> worker.send(new WorkerOrder.Answer(id, came)));
    }

    private boolean waitsForAnswer() {
        return request != null && !request.isDone();
    }

    private synchronized void endRequest() {
        if (request != null) {
            boolean ignored = request.cancel(true);
        }
    }

    private void line(WorkerReport report, String text) throws IOException {
        long waiting;
        synchronized (this) {
            if (killed) {
                return;
            }
            check(atWork != null && text.length() <= Limits.SANDBOX_LINE_BYTES.value(), report);
            untaken += text.length() + 1;
            waiting = untaken;
        }
        check(waiting <= Limits.WASM_WORKER_LOG_CHARACTERS.value(), report);
        if (!log.line(text)) {
            worker.later(LOG_PAUSE_MS, this::acknowledge);
        } else if (waiting >= RemoteInstance.LOG_WINDOW / 2) {
            acknowledge();
        }
    }

    private void acknowledge() {
        int characters;
        synchronized (this) {
            characters = (int) untaken;
            untaken = 0;
        }
        worker.send(new WorkerOrder.Taken(id, characters));
    }

    /** It is no more; whoever asks for work in it gets none. */
    void gone(Exit how) {
        synchronized (this) {
            killed = true;
        }
        endRequest();
        started.completeExceptionally(new IOException("The worker of the account has ended"));
        worker.forget(this);
        exit.complete(how);
    }

    // ---- What the engine wants ----

    @Override
    public void kill() {
        synchronized (this) {
            if (killed) {
                return;
            }
            killed = true;
        }
        endRequest();
        worker.send(new WorkerOrder.Kill(id));
        worker.later(
                Limits.WASM_WORKER_KILL_MS.value(),
                () -> {
                    if (!exit.isDone()) {
                        worker.end("it does not end an instance");
                    }
                });
    }
}
