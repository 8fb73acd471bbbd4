package dev.glis.logs;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one group that are not on disk yet, and those who follow the group.
 *
 * <pre>
 *   entry --> collecting --take--> writing --written--> (gone)
 *                                     |
 *                                     +--(a failed write leaves it there, to be taken again)
 * </pre>
 *
 * <p>Its memory is bounded: beyond {@link LogKind#groupBytes} it asks its producer to wait; a
 * producer that does not loses what goes beyond twice as much, and an entry says how many.
 *
 * <p>Safe for use by any thread; no method blocks for longer than a follower takes.
 *
 * @param <T> such as a line
 */
final class GroupBuffer<T> {
    /** A part of what may wait is much, so that the rest has room while that is written. */
    private static final int PARTS_WRITTEN_AT_ONCE = 4;

    private final String group;
    private final LogKind<T> kind;
    private final Supplier<String> ids;
    private final AtomicLong allBytes;
    private Chunk<T> collecting;
    private @Nullable Chunk<T> writing;
    private long bytes;
    private long collectedBytes;
    private long dropped;
    private boolean retired;
    private final List<Predicate<T>> followers = new ArrayList<>();

    /**
     * An empty buffer.
     *
     * @param ids names chunks
     * @param allBytes what all buffers hold together
     */
    GroupBuffer(String group, LogKind<T> kind, Supplier<String> ids, AtomicLong allBytes) {
        this.group = group;
        this.kind = kind;
        this.ids = ids;
        this.allBytes = allBytes;
        this.collecting = emptyChunk();
    }

    String group() {
        return group;
    }

    /** What became of an entry. */
    enum Taken {
        /** Kept; it is the first one since the last {@link #take}. */
        FIRST,
        /** Kept. */
        MORE,
        /** Kept, and with it there is so much that it should be written now. */
        MUCH,
        /** The buffer is no longer in use; get another. */
        RETIRED
    }

    synchronized Taken add(T entry) {
        if (retired) {
            return Taken.RETIRED;
        }
        tellFollowers(entry);
        if (fills(2)) {
            dropped++;
            return Taken.MORE;
        }
        boolean wasLittle = isLittle();
        keep(entry);
        if (wasLittle && !isLittle()) {
            return Taken.MUCH;
        }
        return collecting.entries().size() == 1 ? Taken.FIRST : Taken.MORE;
    }

    private boolean isLittle() {
        return collectedBytes < kind.groupBytes() / PARTS_WRITTEN_AT_ONCE;
    }

    /** Whether the producer may go on. */
    synchronized boolean hasRoom() {
        return !fills(1);
    }

    /**
     * What is to be written next: what could not be written before, else what has been collected.
     */
    synchronized @Nullable Chunk<T> take() {
        if (writing == null && !collecting.entries().isEmpty()) {
            noteDropped();
            writing = collecting;
            collecting = emptyChunk();
        }
        return writing;
    }

    /**
     * The chunk taken is on disk.
     *
     * @return whether more has been collected meanwhile
     */
    synchronized boolean written() {
        if (writing != null) {
            writing.entries().forEach(entry -> count(-kind.cost(entry)));
            writing = null;
        }
        return !collecting.entries().isEmpty();
    }

    /** Forgets all entries. */
    synchronized void clear() {
        collecting = emptyChunk();
        writing = null;
        count(-bytes);
        dropped = 0;
    }

    /** Puts an empty buffer that nobody follows out of use. */
    synchronized boolean retire() {
        retired = collecting.entries().isEmpty() && writing == null && followers.isEmpty();
        return retired;
    }

    synchronized boolean follow(Predicate<T> follower) {
        return !retired && followers.add(follower);
    }

    synchronized void unfollow(Predicate<T> follower) {
        followers.remove(follower);
    }

    synchronized Unwritten<T> unwritten() {
        var entries = new ArrayList<T>();
        var chunkIds = new HashSet<String>();
        if (writing != null) {
            chunkIds.add(writing.id());
            entries.addAll(writing.entries());
        }
        chunkIds.add(collecting.id());
        entries.addAll(collecting.entries());
        return new Unwritten<>(chunkIds, entries);
    }

    private void tellFollowers(T entry) {
        for (Iterator<Predicate<T>> all = followers.iterator(); all.hasNext(); ) {
            if (!accepts(all.next(), entry)) {
                all.remove();
            }
        }
    }

    private boolean accepts(Predicate<T> follower, T entry) {
        try {
            return follower.test(entry);
        } catch (RuntimeException e) {
            return false;
        }
    }

    private void noteDropped() {
        if (dropped == 0) {
            return;
        }
        keep(kind.loss(collecting.entries().getLast(), dropped));
        dropped = 0;
    }

    private Chunk<T> emptyChunk() {
        collectedBytes = 0;
        return new Chunk<>(ids.get(), group, new ArrayList<>());
    }

    private void keep(T entry) {
        count(kind.cost(entry));
        collectedBytes += kind.cost(entry);
        collecting.entries().add(entry);
    }

    private void count(long change) {
        bytes += change;
        allBytes.addAndGet(change);
    }

    /** Whether this buffer, or all together, hold so many times what they should. */
    private boolean fills(int times) {
        return bytes >= times * kind.groupBytes() || allBytes.get() >= times * kind.allBytes();
    }
}
