package dev.glis.engine.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The control group that a daemon made for a container. It is gone with the container's last
 * process, so what it counted is noted before. Process 1 is never frozen: it must see the server's
 * end.
 */
final class ContainerCgroup implements Cgroup {
    private final Cgroup group;
    private final Launch.Step removal;
    private volatile boolean outOfMemory;
    private volatile long peakBytes;

    /**
     * Of a container.
     *
     * @param process its process 1
     * @param removal removes the container
     * @throws IOException when the daemon has made no group that limits anything
     */
    ContainerCgroup(CgroupMounts mounts, int process, Launch.Step removal) throws IOException {
        this.group = group(mounts, ControlFiles.lines(Path.of("/proc/" + process + "/cgroup")));
        this.removal = removal;
    }

    /** From lines of the form {@code 4:memory:/some/path}. */
    private static Cgroup group(CgroupMounts mounts, List<String> lines) throws IOException {
        Map<String, String> paths =
                lines.stream()
                        .map(line -> line.split(":", 3))
                        .flatMap(
                                parts ->
                                        List.of(parts[1].split(",", -1)).stream()
                                                .map(name -> Map.entry(name, parts[2])))
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        Path v2 = mounts.v2();
        if (v2 != null && CgroupsV2.usable(v2)) {
            return new CgroupsV2.Group(within(v2, paths.getOrDefault("", "/")));
        }
        if (!paths.keySet().containsAll(CgroupsV1.CONTROLLERS)
                || !mounts.v1().keySet().containsAll(CgroupsV1.CONTROLLERS)) {
            throw new IOException("the daemon puts containers into no control groups");
        }
        Function<String, Path> folder =
                name ->
                        within(
                                mounts.v1().getOrDefault(name, Path.of("/")),
                                paths.getOrDefault(name, "/"));
        return new CgroupsV1.Group(
                folder.apply("memory"),
                folder.apply("cpu"),
                folder.apply("pids"),
                folder.apply("freezer"),
                folder.apply(paths.containsKey("cpuacct") ? "cpuacct" : "cpu"));
    }

    private static Path within(Path mount, String path) {
        return mount.resolve(path.substring(1));
    }

    /** Notes what it has counted: the command has ended, and nobody else ends yet. */
    void note() {
        outOfMemory = group.outOfMemory();
        peakBytes = group.peakMemoryBytes();
    }

    @Override
    public List<Path> doors() {
        return group.doors();
    }

    @Override
    public Freezer freezer(int first) {
        return FreezerOfTree.below(first);
    }

    @Override
    public void reclaim() throws IOException {
        group.reclaim();
    }

    @Override
    public long memoryBytes() {
        return group.memoryBytes();
    }

    @Override
    public long peakMemoryBytes() {
        return Math.max(peakBytes, group.peakMemoryBytes());
    }

    @Override
    public long cpuNanos() {
        return group.cpuNanos();
    }

    @Override
    public void giveWay(boolean way) throws IOException {
        group.giveWay(way);
    }

    @Override
    public boolean outOfMemory() {
        return outOfMemory;
    }

    @Override
    public void kill() {
        // the process namespace ends with its first process
    }

    @Override
    public boolean empty() {
        return true;
    }

    @Override
    public void remove() throws IOException {
        removal.run();
    }
}
