package dev.glis.engine.process;

import dev.glis.engine.Sandboxes;
import java.io.IOException;

/**
 * Makes control groups, named after this server. Their CPU time is shared out by the kernel between
 * each of them and all else that the machine does, not between this server as a whole and the rest:
 * else whoever calculates in one sandbox would use up the turns of all.
 */
interface Cgroups {
    /** In which a sandbox may use up its quota of CPU time. */
    long CPU_PERIOD_US = 20_000;

    /** The least quota that the kernel takes. */
    long CPU_QUOTA_LEAST_US = 1_000;

    /** The CPU time that a sandbox may use in each period. */
    static long cpuQuotaUs(Sandboxes.Spec spec) {
        return Math.max(CPU_QUOTA_LEAST_US, (long) (spec.cpuShare() * CPU_PERIOD_US));
    }

    /** The group for a sandbox, with the limits of its specification set. */
    Cgroup create(Sandboxes.Spec spec) throws IOException;

    /** What is enforced, and what is not, in one sentence each. */
    Strength strength();

    /** Removes what belongs to no sandbox; all groups must be gone. */
    void close() throws IOException;
}
