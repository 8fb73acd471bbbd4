package dev.glis.meter;

import dev.glis.meter.Batch.Entry;
import dev.glis.meter.Meter.Metric;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToLongFunction;

/**
 * Counts in memory, without locks.
 *
 * <p>The counters of one turn are a <em>generation</em>: a map that is replaced by an empty one
 * when it is drained, so that memory holds only what is in use, and nobody decides when a counter
 * may be removed. A thread that found its counter just before the swap may add to it just after; so
 * a generation is drained again in each of the next turns, before it is forgotten.
 *
 * <p>Adding is for any thread. Draining and peeking are for one thread at a time.
 */
final class Counters {
    private static final Metric[] METRICS = Metric.values();

    /** Turns for which late additions to an old generation are waited for. */
    private static final int GENERATIONS_KEPT = 10;

    private volatile Generation current = new Generation();
    private final Deque<Generation> old = new ArrayDeque<>();
    private volatile int turnsToTake;

    void add(String accountId, String resource, Metric metric, long quantity) {
        current.counter(accountId, resource)[metric.ordinal()].add(quantity);
    }

    /** Whether draining might find something. */
    boolean touched() {
        return turnsToTake > 0 || !current.counters.isEmpty();
    }

    /** Has {@link #touched} say yes once more. */
    void touch() {
        turnsToTake = GENERATIONS_KEPT;
    }

    /** Takes all that was counted, in an order that is the same for all writers. */
    List<Entry> drain(Instant hour) {
        if (current.counters.isEmpty()) {
            turnsToTake = Math.max(0, turnsToTake - 1);
        } else {
            old.addFirst(current);
            current = new Generation();
            turnsToTake = GENERATIONS_KEPT;
        }
        var totals = new Totals();
        for (Generation generation : old) {
            generation.addTo(totals, LongAdder::sumThenReset);
        }
        while (old.size() > turnsToTake) {
            old.removeLast();
        }
        return totals.entries(hour);
    }

    /** All that was counted, which stays. */
    List<Entry> peek(Instant hour) {
        var totals = new Totals();
        for (Generation generation : old) {
            generation.addTo(totals, LongAdder::sum);
        }
        current.addTo(totals, LongAdder::sum);
        return totals.entries(hour);
    }

    private record Key(String accountId, String resource) {}

    private static final class Generation {
        private final ConcurrentHashMap<Key, LongAdder[]> counters = new ConcurrentHashMap<>();

        LongAdder[] counter(String accountId, String resource) {
            var key = new Key(accountId, resource);
            LongAdder[] found = counters.get(key);
            return found != null ? found : counters.computeIfAbsent(key, absent -> zeroes());
        }

        private static LongAdder[] zeroes() {
            var zeroes = new LongAdder[METRICS.length];
            for (int i = 0; i < zeroes.length; i++) {
                zeroes[i] = new LongAdder();
            }
            return zeroes;
        }

        void addTo(Totals totals, ToLongFunction<LongAdder> value) {
            counters.forEach(
                    (key, adders) -> {
                        for (int i = 0; i < adders.length; i++) {
                            totals.add(key, i, value.applyAsLong(adders[i]));
                        }
                    });
        }
    }

    /** Sums over generations, in an order that is the same for all writers. */
    private static final class Totals {
        private static final Comparator<Key> ORDER =
                Comparator.comparing(Key::accountId).thenComparing(Key::resource);

        private final Map<Key, long[]> totals = new TreeMap<>(ORDER);

        void add(Key key, int metric, long quantity) {
            if (quantity != 0) {
                totals.computeIfAbsent(key, absent -> new long[METRICS.length])[metric] += quantity;
            }
        }

        List<Entry> entries(Instant hour) {
            var entries = new ArrayList<Entry>();
            totals.forEach(
                    (key, quantities) -> {
                        for (Metric metric : METRICS) {
                            long quantity = quantities[metric.ordinal()];
                            if (quantity != 0) {
                                entries.add(
                                        new Entry(
                                                key.accountId,
                                                key.resource,
                                                metric,
                                                hour,
                                                quantity));
                            }
                        }
                    });
            return entries;
        }
    }
}
