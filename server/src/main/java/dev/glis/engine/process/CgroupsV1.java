package dev.glis.engine.process;

import dev.glis.engine.Sandboxes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Control groups of the first version: one hierarchy for each controller, and a group in each of
 * them.
 */
final class CgroupsV1 implements Cgroups {
    /** The controllers without which this version is of no use. */
    static final List<String> CONTROLLERS = List.of("memory", "cpu", "pids", "freezer");

    /** Their groups are in one of the server's. */
    private static final List<String> NESTED = List.of("memory", "pids", "freezer");

    /** It counts what the CPU controller gives, and is often mounted with that. */
    private static final String ACCOUNTING = "cpuacct";

    private final Map<String, Path> hierarchies;
    private final ServerName server;

    /**
     * Makes the parent groups.
     *
     * @param hierarchies where each controller is mounted
     */
    CgroupsV1(Map<String, Path> hierarchies, ServerName server) throws IOException {
        this.hierarchies = Map.copyOf(hierarchies);
        this.server = server;
        for (String controller : NESTED) {
            Files.createDirectories(parentOf(controller));
        }
    }

    /** Where groups of this version are made on a machine, each place once. */
    static Set<Path> places(Map<String, Path> hierarchies) {
        var places = new LinkedHashSet<Path>();
        for (String controller : CONTROLLERS) {
            places.add(hierarchies.getOrDefault(controller, Path.of("/")));
        }
        if (hierarchies.containsKey(ACCOUNTING)) {
            places.add(hierarchies.get(ACCOUNTING));
        }
        return places;
    }

    private Path parentOf(String controller) {
        return hierarchy(controller).resolve(server.text());
    }

    private Path hierarchy(String controller) {
        Path hierarchy = hierarchies.get(controller);
        if (hierarchy == null) {
            throw new IllegalArgumentException("No hierarchy of controller " + controller);
        }
        return hierarchy;
    }

    @Override
    public Cgroup create(Sandboxes.Spec spec) throws IOException {
        var group =
                new Group(
                        parentOf("memory").resolve(spec.id()),
                        hierarchy("cpu").resolve(server.of(spec.id())),
                        parentOf("pids").resolve(spec.id()),
                        parentOf("freezer").resolve(spec.id()),
                        accounting().resolve(server.of(spec.id())));
        try {
            for (Path folder : group.folders()) {
                Files.createDirectory(folder);
            }
            limit(group, spec);
            return group;
        } catch (IOException e) {
            group.remove();
            throw e;
        }
    }

    private Path accounting() {
        return hierarchy(hierarchies.containsKey(ACCOUNTING) ? ACCOUNTING : "cpu");
    }

    private static void limit(Group group, Sandboxes.Spec spec) throws IOException {
        String memory = Long.toString(spec.memoryMb() * 1024L * 1024);
        ControlFiles.write(group.memory.resolve("memory.limit_in_bytes"), memory);
        ControlFiles.writeIfPresent(group.memory.resolve("memory.memsw.limit_in_bytes"), memory);
        ControlFiles.write(group.cpu.resolve("cpu.cfs_period_us"), Long.toString(CPU_PERIOD_US));
        long quota = Cgroups.cpuQuotaUs(spec);
        ControlFiles.write(group.cpu.resolve("cpu.cfs_quota_us"), Long.toString(quota));
        if (spec.product() != null) {
            group.giveWay(true);
        }
        ControlFiles.write(group.pids.resolve("pids.max"), Integer.toString(spec.processes()));
    }

    @Override
    public Strength strength() {
        return Strength.strong("memory, CPU and process limits (control groups, version 1)");
    }

    @Override
    public void close() throws IOException {
        for (String controller : NESTED) {
            Files.deleteIfExists(parentOf(controller));
        }
    }

    /**
     * A group's folder for each controller.
     *
     * @param accounting the CPU controller's where that counts too, or where nothing does
     */
    record Group(Path memory, Path cpu, Path pids, Path freezer, Path accounting)
            implements Cgroup {
        private static final String USAGE = "cpuacct.usage";
        private static final String FEW_SHARES = "256";
        private static final String ORDINARY_SHARES = "1024";

        Set<Path> folders() {
            var folders = new LinkedHashSet<>(List.of(memory, cpu, pids, freezer));
            folders.add(accounting);
            return folders;
        }

        @Override
        public List<Path> doors() {
            var doors = new ArrayList<Path>();
            for (Path folder : folders()) {
                doors.add(folder.resolve("cgroup.procs"));
            }
            return doors;
        }

        @Override
        public Freezer freezer(int first) {
            return new FreezerV1(freezer);
        }

        @Override
        public void reclaim() throws IOException {
            ControlFiles.writeIfPresent(memory.resolve("memory.force_empty"), "0");
        }

        @Override
        public long memoryBytes() {
            return ControlFiles.number(memory.resolve("memory.usage_in_bytes"));
        }

        @Override
        public long peakMemoryBytes() {
            return ControlFiles.number(memory.resolve("memory.max_usage_in_bytes"));
        }

        @Override
        public long cpuNanos() {
            return ControlFiles.numberIfPresent(accounting.resolve(USAGE));
        }

        @Override
        public void giveWay(boolean way) throws IOException {
            String shares = way ? FEW_SHARES : ORDINARY_SHARES;
            ControlFiles.write(cpu.resolve("cpu.shares"), shares);
        }

        @Override
        public boolean outOfMemory() {
            return ControlFiles.number(memory.resolve("memory.oom_control"), "oom_kill") > 0;
        }

        /** What the freezer holds does not die, so all are thawed first. */
        @Override
        public void kill() throws IOException {
            try {
                new FreezerV1(freezer).thaw();
                ControlFolders.killAll(pids);
            } catch (NoSuchFileException e) {
                return; // removed already: nobody is left
            }
        }

        @Override
        public boolean empty() throws IOException {
            return ControlFiles.read(pids.resolve("cgroup.procs")).isEmpty();
        }

        @Override
        public void remove() throws IOException {
            for (Path folder : folders()) {
                Files.deleteIfExists(folder);
            }
        }
    }
}
