package dev.glis.engine.wasm;

import dev.glis.engine.Blueprint;
import dev.glis.engine.GuestPort;
import dev.glis.engine.GuestProtocol;
import dev.glis.engine.Invocation;
import java.util.concurrent.Executor;

/**
 * One instance of a function that is a WebAssembly module, run in the server: its own guest, which
 * asks for work through the port as the process in any other sandbox does through its protocol. The
 * {@link ProgramRunner} says which threads run what.
 */
final class WasmSandbox extends ModuleSandbox implements ProgramRunner.Employer {
    private final ProgramRunner runner;

    @SuppressWarnings("NullAway.Init") // set when it is served, which is before any call
    private GuestPort port;

    @SuppressWarnings("NullAway.Init") // as the port
    private Answers answers;

    private volatile String requestId = "";

    WasmSandbox(
            Program program,
            ProgramEnvironment environment,
            Output log,
            OutboundHttp http,
            Executor threads) {
        this.runner = new ProgramRunner(program, environment, log, http, threads, this);
        this.peakBytes = program.peakBytes();
    }

    @Override
    public AutoCloseable serve(GuestProtocol protocol, GuestPort served) {
        port = served;
        answers = new Answers(served);
        port.next(this);
        return () -> {};
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
}
