package dev.glis.engine.process;

import dev.glis.base.FileTrees;
import dev.glis.engine.Sandbox;
import dev.glis.engine.Sandboxes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One plain process and what it starts, as a process group. Two threads belong to it: one started
 * it, so that the kernel kills it when the server dies, and reads its output; the other waits for
 * its end, and then kills what it left, because a grandchild may hold the output open for ever.
 */
final class UnconfinedProcess implements Sandbox {
    private static final System.Logger LOG = System.getLogger(UnconfinedProcess.class.getName());
    private static final int STACK_BYTES = 512 * 1024;
    private static final String ENTER_AND_EXEC = "cd \"$1\" && shift && ulimit -c 0 && exec \"$@\"";

    private final Sandboxes.Spec spec;
    private final ServerSocketChannel listener;
    private final Path temporary;
    private final int pid;
    private final int process;
    private final OutputReader output;
    private final CompletableFuture<Exit> exit = new CompletableFuture<>();
    private final CompletableFuture<Integer> status = new CompletableFuture<>();

    /** Guards what follows: nobody is signalled after having been waited for. */
    private final Object signals = new Object();

    private boolean ended;
    private volatile long peakBytes;

    private UnconfinedProcess(
            Sandboxes.Spec spec,
            ServerSocketChannel listener,
            Path temporary,
            int pid,
            int process,
            OutputReader output) {
        this.spec = spec;
        this.listener = listener;
        this.temporary = temporary;
        this.pid = pid;
        this.process = process;
        this.output = output;
    }

    /** Starts one; its temporary folder is made in the given one. */
    static UnconfinedProcess start(
            Sandboxes.Spec spec,
            Sandbox.Output receiver,
            @Nullable Path layers,
            Path temporaryRoot,
            int nothing)
            throws IOException {
        return SandboxThread.start(
                "process " + spec.id(),
                STACK_BYTES,
                started -> live(spec, receiver, layers, temporaryRoot, nothing, started));
    }

    private static void live(
            Sandboxes.Spec spec,
            Sandbox.Output receiver,
            @Nullable Path layers,
            Path temporaryRoot,
            int nothing,
            CompletableFuture<UnconfinedProcess> started) {
        UnconfinedProcess self;
        try {
            self = launch(spec, receiver, layers, temporaryRoot.resolve(spec.id()), nothing);
        } catch (IOException | RuntimeException | Error e) {
            started.completeExceptionally(e);
            return;
        }
        Thread.ofPlatform().name("end-of-" + spec.id()).daemon().start(self::awaitEnd);
        started.complete(self);
        self.attend();
    }

    private static UnconfinedProcess launch(
            Sandboxes.Spec spec,
            Sandbox.Output receiver,
            @Nullable Path layers,
            Path temporary,
            int nothing)
            throws IOException {
        Files.createDirectories(temporary);
        var listener = ServerSocketChannel.open(StandardProtocolFamily.INET);
        Native.Pipe pipe = null;
        try {
            listener.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
            pipe = Native.pipe();
            var paths = new HostPaths(spec.mounts(), layers, temporary);
            int pid =
                    Spawn.startSession(
                            command(spec, paths),
                            environment(spec, paths, addressOf(listener), temporary),
                            nothing,
                            pipe.writeEnd(),
                            pipe.writeEnd());
            int process = Native.processDescriptor(pid);
            var output = new OutputReader(pipe.readEnd(), receiver);
            return new UnconfinedProcess(spec, listener, temporary, pid, process, output);
        } catch (IOException | RuntimeException e) {
            listener.close();
            Native.close(pipe == null ? -1 : pipe.readEnd());
            FileTrees.delete(temporary);
            throw e;
        } finally {
            Native.close(pipe == null ? -1 : pipe.writeEnd());
        }
    }

    private static List<String> command(Sandboxes.Spec spec, HostPaths paths) {
        var command = new ArrayList<>(List.of("/bin/sh", "-c", ENTER_AND_EXEC, "sh"));
        command.add(paths.workingFolder());
        HostCommand.find("setpriv")
                .ifPresent(path -> command.addAll(List.of(path, "--pdeathsig", "KILL", "--")));
        spec.command().forEach(word -> command.add(paths.rewrite(word)));
        return command;
    }

    private static List<String> environment(
            Sandboxes.Spec spec, HostPaths paths, String address, Path temporary) {
        var variables = new TreeMap<String, String>();
        RuntimeApi.announced(spec, address)
                .environment()
                .forEach((name, value) -> variables.put(name, paths.rewrite(value)));
        variables.putIfAbsent("TMPDIR", temporary.toString());
        return variables.entrySet().stream()
                .map(variable -> variable.getKey() + "=" + variable.getValue())
                .toList();
    }

    private static String addressOf(ServerSocketChannel listener) throws IOException {
        var address = (InetSocketAddress) listener.getLocalAddress();
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    /** The second thread: a zombie keeps its number, so the group is killed before it is reaped. */
    private void awaitEnd() {
        try {
            boolean running = true;
            while (running) {
                running = !Native.poll(process, -1, -1);
            }
            synchronized (signals) {
                ended = true;
                signal(Native.SIGKILL);
                Native.close(process);
            }
            status.complete(Native.waitFor(pid));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.ERROR, spec.id() + " could not be waited for", e);
            status.complete(128 + Native.SIGKILL);
        }
    }

    private void attend() {
        try {
            output.run();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.ERROR, "The output of " + spec.id() + " is lost", e);
        }
        int code = status.join();
        try {
            FileTrees.delete(temporary);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, temporary + " remains", e);
        }
        exit.complete(new Exit(code, false));
    }

    /** To the whole group; a group that is gone is no failure. */
    private void signal(int number) {
        try {
            Native.kill(-pid, number);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, spec.id() + " has ended already", e);
        }
    }

    @Override
    public ServerSocketChannel listener() {
        return listener;
    }

    @Override
    public String apiAddress() {
        try {
            return addressOf(listener);
        } catch (IOException e) {
            return "127.0.0.1:0"; // closed: nobody is served any more
        }
    }

    @Override
    public CompletableFuture<Exit> exit() {
        return exit;
    }

    @Override
    public void kill() {
        output.hurry();
        signalUnlessEnded(Native.SIGKILL);
    }

    @Override
    public boolean freeze() {
        signalUnlessEnded(Native.SIGSTOP);
        return true;
    }

    @Override
    public void thaw() {
        signalUnlessEnded(Native.SIGCONT);
    }

    private void signalUnlessEnded(int number) {
        synchronized (signals) {
            if (!ended) {
                signal(number);
            }
        }
    }

    /** That of the main process; what it started is not seen. */
    @Override
    public long peakMemoryBytes() {
        synchronized (signals) {
            if (!ended) {
                long peak = ControlFiles.kilobytes(Path.of("/proc/" + pid + "/status"), "VmHWM:");
                peakBytes = Math.max(peakBytes, peak * 1024);
            }
        }
        return peakBytes;
    }

    @Override
    public void afterOutput(Runnable action) {
        try {
            output.after(action);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "The output of " + spec.id() + " is lost", e);
            action.run();
        }
    }
}
