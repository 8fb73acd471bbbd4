package dev.glis.engine.process;

import dev.glis.base.Limits;
import dev.glis.engine.Sandbox;
import dev.glis.engine.Sandboxes;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * One sandbox and the thread that belongs to it.
 *
 * <pre>
 *   start()   the thread begins
 *             Launch      user, control group, network and listener, sh, bwrap;
 *                         or ContainerLaunch
 *             running     its first process is known                   -> start() returns
 *                         the thread reads output until nobody has the pipe any more
 *             ended       bwrap has been waited for, the namespace's last process is gone
 *             removed     control group and user are given back        -> exit completes
 * </pre>
 *
 * <p>The thread is a platform thread and lives as long as the sandbox, because bwrap asks the
 * kernel to be killed when the <em>thread</em> that started it ends: so a killed server leaves
 * nothing running. The first process inside is process 1 of its own namespace: whoever kills it
 * kills all, and the kernel reports its death only when all are gone. A descriptor that stands for
 * it gives both, without any race for process numbers.
 */
final class ProcessSandbox implements Sandbox {
    private static final System.Logger LOG = System.getLogger(ProcessSandbox.class.getName());
    private static final int STACK_BYTES = 512 * 1024;
    private static final long LOOK_NANOS = 100_000;

    private final Shared shared;
    private final Sandboxes.Spec spec;
    private final String id;
    private final Launch.Started parts;
    private final OutputReader output;
    private final Complaints complaints;
    private final Freezer freezer;
    private final CompletableFuture<Exit> exit = new CompletableFuture<>();

    /** Guards what follows: nothing is signalled or frozen after its end. */
    private final Object processes = new Object();

    /** Written by the sandbox's thread alone. */
    private boolean begun = true;

    private boolean killed;
    private boolean terminating;
    private boolean ended;

    /** Peak memory and out-of-memory kills, once the group that counts them is removed. */
    private volatile long finalPeakBytes;

    private ProcessSandbox(
            Shared shared,
            Sandboxes.Spec spec,
            Launch.Started parts,
            OutputReader output,
            Complaints complaints) {
        this.shared = shared;
        this.spec = spec;
        this.id = spec.id();
        this.parts = parts;
        this.output = output;
        this.complaints = complaints;
        this.freezer = parts.cgroup().freezer(parts.first());
    }

    /** How one is started, on the thread that belongs to it. */
    interface Starter {
        Launch.Started run() throws IOException;
    }

    /**
     * What outlives each of them.
     *
     * @param turns decides who of them lets others go first
     * @param users takes their identities back
     */
    record Shared(CpuTurns turns, Identities users) {}

    /** Those that make something have no turns, and give way from their beginning to their end. */
    private void takeTurns() {
        if (spec.product() == null) {
            shared.turns().join(parts.cgroup(), spec.cpuShare());
        }
    }

    /** Starts one; returns when its namespaces are made. */
    static ProcessSandbox start(Machine machine, Sandboxes.Spec spec, Sandbox.Output receiver)
            throws IOException {
        return start(shared(machine), spec, new Launch(machine, spec, machine.nothing()), receiver);
    }

    /**
     * Starts one whose first program reads from the given descriptor, and lets all others go first
     * until {@link #getsFunction}: nobody waits for it yet.
     */
    static ProcessSandbox startAhead(
            Machine machine, Sandboxes.Spec spec, int input, Sandbox.Output receiver)
            throws IOException {
        return start(
                shared(machine),
                spec,
                new Launch(machine, spec, input),
                receiver,
                ProcessSandbox::letOthersGoFirst);
    }

    private static Shared shared(Machine machine) {
        return new Shared(machine.turns(), machine.users());
    }

    /** Starts one in a way of its own. */
    static ProcessSandbox start(
            Shared shared, Sandboxes.Spec spec, Starter starter, Sandbox.Output receiver)
            throws IOException {
        return start(shared, spec, starter, receiver, ProcessSandbox::takeTurns);
    }

    private static ProcessSandbox start(
            Shared shared,
            Sandboxes.Spec spec,
            Starter starter,
            Sandbox.Output receiver,
            Consumer<ProcessSandbox> begin)
            throws IOException {
        return SandboxThread.start(
                "sandbox " + spec.id(),
                STACK_BYTES,
                started -> live(shared, spec, starter, receiver, begin, started));
    }

