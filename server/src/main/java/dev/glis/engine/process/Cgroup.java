package dev.glis.engine.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The control group of one sandbox: all its processes are in it from before the first of them runs
 * foreign code until the last has ended. Safe for use by any thread.
 */
interface Cgroup {
    /** The files into which a process writes {@code 0} to become a member. */
    List<Path> doors();

    /** Commands that lower what a process may take, each ending by running the next. */
    default List<String> ceilings() {
        return List.of();
    }

    /**
     * Stops all members, and lets them run again.
     *
     * @param first a descriptor that stands for process 1 of the sandbox
     */
    Freezer freezer(int first);

    /** Has the kernel take back what memory it can. */
    void reclaim() throws IOException;

    /** Memory held by all members together; less than 0 where the kernel does not tell. */
    long memoryBytes();

    /** Peak memory so far; 0 where the kernel does not tell. */
    long peakMemoryBytes();

    /** CPU time that all members have had so far; less than 0 where the kernel does not tell. */
    long cpuNanos();

    /**
     * Whether members let others go first: those of ordinary groups, and all other programs of the
     * machine, begin to run at once when they want to, and have four times as much while they do.
     */
    void giveWay(boolean way) throws IOException;

    /** Whether the memory limit has killed a member. */
    boolean outOfMemory();

    /** Kills all members, frozen ones too. */
    void kill() throws IOException;

    /** Whether no member is left. */
    boolean empty() throws IOException;

    /** Removes the group, which must be empty. */
    void remove() throws IOException;
}
