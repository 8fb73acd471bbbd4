package dev.glis.engine.process;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.FileTrees;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import dev.glis.engine.Egress;
import dev.glis.engine.Sandboxes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The start of one container, step by step, on the thread that belongs to it. The daemon makes it
 * and starts {@link FirstProgram} in it; then the server enters its network, listens there,
 * connects it where it may reach the internet, and lets the command begin.
 */
final class ContainerLaunch implements ProcessSandbox.Starter {
    /** With which {@link EntryProgram} becomes an ordinary user; the command has none. */
    private static final List<String> CAPABILITIES = List.of("SETUID", "SETGID", "SETPCAP");

    private final ContainerHost host;
    private final Sandboxes.Spec spec;
    private final String name;
    private final Undo undo;

    ContainerLaunch(ContainerHost host, Sandboxes.Spec spec) {
        this.host = host;
        this.name = host.server().of(spec.id());
        this.undo = new Undo(spec.id());
        this.spec = RuntimeApi.announced(spec, "127.0.0.1:" + Machine.API_PORT);
    }

    @Override
    public Launch.Started run() throws IOException {
        try {
            return launch();
        } catch (IOException | RuntimeException | Error e) {
            undo.all();
            throw e;
        }
    }

    private Launch.Started launch() throws IOException {
        var identity = host.users().take();
        undo.push(() -> host.users().giveBack(identity));
        var folder = makeFolder();
        undo.push(() -> host.daemon().remove(name));
        host.daemon().create(name, description(folder, identity.userId()));
        host.daemon().start(name);
        int process = host.daemon().process(name);
        int first = Native.processDescriptor(process);
        undo.push(() -> Native.close(first));
        var cgroup = new ContainerCgroup(host.cgroups(), process, () -> host.daemon().remove(name));
        var network = NetworkNamespace.of(process, Machine.API_PORT);
        undo.push(network::close);
        undo.push(() -> network.listener().close());
        if (spec.root() != null) {
            network.openLowPorts();
        }
        var connection = connect(network);
        undo.push(connection);
        var monitor = new ContainerMonitor(folder, cgroup);
        monitor.begin(spec.id(), first);
        return new Launch.Started(
                identity,
                cgroup,
                new Folder(folder.path()),
                network,
                connection,
                monitor,
                first,
                folder.output());
    }

    private ContainerFolder makeFolder() throws IOException {
        var folder = ContainerFolder.make(host.folder(), spec.id(), host.firstProgram());
        undo.push(() -> FileTrees.delete(folder.path()));
        undo.push(() -> Native.close(folder.output()));
        undo.push(() -> Native.close(folder.report()));
        undo.push(() -> Native.close(folder.gate()));
        return folder;
    }

    /** What is taken back with the container's temporary folder, which the kernel frees itself. */
    private record Folder(Path path) implements TemporaryFolders.TemporaryFolder {
        @Override
        public List<String> options() {
            return List.of();
        }

        @Override
        public void giveBack() {
            try {
                FileTrees.delete(path);
            } catch (IOException e) {
                System.getLogger(ContainerLaunch.class.getName())
                        .log(System.Logger.Level.WARNING, path + " remains", e);
            }
        }
    }

    private Launch.Step connect(NetworkNamespace network) throws IOException {
        return spec.egress() == Egress.INTERNET ? host.internet().connect(network) : () -> {};
    }

    /** In the API's own form. */
    private ObjectNode description(ContainerFolder folder, int userId) throws IOException {
        var merged = host.layers().merged(spec.layers());
        var layers = merged == null ? host.layers().none() : merged;
        var root = host.views().root(spec, folder, layers, userId);
        var what = Json.object();
        what.put("Image", host.views().image(root));
        what.putArray("Entrypoint").add(FirstProgram.FOLDER + "/first");
        addCommand(what.putArray("Cmd"));
        var variables = what.putArray("Env");
        spec.environment()
                .forEach((key, value) -> variables.add(FirstProgram.VARIABLE + key + "=" + value));
        what.put("User", "0:0");
        what.put("WorkingDir", workingFolder());
        what.put("Hostname", "sandbox");
        what.put("NetworkDisabled", true);
        var settings = what.putObject("HostConfig");
        addIsolation(settings);
        addLimits(settings);
        addMounts(settings.putArray("Mounts"), root);
        return what;
    }

    private void addCommand(ArrayNode command) {
        command.add(EntryProgram.INSIDE);
        spec.command().forEach(command::add);
    }

    private String workingFolder() {
        Sandboxes.Root root = spec.root();
        return root == null ? BubblewrapCommand.workingFolder(spec.mounts()) : root.workingFolder();
    }

    private static void addIsolation(ObjectNode settings) {
        settings.put("NetworkMode", "none");
        settings.put("IpcMode", "none");
        settings.put("CgroupnsMode", "private");
        settings.put("ReadonlyRootfs", true);
        settings.put("Privileged", false);
        settings.putArray("CapDrop").add("ALL");
        CAPABILITIES.forEach(settings.putArray("CapAdd")::add);
        settings.putArray("SecurityOpt").add("no-new-privileges");
        settings.putObject("LogConfig").put("Type", "none");
        settings.putObject("RestartPolicy").put("Name", "no");
    }

    /** No swap, and a {@code /tmp} in memory, which counts. */
    private void addLimits(ObjectNode settings) {
        long bytes = spec.memoryMb() * 1024L * 1024;
        settings.put("Memory", bytes).put("MemorySwap", bytes);
        settings.put("CpuPeriod", Cgroups.CPU_PERIOD_US);
        settings.put("CpuQuota", Cgroups.cpuQuotaUs(spec));
        settings.put("PidsLimit", spec.processes());
        var ceilings = settings.putArray("Ulimits");
        addCeiling(ceilings, "nofile", Limits.SANDBOX_OPEN_FILES.value());
        addCeiling(ceilings, "nproc", spec.processes());
        addCeiling(ceilings, "core", 0);
        addCeiling(ceilings, "nice", 0);
        addCeiling(ceilings, "rtprio", 0);
        long temporary = MemoryFolders.bytes(spec.temporaryMb(), spec.memoryMb());
        settings.putObject("Tmpfs").put("/tmp", "rw,nosuid,nodev,exec,mode=1777,size=" + temporary);
    }

    private static void addCeiling(ArrayNode ceilings, String name, long value) {
        ceilings.addObject().put("Name", name).put("Soft", value).put("Hard", value);
    }

    private static void addMounts(ArrayNode mounts, ContainerRoot root) {
        root.mounts()
                .forEach(
                        (inside, source) ->
                                mounts.addObject()
                                        .put("Type", "bind")
                                        .put("Source", source.toString())
                                        .put("Target", inside)
                                        .put("ReadOnly", true));
    }
}
