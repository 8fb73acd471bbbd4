package dev.glis.accounts;

import dev.glis.base.Limits;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Values read from the store and kept until they are said to have changed. Any thread.
 *
 * <p>A change marks values as stale and does not remove them: the next {@link #get} reads anew,
 * while {@link #latest} still has an answer for a request that is at work. A value that was read
 * before a change and arrives after it is stale from the beginning: reading notes the number of
 * changes first.
 */
final class Remembered<V> {
    private record Entry<V>(V value, boolean fresh) {}

    private final Function<String, V> read;
    private final Predicate<V> expendable;
    private final ConcurrentMap<String, Entry<V>> entries = new ConcurrentHashMap<>();
    private long changes;

    /**
     * A memory.
     *
     * @param read reads a value from the store
     * @param expendable which values go first when there are too many
     */
    Remembered(Function<String, V> read, Predicate<V> expendable) {
        this.read = read;
        this.expendable = expendable;
    }

    boolean isFresh(String key) {
        Entry<V> entry = entries.get(key);
        return entry != null && entry.fresh;
    }

    /** The value, read from the store unless it is fresh. */
    V get(String key) {
        Entry<V> entry = entries.get(key);
        if (entry != null && entry.fresh) {
            return entry.value;
        }
        long before = changesSoFar();
        V value = read.apply(key);
        keep(key, value, before);
        return value;
    }

    /** The value as last read, stale or not; null when it is not in memory. */
    @Nullable V latest(String key) {
        Entry<V> entry = entries.get(key);
        return entry == null ? null : entry.value;
    }

    /** Marks values as stale. */
    synchronized void changed(Predicate<V> which) {
        changes++;
        entries.replaceAll(
                (key, entry) -> which.test(entry.value) ? new Entry<>(entry.value, false) : entry);
    }

    private synchronized long changesSoFar() {
        return changes;
    }

    private synchronized void keep(String key, V value, long changesBefore) {
        if (entries.size() >= Limits.ACCOUNT_MEMORY_ENTRIES.value()) {
            entries.values().removeIf(entry -> expendable.test(entry.value));
        }
        if (entries.size() >= Limits.ACCOUNT_MEMORY_ENTRIES.value()) {
            entries.clear();
        }
        entries.put(key, new Entry<>(value, changes == changesBefore));
    }
}
