package dev.glis.engine.wasm;

import dev.glis.engine.Sandbox;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.WasmInterruptedException;

/**
 * Runs one program, call after call: in the server itself or in a worker's process.
 *
 * <pre>
 *             run              the program ends
 *   waiting ────────▶ at work ────────────────▶ ended ──▶ made as new ──▶ ready, waiting
 *      │                 │                                     │
 *      │ kill            │ kill: the thread is interrupted     │ killed meanwhile
 *      └─────────────▶ gone ◀──────────────────────────────────┘
 * </pre>
 *
 * Each call runs on a thread of the pool from its start to its end. If the next call is there
 * already when the program has been made as new, it runs on the same thread. An instance is killed
 * at a call's deadline like any other; the interruption unwinds the program at its next loop or
 * call, and only then is its memory freed.
 *
 * <p>The monitor guards whether it is killed, and which thread may be interrupted: that is set only
 * while the program itself runs, so that no interruption ever meets other code.
 */
final class ProgramRunner {
    private static final System.Logger LOG = System.getLogger(ProgramRunner.class.getName());

    private final Program program;
    private final ProgramEnvironment environment;
    private final Sandbox.Output log;
    private final OutboundHttp http;
    private final Executor threads;
    private final Employer employer;

    private @Nullable Work next;

    private boolean killed;

    /** Whether a thread has the program: it runs a call or makes the program as new. */
    private boolean taken;

    private @Nullable Thread interruptible;

    /** Who gives the program its calls. Told by the program's thread; must not block for long. */
    interface Employer {
        /** A call ended by itself; those of killed programs do not. */
        void ended(Ending ending);

        /** The program is as new: it may be given its next call, by this call already. */
        void ready();

        /** It was killed, or broke, and its memory is free. */
        void gone();
    }

    /**
     * One call.
     *
     * @param variables those of the call, as NAME=VALUE
     */
    record Work(byte[] event, List<String> variables) {}

    ProgramRunner(
            Program program,
            ProgramEnvironment environment,
            Sandbox.Output log,
            OutboundHttp http,
            Executor threads,
            Employer employer) {
        this.program = program;
        this.environment = environment;
        this.log = log;
        this.http = http;
        this.threads = threads;
        this.employer = employer;
    }

    /** Runs a call; the one before it has ended. Any thread may call it; does not block. */
    void run(Work work) {
        synchronized (this) {
            if (killed) {
                return;
            }
            if (taken) {
                next = work;
                return;
            }
            taken = true;
        }
        threads.execute(() -> runAll(work));
    }

    /** Runs a call, and those that are there when it is done. */
    private void runAll(Work first) {
        Work work = first;
        try {
            while (work != null) {
                runOne(work);
                work = prepareForNext();
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

    private void runOne(Work work) {
        var streams = new StandardStreams(work.event(), log);
        var session = new OutboundSession(http);
        Program.Result result =
                runProgram(environment.surroundings(work.variables(), streams, session));
        if (!(result instanceof Program.Result.Interrupted)) {
            employer.ended(
                    new Ending(
                            result,
                            streams.response(),
                            program.wantedMoreMemory(),
                            program.peakBytes()));
        }
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

    /** Makes the program as new and tells so; returns its next call if that is there already. */
    private @Nullable Work prepareForNext() {
        if (!isKilled()) {
            program.reset();
            employer.ready();
        }
        synchronized (this) {
            Work found = next;
            next = null;
            if (killed) {
                end();
                return null;
            }
            taken = found != null;
            return found;
        }
    }

    private synchronized boolean isKilled() {
        return killed;
    }

    /** Ends it; harmless when called again. Does not block. */
    synchronized void kill() {
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
                    employer.gone();
                });
    }
}
