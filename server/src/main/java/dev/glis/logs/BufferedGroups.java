package dev.glis.logs;

import dev.glis.base.Ids;
import dev.glis.base.Timers;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * Brings entries of many groups to the store.
 *
 * <p>{@link #add} appends to the group's buffer in memory and shows the entry to the group's
 * followers. The first entry after a pause sets a timer of a tenth of a second; then, or as soon as
 * a group has much, a virtual thread writes what has been collected: for each group one chunk, all
 * in one transaction.
 *
 * <p>So an entry can be read and followed at once, and is durable about 100 ms after it came; a
 * crash loses at most what came since. Where the store does not take them, entries stay in memory,
 * within bounds, and are tried again each second; {@link #close} writes all that there is.
 *
 * @param <T> what entries are
 */
public final class BufferedGroups<T> implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(BufferedGroups.class.getName());
    private static final long FLUSH_AFTER_MS = 100;
    private static final long RETRY_AFTER_MS = 1_000;

    private final LogKind<T> kind;
    private final Timers timers;
    private final Ids ids;
    private final Executor executor;
    private final ConcurrentHashMap<String, GroupBuffer<T>> buffers = new ConcurrentHashMap<>();
    private final Queue<GroupBuffer<T>> dirty = new ConcurrentLinkedQueue<>();
    private final AtomicLong allBytes = new AtomicLong();
    private final AtomicBoolean flushDue = new AtomicBoolean();

    /** Held by whoever writes or deletes chunks. */
    private final ReentrantLock writing = new ReentrantLock();

    private volatile boolean closed;

    /**
     * No groups yet.
     *
     * @param executor starts a virtual thread for each task
     */
    public BufferedGroups(LogKind<T> kind, Timers timers, Ids ids, Executor executor) {
        this.kind = kind;
        this.timers = timers;
        this.ids = ids;
        this.executor = executor;
    }

    /**
     * Takes an entry; called by any thread, does not block.
     *
     * @return whether there is room for more; the producer should wait when there is not
     */
    public boolean add(String group, T entry) {
        while (true) {
            GroupBuffer<T> buffer = buffer(group);
            switch (buffer.add(entry)) {
                case FIRST -> {
                    dirty.add(buffer);
                    flushAfter(FLUSH_AFTER_MS);
                    return buffer.hasRoom();
                }
                case MORE -> {
                    return buffer.hasRoom();
                }
                case MUCH -> {
                    dirty.add(buffer);
                    executor.execute(this::flushLogged);
                    return buffer.hasRoom();
                }
                case RETIRED -> buffers.remove(group, buffer);
            }
        }
    }

    /** The group's entries that may not be on disk yet. Read the store after this. */
    public Unwritten<T> unwritten(String group) {
        GroupBuffer<T> buffer = buffers.get(group);
        return buffer == null ? new Unwritten<>(Set.of(), List.of()) : buffer.unwritten();
    }

    /**
     * Calls the follower for each new entry until closed.
     *
     * @param follower returns false to be closed; must not block
     */
    public AutoCloseable follow(String group, Predicate<T> follower) {
        while (true) {
            GroupBuffer<T> buffer = buffer(group);
            if (buffer.follow(follower)) {
                return () -> {
                    buffer.unfollow(follower);
                    retire(buffer);
                };
            }
            buffers.remove(group, buffer);
        }
    }

    /**
     * Removes a group; blocks.
     *
     * @param stored removes what is stored of it
     */
    public void delete(String group, Runnable stored) {
        writing.lock();
        try {
            GroupBuffer<T> buffer = buffers.get(group);
            if (buffer != null) {
                buffer.clear();
            }
            stored.run();
        } finally {
            writing.unlock();
        }
    }

    /** Writes all entries that came before this call; blocks. */
    public void flush() {
        writing.lock();
        try {
            Set<GroupBuffer<T>> taken = takeDirty();
            try {
                writeAll(taken);
            } catch (RuntimeException e) {
                dirty.addAll(taken);
                throw e;
            }
            taken.forEach(this::wrote);
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void close() {
        closed = true;
        flush();
        if (!dirty.isEmpty()) {
            flush();
        }
    }

    private GroupBuffer<T> buffer(String group) {
        GroupBuffer<T> found = buffers.get(group);
        return found != null ? found : buffers.computeIfAbsent(group, this::newBuffer);
    }

    private GroupBuffer<T> newBuffer(String group) {
        return new GroupBuffer<>(group, kind, ids::uuid, allBytes);
    }

    private void flushAfter(long delayMs) {
        if (!closed && flushDue.compareAndSet(false, true)) {
            timers.after(delayMs, () -> executor.execute(this::flushLogged));
        }
    }

    private void flushLogged() {
        flushDue.set(false);
        try {
            flush();
        } catch (RuntimeException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    kind.entries()
                            + " could not be written; they are kept and will be written later",
                    e);
            flushAfter(RETRY_AFTER_MS);
        }
    }

    private Set<GroupBuffer<T>> takeDirty() {
        var taken = new LinkedHashSet<GroupBuffer<T>>();
        for (GroupBuffer<T> buffer = dirty.poll(); buffer != null; buffer = dirty.poll()) {
            taken.add(buffer);
        }
        return taken;
    }

    private void writeAll(Set<GroupBuffer<T>> taken) {
        var chunks = new ArrayList<Chunk<T>>();
        for (GroupBuffer<T> buffer : taken) {
            Chunk<T> chunk = buffer.take();
            if (chunk != null) {
                chunks.add(chunk);
            }
        }
        if (!chunks.isEmpty()) {
            kind.write(chunks);
        }
    }

    private void wrote(GroupBuffer<T> buffer) {
        if (buffer.written()) {
            dirty.add(buffer);
            flushAfter(FLUSH_AFTER_MS);
        } else {
            retire(buffer);
        }
    }

    private void retire(GroupBuffer<T> buffer) {
        if (buffer.retire()) {
            buffers.remove(buffer.group(), buffer);
        }
    }
}
