package dev.glis.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;

/**
 * Who goes first when memory is wanted: those whose memory is worth least where they are.
 *
 * <p>An instance is worth the cold start that it may save: how long its function was seen to start,
 * times the chance that a call comes soon, for each MB that it holds. So a frozen one, which holds
 * little, stays longer than one that is awake, and a small function that is about to be called
 * stays longer than a large one that was just called for the last time. Of two idle instances of
 * one function the second saves a start only when two calls come at once, so it counts for half,
 * the third for a quarter.
 */
final class Eviction {
    /** A call after that would have found the instance gone anyway. */
    static final long SOON_MS = 300_000;

    private static final double UNKNOWN_START_NANOS = 100e6;
    private static final int MOST_HALVINGS = 30;

    private Eviction() {}

    /** An instance, and what each MB of it is worth, in ns of waiting saved. */
    record Candidate(Instance instance, double worthPerMb) {}

    /**
     * The instances, the least worth first; of those worth the same the one seen first.
     *
     * @param idle in the order of their last use, the latest last
     */
    static List<Candidate> order(Collection<Instance> idle, long now) {
        var ranks = new HashMap<Pool, Integer>();
        var candidates = new ArrayList<Candidate>();
        for (Instance instance : List.copyOf(idle).reversed()) {
            int rank = ranks.merge(instance.pool, 1, Integer::sum) - 1;
            candidates.add(new Candidate(instance, worthPerMb(instance, rank, now)));
        }
        List<Candidate> inOrder = new ArrayList<>(candidates.reversed());
        inOrder.sort(Comparator.comparingDouble(Candidate::worthPerMb));
        return inOrder;
    }

    private static double worthPerMb(Instance instance, int rank, long now) {
        Pool pool = instance.pool;
        double saves = pool.initialisation.orElse(UNKNOWN_START_NANOS);
        double likely = pool.keepAlive.likely(now, SOON_MS);
        return worthPerMb(saves, likely / (1L << Math.min(rank, MOST_HALVINGS)), instance.heldMb);
    }

    /** In one place for all that can be evicted. */
    static double worthPerMb(double savesNanos, double likely, int heldMb) {
        return savesNanos * likely / Math.max(1, heldMb);
    }
}
