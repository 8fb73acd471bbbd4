package dev.glis.logs;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Collects the latest entries that match, from chunks that overlap in time. For one thread.
 *
 * @param <T> such as a line
 */
public final class Latest<T> {
    private final Comparator<T> order;
    private final Function<T, Instant> time;
    private final Predicate<T> wanted;
    private final int most;
    private List<T> entries = new ArrayList<>();

    /**
     * Nothing yet.
     *
     * @param order of which the last are the latest; agrees with the time
     */
    public Latest(Comparator<T> order, Function<T, Instant> time, Predicate<T> wanted, int most) {
        this.order = order;
        this.time = time;
        this.wanted = wanted;
        this.most = most;
    }

    public void addAll(List<T> candidates) {
        for (T entry : candidates) {
            if (wanted.test(entry)) {
                entries.add(entry);
            }
        }
        if (entries.size() > most) {
            entries = sorted();
        }
    }

    /** Whether entries that are no later than this would change nothing any more. */
    public boolean completeBefore(Instant limit) {
        return entries.size() >= most
                && entries.stream().noneMatch(entry -> !time.apply(entry).isAfter(limit));
    }

    /** What was collected, in order. */
    public List<T> sorted() {
        var all = new ArrayList<>(entries);
        all.sort(order);
        return new ArrayList<>(all.subList(Math.max(0, all.size() - most), all.size()));
    }
}
