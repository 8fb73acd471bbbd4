package dev.glis.meter;

import dev.glis.meter.Meter.Metric;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToLongFunction;

/**
 * Counts in memory, without locks.
 *
 * <p>A counter that was not used for a while leaves the map, so that memory holds only what is in
 * use. A thread may have found it just before and add to it just after; so one that left is drained
 * for another while before it is forgotten.
 *
 * <p>Adding is for any thread. Draining and peeking are for one thread at a time.
 */
@SuppressWarnings("EnumOrdinal") // the ordinal is an index within this process, never stored
final class Counters {
    private static final long UNUSED_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final long FORGOTTEN_NANOS = TimeUnit.MINUTES.toNanos(20);

    private final ConcurrentHashMap<Key, Counter> counters = new ConcurrentHashMap<>();

    /** Those that left the map, the earliest first. */
    private final Deque<Counter> leaving = new ArrayDeque<>();

    void add(String accountId, String resource, Metric metric, long quantity) {
        var key = new Key(accountId, resource);
        Counter counter = counters.get(key);
        if (counter == null) {
            counter = counters.computeIfAbsent(key, Counter::new);
        }
        counter.add(metric, quantity);
    }

    /** Takes all that was counted, in an order that is the same for all writers. */
    List<Entry> drain(Instant hour, long nowNanos) {
        List<Entry> entries = collect(hour, LongAdder::sumThenReset, nowNanos);
        letGo(nowNanos);
        return entries;
    }

    /** All that was counted, which stays. */
    List<Entry> peek(Instant hour, long nowNanos) {
        return collect(hour, LongAdder::sum, nowNanos);
    }

    private List<Entry> collect(Instant hour, ToLongFunction<LongAdder> value, long nowNanos) {
        var entries = new ArrayList<Entry>();
        leaving.forEach(counter -> counter.addTo(entries, hour, value, nowNanos));
        counters.values().forEach(counter -> counter.addTo(entries, hour, value, nowNanos));
        entries.sort(ORDER);
        return entries;
    }

    private void letGo(long nowNanos) {
        for (Counter counter : counters.values()) {
            if (counter.unusedNanos(nowNanos) > UNUSED_NANOS) {
                counters.remove(counter.key, counter);
                leaving.addLast(counter);
            }
        }
        while (!leaving.isEmpty() && leaving.peekFirst().unusedNanos(nowNanos) > FORGOTTEN_NANOS) {
            leaving.removeFirst();
        }
    }

    private static final Comparator<Entry> ORDER =
            Comparator.comparing(Entry::accountId)
                    .thenComparing(Entry::resource)
                    .thenComparing(Entry::metric);

    /** A quantity to be added. */
    record Entry(String accountId, String resource, Metric metric, Instant hour, long quantity) {
        Meter.Usage usage() {
            return new Meter.Usage(resource, metric, hour, quantity);
        }
    }

    private record Key(String accountId, String resource) {}

    private static final class Counter {
        private final Key key;

        /** Complete from the start, so that threads may read it without a lock. */
        private final Map<Metric, LongAdder> adders = new EnumMap<>(Metric.class);

        private long usedNanos;
        private boolean seen;

        Counter(Key key) {
            this.key = key;
            for (Metric metric : Metric.values()) {
                adders.put(metric, new LongAdder());
            }
        }

        void add(Metric metric, long quantity) {
            Objects.requireNonNull(adders.get(metric)).add(quantity);
        }

        void addTo(
                List<Entry> entries, Instant hour, ToLongFunction<LongAdder> value, long nowNanos) {
            adders.forEach(
                    (metric, adder) -> {
                        long quantity = value.applyAsLong(adder);
                        if (quantity != 0) {
                            entries.add(entry(metric, hour, quantity));
                            usedNanos = nowNanos;
                            seen = true;
                        }
                    });
        }

        private Entry entry(Metric metric, Instant hour, long quantity) {
            return new Entry(key.accountId, key.resource, metric, hour, quantity);
        }

        long unusedNanos(long nowNanos) {
            if (!seen) {
                usedNanos = nowNanos;
                seen = true;
            }
            return nowNanos - usedNanos;
        }
    }
}
