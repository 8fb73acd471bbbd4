package dev.glis.engine.process;

import dev.glis.base.Limits;
import dev.glis.engine.Egress;
import dev.glis.engine.Sandboxes;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The start of one sandbox, step by step, on the sandbox's thread. Each step notes how it is
 * undone; when one fails, all before it are undone in reverse.
 */
final class Launch implements ProcessSandbox.Starter {
    private static final int CHUNK_BYTES = 4_096;
    private static final List<String> LAUNCHER_ENVIRONMENT = List.of("PATH=/usr/bin:/bin");

    private final Machine machine;
    private final Sandboxes.Spec spec;
    private final int input;
    private final Undo undo;

    /**
     * Prepares the start.
     *
     * @param input what the sandbox's first program gets as its standard input
     */
    Launch(Machine machine, Sandboxes.Spec spec, int input) {
        this.machine = machine;
        this.input = input;
        this.undo = new Undo(spec.id());
        this.spec = RuntimeApi.announced(spec, "127.0.0.1:" + Machine.API_PORT);
    }

    /**
     * A sandbox that has been started.
     *
     * @param monitor tells how it begins and ends
     * @param first a descriptor that stands for process 1 inside
     * @param output the read end of its standard output and error
     */
    record Started(
            Identity identity,
            Cgroup cgroup,
            TemporaryFolders.TemporaryFolder temporary,
            NetworkNamespace network,
            Step connection,
            Monitor monitor,
            int first,
            int output) {}

    /** What bwrap needs. */
    private record Made(
            Identity identity,
            Cgroup cgroup,
            TemporaryFolders.TemporaryFolder temporary,
            NetworkNamespace network) {}

    /** Something that takes another step back. */
    interface Step {
        void run() throws IOException;
    }

    @Override
    public Started run() throws IOException {
        try {
            return launch();
        } catch (IOException | RuntimeException | Error e) {
            undo.all();
            throw e;
        }
    }

    private Started launch() throws IOException {
        var identity = machine.users().take();
        undo.push(() -> machine.users().giveBack(identity));
        var cgroup = machine.cgroups().create(spec);
        undo.push(() -> Removal.remove(cgroup));
        var temporary = machine.temporary().take(spec.temporaryMb(), spec.memoryMb());
        undo.push(temporary::giveBack);
        var network = NetworkNamespace.create(Machine.API_PORT);
        undo.push(network::close);
        undo.push(() -> network.listener().close());
        if (spec.root() != null) {
            network.openLowPorts();
        }
        var connection = connect(network);
        undo.push(connection);
        var output = openPipe();
        var status = openPipe();
        var made = new Made(identity, cgroup, temporary, network);
        int monitor = spawn(made, output.writeEnd(), status.writeEnd());
        undo.push(() -> reap(monitor));
        var report = new StartReport(status.readEnd());
        int first = awaitFirstProcess(report, output.readEnd(), monitor);
        return new Started(
                identity,
                cgroup,
                temporary,
                network,
                connection,
                new BubblewrapMonitor(monitor, report),
                first,
                output.readEnd());
    }

    private Step connect(NetworkNamespace network) throws IOException {
        return spec.egress() == Egress.INTERNET ? machine.internet().connect(network) : () -> {};
    }

    private Native.Pipe openPipe() throws IOException {
        var pipe = Native.pipe();
        undo.push(() -> Native.close(pipe.readEnd()));
        return pipe;
    }

    /** Closes the write ends in any case, so that the pipes end with the sandbox. */
    private int spawn(Made made, int output, int status) throws IOException {
        int options = -1;
        int filter = -1;
        try {
            if (made.identity() instanceof Identity.Own own) {
                Native.giveTo(output, own.userId());
            }
            var merged = machine.layers().merged(spec.layers());
            var layers = merged == null ? machine.layers().none() : merged;
            var asked = machine.command().options(spec, made.identity(), layers, made.temporary());
            options = Native.memoryFile("options", asked);
            filter = Native.memoryFile("filter", machine.filter());
            int[] descriptors = {input, output, output, options, status, filter};
            var command = machine.command().command(spec, made.cgroup(), made.identity());
            return inside(made, () -> Spawn.start(command, LAUNCHER_ENVIRONMENT, descriptors));
        } finally {
            Native.close(output);
            Native.close(status);
            Native.close(options);
            Native.close(filter);
        }
    }

    /** In the sandbox's network, and where its temporary folder can be seen. */
    private int inside(Made made, NetworkNamespace.Action<Integer> start) throws IOException {
        return made.network().inside(() -> machine.temporary().inside(start));
    }

    private static int awaitFirstProcess(StartReport report, int output, int monitor)
            throws IOException {
        int child = report.awaitChild(Limits.SANDBOX_START_MS.intValue());
        if (child == 0) {
            throw new IOException(complaint(output));
        }
        return firstProcess(child, monitor);
    }

    /** If it has ended already, bwrap, which is about to end for that reason, stands for it. */
    static int firstProcess(int child, int monitor) throws IOException {
        try {
            return Native.processDescriptor(child);
        } catch (Native.NoSuchProcessException e) {
            return Native.processDescriptor(monitor);
        }
    }

    /** What the programs said that should have made the sandbox. */
    private static String complaint(int output) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var buffer = arena.allocate(CHUNK_BYTES);
            int count = Native.read(output, buffer);
            String said =
                    new String(
                            buffer.asSlice(0, Math.max(0, count)).toArray(ValueLayout.JAVA_BYTE),
                            StandardCharsets.UTF_8);
            return said.isBlank() ? "bwrap ended without a word" : said.strip();
        }
    }

    private static void reap(int monitor) throws IOException {
        Native.kill(monitor, Native.SIGKILL);
        int ignored = Native.waitFor(monitor);
    }
}
