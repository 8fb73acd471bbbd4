package dev.glis.engine.process;

import dev.glis.engine.Sandboxes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Control groups of the first version: one hierarchy for each controller, and a group of the same
 * name in each of them.
 */
final class CgroupsV1 implements Cgroups {
    /** The controllers without which this version is of no use. */
    static final List<String> CONTROLLERS = List.of("memory", "cpu", "pids", "freezer");

    private static final String LEAST_SHARES = "2";

    private final Map<String, Path> hierarchies;
    private final String parent;

    /**
     * Makes the parent groups.
     *
     * @param hierarchies where each controller is mounted
     */
    CgroupsV1(Map<String, Path> hierarchies, String parent) throws IOException {
        this.hierarchies = Map.copyOf(hierarchies);
        this.parent = parent;
        for (String controller : CONTROLLERS) {
            Files.createDirectories(parentOf(controller));
        }
    }

    private Path parentOf(String controller) {
        Path hierarchy = hierarchies.get(controller);
        if (hierarchy == null) {
            throw new IllegalArgumentException("No hierarchy of controller " + controller);
        }
        return hierarchy.resolve(parent);
    }

    @Override
    public Cgroup create(Sandboxes.Spec spec) throws IOException {
        var group =
                new Group(
                        parentOf("memory").resolve(spec.id()),
                        parentOf("cpu").resolve(spec.id()),
                        parentOf("pids").resolve(spec.id()),
                        parentOf("freezer").resolve(spec.id()));
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

    private static void limit(Group group, Sandboxes.Spec spec) throws IOException {
        String memory = Long.toString(spec.memoryMb() * 1024L * 1024);
        ControlFiles.write(group.memory.resolve("memory.limit_in_bytes"), memory);
        ControlFiles.writeIfPresent(group.memory.resolve("memory.memsw.limit_in_bytes"), memory);
        ControlFiles.write(group.cpu.resolve("cpu.cfs_period_us"), Long.toString(CPU_PERIOD_US));
        long quota = Cgroups.cpuQuotaUs(spec);
        ControlFiles.write(group.cpu.resolve("cpu.cfs_quota_us"), Long.toString(quota));
        if (spec.product() != null) {
            ControlFiles.write(group.cpu.resolve("cpu.shares"), LEAST_SHARES);
        }
        ControlFiles.write(group.pids.resolve("pids.max"), Integer.toString(spec.processes()));
    }

    @Override
    public Strength strength() {
        return Strength.strong("memory, CPU and process limits (control groups, version 1)");
    }

    @Override
    public void close() throws IOException {
        for (String controller : CONTROLLERS) {
            Files.deleteIfExists(parentOf(controller));
        }
    }

    private record Group(Path memory, Path cpu, Path pids, Path freezer) implements Cgroup {
        List<Path> folders() {
            return List.of(memory, cpu, pids, freezer);
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
