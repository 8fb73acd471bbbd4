package dev.glis.engine.process;

import dev.glis.engine.Sandboxes;
import java.nio.file.Path;
import java.util.List;

/**
 * Where no control groups can be made. What the kernel offers instead counts for each process or
 * user, not for a sandbox, so it only stops what runs away: a ceiling on a process's data, well
 * above the sandbox's memory because reserved stacks count too, and one on the user's processes
 * inside.
 */
final class NoCgroups implements Cgroups {
    private static final long STACKS_MB = 512;

    private final String why;

    NoCgroups(String why) {
        this.why = why;
    }

    @Override
    public Cgroup create(Sandboxes.Spec spec) {
        return new Ceilings(spec.processes(), 2L * spec.memoryMb() + STACKS_MB);
    }

    @Override
    public Strength strength() {
        return Strength.weak(
                "memory and process limits are enforced for each process only, CPU limits not at"
                        + " all, and frozen instances count with their whole limit: "
                        + why);
    }

    @Override
    public void close() {
        // nothing was made
    }

    private record Ceilings(int processes, long dataMb) implements Cgroup {
        @Override
        public List<String> ceilings() {
            return List.of(
                    "/usr/bin/prlimit",
                    "--nproc=" + processes,
                    "--data=" + dataMb * 1024 * 1024,
                    "--");
        }

        @Override
        public List<Path> doors() {
            return List.of();
        }

        @Override
        public Freezer freezer(int first) {
            return new FreezerOfTree(first);
        }

        @Override
        public void reclaim() {
            // the kernel takes back what is not used when it needs it
        }

        @Override
        public long memoryBytes() {
            return -1;
        }

        @Override
        public long peakMemoryBytes() {
            return 0;
        }

        @Override
        public long cpuNanos() {
            return -1;
        }

        @Override
        public void giveWay(boolean way) {
            // nobody knows who should
        }

        @Override
        public boolean outOfMemory() {
            return false;
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
        public void remove() {
            // nothing was made
        }
    }
}
