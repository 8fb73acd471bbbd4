package dev.glis.engine.process;

import dev.glis.engine.Sandboxes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Control groups of the second version: one hierarchy with all controllers. */
final class CgroupsV2 implements Cgroups {
    private static final System.Logger LOG = System.getLogger(CgroupsV2.class.getName());
    private static final List<String> CONTROLLERS = List.of("memory", "cpu", "pids");
    private static final String ENABLE = "+memory +cpu +pids";

    private final Path parent;
    private final ServerName server;

    /**
     * Makes groups in another.
     *
     * @param parent hands the controllers down
     */
    CgroupsV2(Path parent, ServerName server) {
        this.parent = parent;
        this.server = server;
    }

    /** Whether the controllers belong to this version here, not to the first. */
    static boolean usable(Path mount) throws IOException {
        return controllers(mount.resolve("cgroup.controllers")).containsAll(CONTROLLERS);
    }

    private static List<String> controllers(Path file) throws IOException {
        return Arrays.asList(ControlFiles.read(file).split(" "));
    }

    /**
     * The group under which the server's own shall be made. For root that is the top of what can be
     * seen; for others the group that was delegated to them. Its processes must go down into a leaf
     * first, because only leaves may hold processes once controllers are handed down.
     */
    static Path parent(Path mount) throws IOException {
        Path candidate = CgroupChoice.writable(mount) ? mount : ownGroup(mount);
        Path handedDown = candidate.resolve("cgroup.subtree_control");
        if (controllers(handedDown).containsAll(CONTROLLERS)) {
            return candidate;
        }
        try {
            ControlFiles.write(handedDown, ENABLE);
        } catch (IOException e) {
            moveProcessesToLeaf(candidate);
            ControlFiles.write(handedDown, ENABLE);
        }
        return candidate;
    }

    private static Path ownGroup(Path mount) throws IOException {
        for (String line : ControlFiles.lines(Path.of("/proc/self/cgroup"))) {
            if (line.startsWith("0::/")) {
                return mount.resolve(line.substring("0::/".length()));
            }
        }
        throw new IOException("This process is in no control group of version 2");
    }

    private static void moveProcessesToLeaf(Path group) throws IOException {
        Path leaf = group.resolve("glis-server");
        Files.createDirectories(leaf);
        for (String pid : ControlFiles.lines(group.resolve("cgroup.procs"))) {
            ControlFiles.write(leaf.resolve("cgroup.procs"), pid);
        }
    }

    @Override
    public Cgroup create(Sandboxes.Spec spec) throws IOException {
        var group = new Group(parent.resolve(server.of(spec.id())));
        Files.createDirectory(group.folder);
        try {
            limit(group.folder, spec);
            return group;
        } catch (IOException e) {
            group.remove();
            throw e;
        }
    }

    private static void limit(Path folder, Sandboxes.Spec spec) throws IOException {
        String memory = Long.toString(spec.memoryMb() * 1024L * 1024);
        ControlFiles.write(folder.resolve("memory.max"), memory);
        ControlFiles.writeIfPresent(folder.resolve("memory.swap.max"), "0");
        long quota = Cgroups.cpuQuotaUs(spec);
        ControlFiles.write(folder.resolve("cpu.max"), quota + " " + CPU_PERIOD_US);
        ControlFiles.write(folder.resolve("pids.max"), Integer.toString(spec.processes()));
        if (spec.product() != null) {
            new Group(folder).giveWay(true);
        }
    }

    @Override
    public Strength strength() {
        return Strength.strong("memory, CPU and process limits (control groups, version 2)");
    }

    @Override
    public void close() {
        // all groups were of sandboxes
    }

    /** A group's one folder. */
    record Group(Path folder) implements Cgroup {
        private static final String FEW_WEIGHT = "25";
        private static final String ORDINARY_WEIGHT = "100";

        @Override
        public List<Path> doors() {
            return List.of(folder.resolve("cgroup.procs"));
        }

        @Override
        public Freezer freezer(int first) {
            return new FreezerV2(folder);
        }

        /** The kernel says that there was less than was asked for; it always is less. */
        @Override
        public void reclaim() throws IOException {
            Path file = folder.resolve("memory.reclaim");
            if (Files.exists(file)) {
                try {
                    ControlFiles.write(file, Long.toString(memoryBytes()));
                } catch (NoSuchFileException e) {
                    throw e;
                } catch (IOException e) {
                    LOG.log(System.Logger.Level.DEBUG, "Not all memory is taken back", e);
                }
            }
        }

        @Override
        public long memoryBytes() {
            return ControlFiles.number(folder.resolve("memory.current"));
        }

        @Override
        public long peakMemoryBytes() {
            return ControlFiles.number(folder.resolve("memory.peak"));
        }

        @Override
        public long cpuNanos() {
            return ControlFiles.number(folder.resolve("cpu.stat"), "usage_usec") * 1_000;
        }

        @Override
        public void giveWay(boolean way) throws IOException {
            String weight = way ? FEW_WEIGHT : ORDINARY_WEIGHT;
            ControlFiles.write(folder.resolve("cpu.weight"), weight);
        }

        @Override
        public boolean outOfMemory() {
            return ControlFiles.number(folder.resolve("memory.events"), "oom_kill") > 0;
        }

        @Override
        public void kill() throws IOException {
            try {
                ControlFolders.killAll(folder);
            } catch (NoSuchFileException e) {
                return; // removed already: nobody is left
            }
        }

        @Override
        public boolean empty() throws IOException {
            return ControlFiles.read(folder.resolve("cgroup.procs")).isEmpty();
        }

        @Override
        public void remove() throws IOException {
            Files.deleteIfExists(folder);
        }
    }
}
