package dev.glis.logs;

import dev.glis.base.Limits;
import dev.glis.logs.Logs.Line;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The lines of one group that are not on disk yet, and those who follow the group.
 *
 * <pre>
 *   line --> collecting --take--> writing --written--> (gone)
 *                                    |
 *                                    +--(a failed write leaves it there, to be taken again)
 * </pre>
 *
 * <p>Its memory is bounded: beyond {@link Limits#LOG_GROUP_BUFFER_BYTES} it asks its producer to
 * wait; a producer that does not loses what goes beyond twice as much, and a line says how many.
 *
 * <p>Safe for use by any thread; no method blocks for longer than a follower takes.
 */
final class GroupBuffer {
    /** What a line costs in memory besides its text. */
    private static final int LINE_OVERHEAD_BYTES = 160;

    private final String group;
    private final Supplier<String> ids;
    private final AtomicLong allBytes;
    private Chunk collecting;
    private @Nullable Chunk writing;
    private long bytes;
    private long dropped;
    private boolean retired;
    private final List<Predicate<Line>> followers = new ArrayList<>();

    /**
     * An empty buffer.
     *
     * @param ids names chunks
     * @param allBytes what all buffers hold together
     */
    GroupBuffer(String group, Supplier<String> ids, AtomicLong allBytes) {
        this.group = group;
        this.ids = ids;
        this.allBytes = allBytes;
        this.collecting = emptyChunk();
    }

    String group() {
        return group;
    }

    /** What became of a line. */
    enum Taken {
        /** Kept; it is the first one since the last {@link #take}. */
        FIRST,
        /** Kept. */
        MORE,
        /** The buffer is no longer in use; get another. */
        RETIRED
    }

    synchronized Taken add(Line line) {
        if (retired) {
            return Taken.RETIRED;
        }
        tellFollowers(line);
        if (fills(2)) {
            dropped++;
            return Taken.MORE;
        }
        keep(line);
        return collecting.lines().size() == 1 ? Taken.FIRST : Taken.MORE;
    }

    /** Whether the producer may go on. */
    synchronized boolean hasRoom() {
        return !fills(1);
    }

    /**
     * What is to be written next: what could not be written before, else what has been collected.
     */
    synchronized @Nullable Chunk take() {
        if (writing == null && !collecting.lines().isEmpty()) {
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
            writing.lines().forEach(line -> count(-cost(line)));
            writing = null;
        }
        return !collecting.lines().isEmpty();
    }

    /** Forgets all lines. */
    synchronized void clear() {
        collecting = emptyChunk();
        writing = null;
        count(-bytes);
        dropped = 0;
    }

    /** Puts an empty buffer that nobody follows out of use. */
    synchronized boolean retire() {
        retired = collecting.lines().isEmpty() && writing == null && followers.isEmpty();
        return retired;
    }

    synchronized boolean follow(Predicate<Line> follower) {
        return !retired && followers.add(follower);
    }

    synchronized void unfollow(Predicate<Line> follower) {
        followers.remove(follower);
    }

    synchronized Unwritten unwritten() {
        var lines = new ArrayList<Line>();
        var chunkIds = new HashSet<String>();
        if (writing != null) {
            chunkIds.add(writing.id());
            lines.addAll(writing.lines());
        }
        chunkIds.add(collecting.id());
        lines.addAll(collecting.lines());
        return new Unwritten(chunkIds, lines);
    }

    /**
     * Lines in memory.
     *
     * @param chunkIds of the chunks they belong to, which may be on disk by now
     */
    record Unwritten(Set<String> chunkIds, List<Line> lines) {
        static final Unwritten NOTHING = new Unwritten(Set.of(), List.of());
    }

    private void tellFollowers(Line line) {
        for (Iterator<Predicate<Line>> all = followers.iterator(); all.hasNext(); ) {
            if (!accepts(all.next(), line)) {
                all.remove();
            }
        }
    }

    private static boolean accepts(Predicate<Line> follower, Line line) {
        try {
            return follower.test(line);
        } catch (RuntimeException e) {
            return false;
        }
    }

    private void noteDropped() {
        if (dropped == 0) {
            return;
        }
        Line last = collecting.lines().getLast();
        String note = dropped + " lines were lost here: they came faster than they could be stored";
        keep(new Line(last.time(), last.version(), last.instanceId(), null, note));
        dropped = 0;
    }

    private Chunk emptyChunk() {
        return new Chunk(ids.get(), group, new ArrayList<>());
    }

    private void keep(Line line) {
        count(cost(line));
        collecting.lines().add(line);
    }

    private void count(long change) {
        bytes += change;
        allBytes.addAndGet(change);
    }

    /** Whether this buffer, or all together, hold so many times what they should. */
    private boolean fills(int times) {
        return bytes >= times * Limits.LOG_GROUP_BUFFER_BYTES.value()
                || allBytes.get() >= times * Limits.LOG_BUFFER_BYTES.value();
    }

    private static long cost(Line line) {
        return (long) LINE_OVERHEAD_BYTES + line.text().length();
    }
}