    private void letOthersGoFirst() {
        try {
            parts.cgroup().giveWay(true);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "Sandbox " + id + " gives nobody way", e);
        }
    }

    /** From now on its turns are those of every function. */
    void getsFunction() throws IOException {
        parts.cgroup().giveWay(false);
        takeTurns();
    }

    /** The thread, from the sandbox's beginning to its end. */
    private static void live(
            Shared shared,
            Sandboxes.Spec spec,
            Starter starter,
            Sandbox.Output receiver,
            Consumer<ProcessSandbox> begin,
            CompletableFuture<ProcessSandbox> started) {
        ProcessSandbox sandbox;
        try {
            var parts = starter.run();
            var complaints = new Complaints(receiver);
            var output = new OutputReader(parts.output(), complaints);
            sandbox = new ProcessSandbox(shared, spec, parts, output, complaints);
            begin.accept(sandbox);
        } catch (IOException | RuntimeException | Error e) {
            started.completeExceptionally(e);
            return;
        }
        started.complete(sandbox);
        sandbox.attend();
    }

    private void attend() {
        int status = awaitEnd();
        boolean outOfMemory = parts.cgroup().outOfMemory();
        finalPeakBytes = parts.cgroup().peakMemoryBytes();
        cleanUp();
        exit.complete(new Exit(status, outOfMemory, begun));
    }

    private int awaitEnd() {
        try {
            output.run();
            int status = parts.monitor().awaitStatus();
            if (!Native.poll(parts.first(), -1, Limits.SANDBOX_KILL_MS.intValue())) {
                LOG.log(System.Logger.Level.ERROR, "Processes of sandbox {0} do not die", id);
            }
            begun = sawBegin();
            return status;
        } catch (IOException e) {
            LOG.log(System.Logger.Level.ERROR, "Sandbox " + id + " could not be attended", e);
            return 128 + Native.SIGKILL;
        }
    }

    /** Whether the command was started, or at least not hindered by the machine. */
    private boolean sawBegin() throws IOException {
        boolean commandStarted = parts.monitor().commandStarted();
        synchronized (processes) {
            ended = true;
            if (commandStarted || killed) {
                complaints.giveOut();
                return true;
            }
        }
        LOG.log(
                System.Logger.Level.WARNING,
                "Sandbox {0} failed before its command began: {1}",
                id,
                complaints.text());
        return false;
    }

    /** What bwrap said when it failed, for the operator; known at the end. */
    String complaint() {
        return complaints.text();
    }

    private void cleanUp() {
        parts.monitor().close();
        synchronized (processes) {
            ended = true;
            parts.network().close();
            Native.close(parts.first());
        }
        shared.turns().leave(parts.cgroup());
        try {
            parts.temporary().giveBack();
            parts.connection().run();
            Removal.remove(parts.cgroup());
            shared.users().giveBack(parts.identity());
        } catch (IOException e) {
            LOG.log(System.Logger.Level.ERROR, "Sandbox " + id + " left something behind", e);
        }
    }

    /** Puts host folders in the places of others inside, and adds some; see {@link Replacement}. */
    void replace(Map<String, Path> folders, Map<String, Path> additions) throws IOException {
        synchronized (processes) {
            if (ended || killed) {
                throw new IOException("Sandbox " + id + " has ended");
            }
            Replacement.replace(parts.first(), folders, additions);
        }
    }

    @Override
    public ServerSocketChannel listener() {
        return parts.network().listener();
    }

    @Override
    public CompletableFuture<Exit> exit() {
        return exit;
    }

    @Override
    public void kill() {
        output.hurry();
        synchronized (processes) {
            if (ended) {
                return;
            }
            killed = true;
            try {
                Native.killByDescriptor(parts.first(), Native.SIGKILL);
                freezer.thaw(); // bwrap, outside, which has been stopped with it
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "Sandbox " + id + " is ending already", e);
            }
        }
    }

    @Override
    public SocketChannel socket() throws IOException {
        synchronized (processes) {
            if (ended) {
                throw new IOException("The sandbox " + id + " has ended");
            }
            return parts.network().inside(() -> SocketChannel.open(StandardProtocolFamily.INET));
        }
    }

    @Override
    public void terminate() {
        output.hurry();
        synchronized (processes) {
            if (ended || killed) {
                return;
            }
            terminating = true;
            try {
                freezer.thaw(); // it shall see the signal
                MainProcess.terminate(parts.first());
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "Sandbox " + id + " is not asked to end", e);
            }
        }
    }

    /** Whether its main process was asked to end, and may be doing so. */
    boolean terminating() {
        synchronized (processes) {
            return terminating && !ended;
        }
    }

    @Override
    public boolean freeze() {
        try {
            shared.turns().leave(parts.cgroup());
            if (unlessEnding(freezer::begin) && isSoonFrozen()) {
                return true;
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "Sandbox " + id + " cannot be frozen", e);
        }
        thaw();
        return false;
    }

    /** Whoever kills it meanwhile does not wait. */
    private boolean isSoonFrozen() throws IOException {
        long looks = Limits.SANDBOX_FREEZE_MS.value() * 1_000_000 / LOOK_NANOS;
        for (long look = 0; look < looks; look++) {
            synchronized (processes) {
                if (ended || killed || terminating) {
                    return false;
                }
                if (freezer.done()) {
                    return true;
                }
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return false;
    }

    /** Returns whether there was anybody to do it to. */
    private boolean unlessEnding(Launch.Step step) throws IOException {
        synchronized (processes) {
            if (ended || killed) {
                return false;
            }
            step.run();
            return true;
        }
    }

    @Override
    public void thaw() {
        try {
            if (unlessEnding(freezer::thaw)) {
                takeTurns();
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.ERROR, "Sandbox " + id + " cannot be thawed", e);
            kill();
        }
    }

    @Override
    public void reclaim() {
        try {
            parts.cgroup().reclaim();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "Sandbox " + id + " keeps its memory", e);
        }
    }

    @Override
    public long heldMemoryBytes() {
        return parts.cgroup().memoryBytes();
    }

    @Override
    public long peakMemoryBytes() {
        return Math.max(finalPeakBytes, parts.cgroup().peakMemoryBytes());
    }

    @Override
    public void afterOutput(Runnable action) {
        try {
            output.after(action);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "The output of sandbox " + id + " is lost", e);
            action.run();
        }
    }
}
