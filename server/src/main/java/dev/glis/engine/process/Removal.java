package dev.glis.engine.process;

import dev.glis.base.Limits;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Empties and removes control groups. */
final class Removal {
    private static final long PAUSE_NANOS = Duration.ofMillis(1).toNanos();

    private Removal() {}

    /** Kills what is left in a group, and removes it once all are gone. */
    static void remove(Cgroup cgroup) throws IOException {
        IOException last = null;
        for (long attempt = 0; attempt < Limits.SANDBOX_KILL_MS.value(); attempt++) {
            try {
                if (cgroup.empty()) {
                    cgroup.remove();
                    return;
                }
                cgroup.kill();
            } catch (IOException e) {
                last = e; // a process on its way out is no longer listed, but still counts
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        throw new IOException("A control group cannot be removed", last);
    }
}
