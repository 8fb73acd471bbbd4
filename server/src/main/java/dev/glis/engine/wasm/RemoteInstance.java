package dev.glis.engine.wasm;

import dev.glis.engine.Sandbox;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/** An instance within a worker: its program, and how what becomes of it is reported. */
final class RemoteInstance implements ProgramRunner.Employer, Sandbox.Output, OutboundHttp {
    /** So many characters may be on their way to the log; then the program waits. */
    static final int LOG_WINDOW = 64 * 1024;

    private final int id;
    private final ProgramRunner runner;
    private final WorkerMain worker;
    private final AtomicLong untaken = new AtomicLong();

    /** Completed by the server's answer. */
    private volatile CompletableFuture<OutboundAnswer> awaited = new CompletableFuture<>();

    RemoteInstance(
            int id,
            Program program,
            ProgramEnvironment environment,
            Executor threads,
            WorkerMain worker) {
        this.id = id;
        this.worker = worker;
        this.runner = new ProgramRunner(program, environment, this, this, threads, this);
    }

    void run(WorkerOrder.Run order) {
        runner.run(new ProgramRunner.Work(order.event(), order.variables()));
    }

    void kill() {
        runner.kill();
    }

    void taken(int characters) {
        untaken.addAndGet(-characters);
    }

    /** The server makes it: this process has no network. */
    @Override
    public CompletableFuture<OutboundAnswer> send(OutboundRequest request) {
        var answer = new CompletableFuture<OutboundAnswer>();
        awaited = answer;
        worker.report(new WorkerReport.Request(id, request));
        return answer;
    }

    void answered(OutboundAnswer answer) {
        awaited.complete(answer);
    }

    @Override
    public boolean line(String text) {
        long waiting = untaken.addAndGet(text.length() + 1L);
        worker.report(new WorkerReport.Line(id, text));
        return waiting <= LOG_WINDOW;
    }

    @Override
    public void ended(Ending ending) {
        worker.report(new WorkerReport.Ended(id, ending));
    }

    /** Known from the end of its call; what comes before it is ready waits in the runner. */
    @Override
    public void ready() {}

    @Override
    public void gone() {
        worker.forget(id);
        worker.report(new WorkerReport.Gone(id));
    }
}
