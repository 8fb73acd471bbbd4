package dev.glis.engine;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** What the services see of the engine. Safe for use by any thread; no call blocks. */
public interface Engine {
    /**
     * Runs a function: on an idle instance, else a new one if limits allow, else after waiting in
     * the bounded queue.
     *
     * @param blueprint the newest that the caller knows; the engine adopts it if its revision is
     *     higher than what it has
     */
    void invoke(Blueprint blueprint, Invocation invocation, InvocationListener listener);

    /**
     * Adopts a new revision of a workload. When this returns, no further invocation, waiting ones
     * included, begins on a lower revision; those at work finish undisturbed.
     */
    void replace(Blueprint blueprint);

    /** Forgets a workload: waiting invocations are rejected, those at work finish. */
    void retire(String workload);

    /** Sets or lifts the reserved concurrency of a function, by its unqualified ARN. */
    void reserve(String functionArn, String accountId, OptionalInt concurrency);

    /** Sets how many invocations of an account may be at work at once. */
    void limitAccount(String accountId, int concurrency);

    /** Keeps this many instances of a workload started, whatever the traffic. */
    void provision(Blueprint blueprint, int instances);

    /** How many instances of a workload there are now, by state. */
    InstanceCount count(String workload);

    /** The workloads that have instances now, with their numbers; weakly consistent. */
    Map<String, InstanceCount> counts();

    /** How the last few instances of each workload were started, the latest last. */
    Map<String, List<InstanceStart>> starts();

    /**
     * How an instance was started, or brought back to work.
     *
     * @param readyMs from the decision to start it until it could work: what a caller waits for
     * @param initMs of that, the time in its sandbox, as told in the function's log
     */
    record InstanceStart(Rung rung, double readyMs, double initMs) {}

    /** Instances of a workload: being started, idle, at work, idle and frozen. */
    record InstanceCount(int starting, int idle, int busy, int frozen) {
        public int total() {
            return starting + idle + busy + frozen;
        }
    }
}
