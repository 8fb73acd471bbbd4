package dev.glis.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last starts of a workload's instances. Owned by the {@link Fleet}. */
final class RecentStarts {
    private static final int KEPT = 10;
    private static final double NANOS_PER_MS = 1e6;

    private final Deque<Engine.InstanceStart> starts = new ArrayDeque<>();

    /** An instance has just asked for its first invocation. */
    void add(Instance instance, long now) {
        add(instance.rung, now - instance.createdNanos, instance.initNanos);
    }

    /** A frozen instance has just been let run again. */
    void addThawed(long tookNanos) {
        add(Rung.FROZEN, tookNanos, 0);
    }

    private void add(Rung rung, long readyNanos, long initNanos) {
        if (starts.size() == KEPT) {
            starts.removeFirst();
        }
        starts.addLast(
                new Engine.InstanceStart(
                        rung, readyNanos / NANOS_PER_MS, initNanos / NANOS_PER_MS));
    }

    boolean isEmpty() {
        return starts.isEmpty();
    }

    /** The latest last. */
    List<Engine.InstanceStart> all() {
        return List.copyOf(starts);
    }
}
