package dev.glis.engine.wasm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.engine.Blueprint;
import dev.glis.engine.GuestPort;
import dev.glis.engine.GuestProtocol;
import dev.glis.engine.Invocation;
import dev.glis.engine.Sandbox;
import java.nio.channels.ServerSocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.WasmInterruptedException;

/**
 * One instance of a function that is a WebAssembly module: its own guest, which asks for work
 * through the port as the process in any other sandbox does through its protocol.
 *
 * <pre>
 *             invoke            the program ends
 *   waiting ──────────▶ at work ───────────────▶ answered ──▶ made as new ──▶ waiting
 *      │                   │                                      │
 *      │ kill              │ kill: the thread is interrupted      │ killed meanwhile
 *      └───────────────▶ gone ◀───────────────────────────────────┘
 * </pre>
 *
 * Each call runs on a thread of the pool from its start to its end. If the next call is there
 * already when the program has been made as new, it runs on the same thread. An instance is killed
 * at a call's deadline like any other; the interruption unwinds the program at its next loop or
 * call, and only then is its memory freed.
 *
 * <p>The monitor guards whether it is killed, and which thread may be interrupted: that is set only
 * while the program itself runs, so that no interruption ever meets the server's own code.
 */
final class WasmSandbox implements Sandbox, GuestPort.Receiver {
    private static final System.Logger LOG = System.getLogger(WasmSandbox.class.getName());
    private static final String CONTENT_TYPE = "application/json";
    private static final String EXIT_ERROR = "Runtime.ExitError";
    private static final String OUT_OF_MEMORY = "Runtime.OutOfMemory";
    private static final int KILLED = 128 + 9;

    private final Program program;
    private final ProgramEnvironment environment;
    private final Output log;
    private final Executor threads;
    private final CompletableFuture<Exit> exit = new CompletableFuture<>();

    @SuppressWarnings("NullAway.Init") // set when it is served, which is before any call
    private GuestPort port;

    private volatile long peakBytes;

    /** The thread that asks for the next call, and would rather run it itself. */
    private @Nullable Thread asking;

    private @Nullable Work next;

    private boolean killed;

    /** Whether a thread has the program: it runs a call or makes the program as new. */
    private boolean taken;

    private @Nullable Thread interruptible;

    private record Work(Invocation invocation, long deadlineEpochMs) {}

    WasmSandbox(Program program, ProgramEnvironment environment, Output log, Executor threads) {
        this.program = program;
        this.environment = environment;
        this.log = log;
        this.threads = threads;
        this.peakBytes = program.peakBytes();
    }

    @Override
    public AutoCloseable serve(GuestProtocol protocol, GuestPort served) {
        port = served;
        port.next(this);
        return () -> {};
    }

    @Override
    public ServerSocketChannel listener() {
        throw new UnsupportedOperationException("A WebAssembly instance speaks no protocol");
    }

    // ---- Calls ----

    @Override
    public void invoke(Invocation invocation, Blueprint blueprint, long deadlineEpochMs) {
        var work = new Work(invocation, deadlineEpochMs);
        synchronized (this) {
            if (killed) {
                return;
            }
            taken = true;
            if (asking == Thread.currentThread()) {
                next = work;
                return;
            }
        }
        threads.execute(() -> runAll(work));
    }

    /** Runs a call, and those that are there when it is done. */
    private void runAll(Work first) {
        Work work = first;
        try {
            while (work != null) {
                run(work);
                work = askForNext();
            }
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "A WebAssembly instance failed", e);
            giveUp();
        }
    }

    private synchronized void giveUp() {
        killed = true;
        end();
    }

    private void run(Work work) {
        String requestId = work.invocation().requestId();
        var streams = new StandardStreams(work.invocation().payload(), log);
        Program.Result result =
                runProgram(
                        environment.surroundings(
                                work.invocation(), work.deadlineEpochMs(), streams));
        peakBytes = program.peakBytes();
        answer(requestId, result, streams);
    }

    private Program.Result runProgram(Surroundings surroundings) {
        synchronized (this) {
            if (killed) {
                return new Program.Result.Interrupted();
            }
            interruptible = Thread.currentThread();
        }
        try {
            Program.Result result = program.run(surroundings);
            surroundings.streams().flush();
            return result;
        } catch (WasmInterruptedException e) {
            return new Program.Result.Interrupted(); // While the last line waited for the log.
        } finally {
            synchronized (this) {
                interruptible = null;
                boolean ignored = Thread.interrupted();
            }
        }
    }

    private void answer(String requestId, Program.Result result, StandardStreams streams) {
        switch (result) {
            case Program.Result.Exited(int status) when status == 0 ->
                    port.response(requestId, streams.response(), CONTENT_TYPE);
            case Program.Result.Exited(int status) ->
                    fail(requestId, "exit status " + status, streams.response());
            case Program.Result.Trapped(String reason) ->
                    fail(requestId, "trap: " + reason, new byte[0]);
            case Program.Result.TooMuch() -> port.tooLarge(requestId);
            case Program.Result.Interrupted() -> {} // Killed; whoever did knows why.
        }
    }

    /**
     * A program tells of its own failures by an exit status and, if it likes, an error in Lambda's
     * form on its standard output.
     */
    private void fail(String requestId, String reason, byte[] printed) {
        String ownType = errorType(printed);
        if (ownType != null) {
            port.error(requestId, ownType, printed);
            return;
        }
        String type = program.wantedMoreMemory() ? OUT_OF_MEMORY : EXIT_ERROR;
        String text = "RequestId: " + requestId + " Error: Runtime exited with error: " + reason;
        boolean ignored = log.line(text) && log.line(type);
        port.error(
                requestId,
                type,
                Json.bytes(Json.object().put("errorType", type).put("errorMessage", text)));
    }

    private static @Nullable String errorType(byte[] printed) {
        if (printed.length == 0) {
            return null;
        }
        try {
            JsonNode error = Json.parse(printed);
            JsonNode type = error.path("errorType");
            return type.isTextual() && error.path("errorMessage").isTextual()
                    ? type.asText()
                    : null;
        } catch (Fault e) {
            return null; // Not JSON, so not an error in Lambda's form.
        }
    }

    /** Makes the program as new and asks for work; returns it if it is there already. */
    private @Nullable Work askForNext() {
        if (!isKilled()) {
            program.reset();
        }
        synchronized (this) {
            taken = false;
            if (killed) {
                end();
                return null;
            }
            asking = Thread.currentThread();
        }
        port.next(this);
        synchronized (this) {
            asking = null;
            Work found = next;
            next = null;
            return found;
        }
    }

    private synchronized boolean isKilled() {
        return killed;
    }

    // ---- The end ----

    @Override
    public synchronized void kill() {
        if (killed) {
            return;
        }
        killed = true;
        if (interruptible != null) {
            interruptible.interrupt();
        } else if (!taken) {
            end();
        }
    }

    /** Called with the monitor held, by whoever knows that nothing runs in the program. */
    private void end() {
        threads.execute(
                () -> {
                    program.close();
                    exit.complete(new Exit(KILLED, false));
                });
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
