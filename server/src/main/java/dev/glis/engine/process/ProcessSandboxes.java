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
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
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
    private static final Pattern ID = Pattern.compile("[a-z0-9-]{1,40}");

    private final Machine machine;
    private final Set<ProcessSandbox> running = ConcurrentHashMap.newKeySet();
    private @Nullable StemSandboxes stems;
    private String stemRefusal = "";
    private volatile boolean closed;

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

    /** A small sandbox that tells whether this machine can do something. */
    static Spec probe(String id, String... command) {
        return new Spec(
                id, List.of(command), Map.of(), List.of(), List.of(), 128, 1.0, 16, 1, Egress.NONE);
    }

    private void tryOut() throws IOException {
        var said = new ConcurrentLinkedQueue<String>();
        var sandbox = begin(probe("probe", "/usr/bin/true"), said::add);
        sandbox.listener().close();
        if (statusOf(sandbox) != 0) {
            throw new IOException(
                    "A first sandbox failed: "
                            + (String.join(" ", said) + " " + sandbox.complaint()).strip());
        }
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

    private static int statusOf(Sandbox sandbox) throws IOException {
        try {
            long timeoutMs = Limits.SANDBOX_START_MS.value();
            return sandbox.exit().get(timeoutMs, TimeUnit.MILLISECONDS).status();
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("A first sandbox does not end", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted during the first sandbox", e);
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
        running.add(sandbox);
        var forgotten = sandbox.exit().thenRun(() -> running.remove(sandbox));
        if (closed && !forgotten.isDone()) {
            sandbox.kill();
        }
    }

    @Override
    public Optional<StemSandboxes> stems() {
        return Optional.ofNullable(stems);
    }

    @Override
    public String rootRefusal() {
        return EntryProgram.isThere()
                ? ""
                : "container images run on x86_64 machines only, and this one is "
                        + System.getProperty("os.arch");
    }

    void check(Spec spec) throws IOException {
        if (closed) {
            throw new IOException("The server is stopping");
        }
        if (!ID.matcher(spec.id()).matches()) {
            throw new IOException("A sandbox cannot be named " + spec.id());
        }
        Root root = spec.root();
        if (root != null) {
            checkReadable(root.folder());
            String refusal = rootRefusal();
            if (!refusal.isEmpty()) {
                throw new IOException(refusal);
            }
        }
        for (var mount : spec.mounts()) {
            checkReadable(mount.host());
        }
        for (Path layer : spec.layers()) {
            checkReadable(layer);
        }
    }

    /** Sandboxes run as users who own nothing, so what they shall read must be open to all. */
    private static void checkReadable(Path path) throws IOException {
        var permissions = Files.getPosixFilePermissions(path);
        boolean open =
                permissions.contains(PosixFilePermission.OTHERS_READ)
                        && (!Files.isDirectory(path)
                                || permissions.contains(PosixFilePermission.OTHERS_EXECUTE));
        if (!open) {
            throw new IOException(path + " is not readable by all users (chmod -R o+rX)");
        }
    }

    /** Those that were asked to end get their time. */
    private static void awaitTerminating(List<ProcessSandbox> sandboxes) {
        var exits = sandboxes.stream().map(ProcessSandbox::exit).toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(exits)
                .completeOnTimeout(null, Limits.INSTANCE_STOP_MS.value(), TimeUnit.MILLISECONDS)
                .join();
    }

    @Override
    public void close() {
        closed = true;
        var all = List.copyOf(running);
        awaitTerminating(all.stream().filter(ProcessSandbox::terminating).toList());
        all.forEach(ProcessSandbox::kill);
        all.forEach(sandbox -> sandbox.exit().join());
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
