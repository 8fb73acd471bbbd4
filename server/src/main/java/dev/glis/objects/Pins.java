package dev.glis.objects;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Keeps the files of blobs that are being read, though their rows may go meanwhile.
 *
 * <p>Who reads looks up which blobs there are and pins them in one {@link #reading}. Who has
 * removed rows asks {@link #free}: that waits for those who may have seen the rows without having
 * pinned them yet, and then removes the files of those that nobody has pinned; the last reader of
 * the others removes theirs. Any thread.
 */
final class Pins {
    private final ReentrantReadWriteLock lookups = new ReentrantReadWriteLock();
    private final Map<String, Integer> counts = new HashMap<>();
    private final Set<String> doomed = new HashSet<>();
    private final Consumer<String> remove;

    /**
     * Nothing is pinned.
     *
     * @param remove removes a file
     */
    Pins(Consumer<String> remove) {
        this.remove = remove;
    }

    /** Looks up and pins; may read from the store. */
    <T> T reading(Supplier<T> lookup) {
        lookups.readLock().lock();
        try {
            return lookup.get();
        } finally {
            lookups.readLock().unlock();
        }
    }

    /** Inside of {@link #reading}. */
    synchronized void pin(List<String> blobs) {
        blobs.forEach(blob -> counts.merge(blob, 1, Integer::sum));
    }

    /** Undoes a {@link #pin}. */
    void unpin(List<String> blobs) {
        release(blobs).forEach(remove);
    }

    private synchronized List<String> release(List<String> blobs) {
        return blobs.stream().filter(this::isLast).filter(doomed::remove).toList();
    }

    private boolean isLast(String blob) {
        return counts.computeIfPresent(blob, (ignored, count) -> count == 1 ? null : count - 1)
                == null;
    }

    /** Removes the files of blobs whose rows are gone, now or when their last reader ends. */
    void free(List<String> blobs) {
        unpinned(blobs).forEach(remove);
    }

    private List<String> unpinned(List<String> blobs) {
        lookups.writeLock().lock();
        try {
            return doom(blobs);
        } finally {
            lookups.writeLock().unlock();
        }
    }

    /** All but those that are pinned, which are doomed. */
    private synchronized List<String> doom(List<String> blobs) {
        List<String> pinned = blobs.stream().filter(counts::containsKey).toList();
        doomed.addAll(pinned);
        return blobs.stream().filter(blob -> !doomed.contains(blob)).toList();
    }
}
