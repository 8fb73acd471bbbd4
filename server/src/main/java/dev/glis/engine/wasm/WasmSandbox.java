package dev.glis.engine.wasm;

import dev.glis.engine.Blueprint;
import dev.glis.engine.GuestPort;
import dev.glis.engine.GuestProtocol;
import dev.glis.engine.Invocation;
import dev.glis.engine.Sandbox;
import java.nio.channels.ServerSocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * One instance of a function that is a WebAssembly module, run in the server: its own guest, which
 * asks for work through the port as the process in any other sandbox does through its protocol. The
 * {@link ProgramRunner} says which threads run what.
 */
final class WasmSandbox implements Sandbox, GuestPort.Receiver, ProgramRunner.Employer {
    static final int KILLED = 128 + 9;

    private final ProgramRunner runner;
    private final Output log;
    private final CompletableFuture<Exit> exit = new CompletableFuture<>();

    @SuppressWarnings("NullAway.Init") // set when it is served, which is before any call
    private GuestPort port;

    @SuppressWarnings("NullAway.Init") // as the port
    private Answers answers;

    private volatile String requestId = "";
    private volatile long peakBytes;

    WasmSandbox(Program program, ProgramEnvironment environment, Output log, Executor threads) {
        this.runner = new ProgramRunner(program, environment, log, threads, this);
        this.log = log;
        this.peakBytes = program.peakBytes();
    }

    @Override
    public AutoCloseable serve(GuestProtocol protocol, GuestPort served) {
        port = served;
        answers = new Answers(served, log);
        port.next(this);
        return () -> {};
    }

    @Override
    public ServerSocketChannel listener() {
        throw new UnsupportedOperationException("A WebAssembly instance speaks no protocol");
    }

    @Override
    public void invoke(Invocation invocation, Blueprint blueprint, long deadlineEpochMs) {
        requestId = invocation.requestId();
        runner.run(
                new ProgramRunner.Work(
                        invocation.payload(),
                        ProgramEnvironment.ofCall(invocation, deadlineEpochMs)));
    }

    @Override
    public void ended(Ending ending) {
        peakBytes = ending.peakBytes();
        answers.give(requestId, ending);
    }

    @Override
    public void ready() {
        port.next(this);
    }

    @Override
    public void gone() {
        exit.complete(new Exit(KILLED, false));
    }

    @Override
    public void kill() {
        runner.kill();
    }

    @Override
    public CompletableFuture<Exit> exit() {
        return exit;
    }

    /** An idle instance uses no processor. */
    @Override
    public boolean freeze() {
        return false;
    }

    @Override
    public void thaw() {}

    @Override
    public long peakMemoryBytes() {
        return peakBytes;
    }

    /** All that a program prints is given out while it runs. */
    @Override
    public void afterOutput(Runnable action) {
        action.run();
    }
}
