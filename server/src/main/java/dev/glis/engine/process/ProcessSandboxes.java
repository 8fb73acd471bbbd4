package dev.glis.engine.process;

import dev.glis.base.Clock;
import dev.glis.base.Limits;
import dev.glis.engine.Egress;
import dev.glis.engine.Sandbox;
import dev.glis.engine.Sandboxes;
import dev.glis.engine.StemSandboxes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sandboxes made of Linux namespaces by bubblewrap, with a system call filter, no capabilities and
 * control groups. Safe for use by any thread.
 *
 * <p>Every sandbox has a memory limit that counts all that its processes hold. Its {@code /tmp} is
 * on disk where this machine can do that, and else counts too.
 */
public final class ProcessSandboxes implements Sandboxes {
    private static final System.Logger LOG = System.getLogger(ProcessSandboxes.class.getName());

    private final Machine machine;
    private final RunningSandboxes running = new RunningSandboxes();
    private @Nullable StemSandboxes stems;
    private String stemRefusal = "";

    private ProcessSandboxes(Machine machine) {
        this.machine = machine;
    }

    /**
     * Prepares this machine, removes what a killed server left, and starts a first sandbox to see
     * that it works.
     *
     * @param folder for this class alone, for files that can be made again
     * @throws IOException when this machine cannot isolate processes; the message says why, and
     *     what to do about it
     */
    public static ProcessSandboxes open(Path folder) throws IOException {
        var sandboxes = new ProcessSandboxes(prepare(folder.toAbsolutePath()));
        try {
            sandboxes.tryOut();
            sandboxes.openStems(folder.toAbsolutePath().resolve("stem"));
            return sandboxes;
        } catch (IOException e) {
            sandboxes.close();
            throw e;
        }
    }

    private static Machine prepare(Path folder) throws IOException {
        Files.createDirectories(folder);
        String bubblewrap = Bubblewrap.find();
        byte[] filter = SystemCallFilter.forMachine(System.getProperty("os.arch"));
        NetworkNamespace.check();
        Priority.forbidRaising();
        var users = Users.find(Limits.SANDBOXES.intValue());
        var layers = new Layers(folder.resolve("layers"));
        var cgroups = CgroupChoice.open(CgroupMounts.find(), ServerName.current());
        var turns = new CpuTurns(Clock.system());
        turns.begin();
        var internet = TranslatedInternetAccess.open();
        Path resolvers = folder.resolve("resolv.conf");
        Files.writeString(resolvers, internet.resolverFile());
        var root = new HostRoot(folder);
        var imageRoot = new ImageRootOptions(root, folder);
        var command = new BubblewrapCommand(bubblewrap, root, imageRoot, resolvers);
        int nothing = Native.open(Path.of("/dev/null"));
        var temporary = temporaryFolders(folder.resolve("temporary"));
        return new Machine(
                cgroups, turns, users, command, layers, temporary, internet, filter, nothing);
    }

    private static TemporaryFolders temporaryFolders(Path folder) {
        try {
            return DiskFolders.open(folder);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "No temporary folders on disk", e);
            return new MemoryFolders(String.valueOf(e.getMessage()));
        }
    }

    private void tryOut() throws IOException {
        RunningSandboxes.tryOut(this::begin);
    }

    /** Without them functions start more slowly, and that is all. */
    private void openStems(Path folder) throws IOException {
        var prepared = new ProcessStems(this, machine, new StemFolders(folder));
        try {
            prepared.tryOut(folder);
            stems = prepared;
        } catch (IOException e) {
            stemRefusal = String.valueOf(e.getMessage());
        }
    }

    /** What is kept apart on this machine and what is weaker than it could be, for the operator. */
    public Strength strength() {
        return Strength.strong(
                        "own process, mount, network and IPC namespaces, a read-only root, a system"
                                + " call filter, no capabilities")
                .and(machine.users().strength())
                .and(machine.cgroups().strength())
                .and(machine.temporary().strength())
                .and(machine.internet().strength())
                .and(stemStrength());
    }

    private Strength stemStrength() {
        return stemRefusal.isEmpty()
                ? new Strength(List.of(), List.of())
                : Strength.weak(
                        "functions start more slowly, because code cannot be mounted into a"
                                + " sandbox that waits for it: "
                                + stemRefusal);
    }

    /** Why {@link Egress#INTERNET} is refused on this machine; empty when it is not. */
    public String internetRefusal() {
        return machine.internet().refusal();
    }

    @Override
    public Sandbox start(Spec spec, Sandbox.Output output) throws IOException {
        return begin(spec, output);
    }

    private ProcessSandbox begin(Spec spec, Sandbox.Output output) throws IOException {
        check(spec);
        var sandbox = ProcessSandbox.start(machine, spec, output);
        keep(sandbox);
        return sandbox;
    }

    /** Has it killed when this is closed. */
    void keep(ProcessSandbox sandbox) {
        running.keep(sandbox);
    }

    @Override
    public Optional<StemSandboxes> stems() {
        return Optional.ofNullable(stems);
    }

    @Override
    public String rootRefusal() {
        return StaticProgram.refusal();
    }

    void check(Spec spec) throws IOException {
        running.check(spec);
        String refusal = spec.root() == null ? "" : rootRefusal();
        if (!refusal.isEmpty()) {
            throw new IOException(refusal);
        }
    }

    @Override
    public void close() {
        running.close();
        machine.turns().close();
        Native.close(machine.nothing());
        machine.temporary().close();
        machine.internet().close();
        try {
            machine.cgroups().close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "Control groups remain", e);
        }
    }
}
