package dev.glis.engine.process;

import dev.glis.engine.Sandboxes;
import java.nio.file.Path;
import java.util.List;

/** Where no control groups can be made: no limits of memory, CPU and processes. */
final class NoCgroups implements Cgroups {
    private final String why;

    NoCgroups(String why) {
        this.why = why;
    }

    @Override
    public Cgroup create(Sandboxes.Spec spec) {
        return new Nothing();
    }

    @Override
    public Strength strength() {
        return Strength.weak(
                "memory, CPU and process limits are not enforced, and instances cannot be frozen: "
                        + why);
    }

    @Override
    public void close() {
        // nothing was made
    }

    private static final class Nothing implements Cgroup {
        @Override
        public List<Path> doors() {
            return List.of();
        }

        @Override
        public void freeze(boolean frozen) {
            // nobody can be stopped: an instance that is not at work waits in a read anyway
        }

        @Override
        public long peakMemoryBytes() {
            return 0;
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
