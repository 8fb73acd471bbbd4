package dev.glis.logs;

import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Ids;
import dev.glis.base.Limits;
import dev.glis.base.Timers;
import dev.glis.engine.Blueprint;
import dev.glis.engine.LogSink;
import dev.glis.logs.GroupBuffer.Unwritten;
import dev.glis.store.Store;
import java.time.Instant;
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
import org.jspecify.annotations.Nullable;

/**
 * Logs on the store.
 *
 * <p>{@link #line} appends to the group's buffer in memory and shows the line to the group's
 * followers. The first line after a pause sets a timer of a tenth of a second; then a virtual
 * thread writes what has been collected: for each group one compressed row, all in one transaction.
 *
 * <p>So a line can be read and followed at once, and is durable about 100 ms after it was printed;
 * a crash loses at most what was printed since. Where the store does not take them, lines stay in
 * memory, within bounds, and are tried again each second; {@link #close} writes all that there is.
 *
 * <p>Lines older than their group's retention are removed each hour; that is harmless when several
 * nodes do it.
 */
public final class StoredLogs implements Logs, LogSink, AutoCloseable {
    /** The tables of this package. */
    public static final Store.Migrations MIGRATIONS =
            new Store.Migrations("logs", StoredLogs.class, List.of("001_logs.sql"));

    private static final System.Logger LOG = System.getLogger(StoredLogs.class.getName());
    private static final long FLUSH_AFTER_MS = 100;
    private static final long RETRY_AFTER_MS = 1_000;
    private static final long SWEEP_EVERY_MS = 3_600_000;

    private final LogTable table;
    private final Clock clock;
    private final Timers timers;
    private final Ids ids;
    private final Executor executor;
    private final ConcurrentHashMap<String, GroupBuffer> buffers = new ConcurrentHashMap<>();
    private final Queue<GroupBuffer> dirty = new ConcurrentLinkedQueue<>();
    private final AtomicLong allBytes = new AtomicLong();
    private final AtomicBoolean flushDue = new AtomicBoolean();

    /** Held by whoever writes or deletes chunks. */
    private final ReentrantLock writing = new ReentrantLock();

    private volatile boolean closed;

    /**
     * Logs that are written to the store from now on.
     *
     * @param executor starts a virtual thread for each task
     */
    public StoredLogs(Store store, Clock clock, Timers timers, Ids ids, Executor executor) {
        this.table = new LogTable(store);
        this.clock = clock;
        this.timers = timers;
        this.ids = ids;
        this.executor = executor;
        scheduleSweep();
    }

    @Override
    public boolean line(
            Blueprint blueprint,
            String instanceId,
            @Nullable String requestId,
            Instant time,
            String text) {
        var line = new Line(time, blueprint.version(), instanceId, requestId, text);
        while (true) {
            GroupBuffer buffer = buffer(blueprint.functionArn());
            switch (buffer.add(line)) {
                case FIRST -> {
                    dirty.add(buffer);
                    flushAfter(FLUSH_AFTER_MS);
                    return buffer.hasRoom();
                }
                case MORE -> {
                    return buffer.hasRoom();
                }
                case RETIRED -> buffers.remove(blueprint.functionArn(), buffer);
            }
        }
    }

    @Override
    public List<Line> read(
            String group, Instant from, Instant to, @Nullable String requestId, int most) {
        if (most < 1 || most > Limits.LOG_READ_LINES.value()) {
            throw Fault.invalid(
                    "The number of log lines must be from 1 to "
                            + Limits.LOG_READ_LINES.value()
                            + ", not "
                            + most);
        }
        var lines = new LatestLines(from, to, requestId, most);
        GroupBuffer buffer = buffers.get(group);
        Unwritten unwritten = buffer == null ? Unwritten.NOTHING : buffer.unwritten();
        lines.addAll(unwritten.lines());
        table.read(group, unwritten.chunkIds(), lines);
        return lines.sorted();
    }

    @Override
    public AutoCloseable follow(String group, Predicate<Line> follower) {
        while (true) {
            GroupBuffer buffer = buffer(group);
            if (buffer.follow(follower)) {
                return () -> {
                    buffer.unfollow(follower);
                    retire(buffer);
                };
            }
            buffers.remove(group, buffer);
        }
    }

    @Override
    public void retain(String group, int days) {
        if (days < 1 || days > Limits.LOG_RETENTION_MOST_DAYS.value()) {
            throw Fault.invalid(
                    "Logs can be kept for 1 to "
                            + Limits.LOG_RETENTION_MOST_DAYS.value()
                            + " days, not "
                            + days);
        }
        table.retain(group, days);
    }

    @Override
    public void delete(String group) {
        writing.lock();
        try {
            GroupBuffer buffer = buffers.get(group);
            if (buffer != null) {
                buffer.clear();
            }
            table.delete(group);
        } finally {
            writing.unlock();
        }
    }

    /** Writes all lines that were printed before this call; blocks. */
    void flush() {
        writing.lock();
        try {
            Set<GroupBuffer> taken = takeDirty();
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

    /** Removes lines that are older than their group's retention; blocks. */
    void sweep() {
        table.sweep(clock.instant(), Limits.LOG_RETENTION_DAYS.intValue());
    }

    private GroupBuffer buffer(String group) {
        GroupBuffer found = buffers.get(group);
        return found != null ? found : buffers.computeIfAbsent(group, this::newBuffer);
    }

    private GroupBuffer newBuffer(String group) {
        return new GroupBuffer(group, ids::uuid, allBytes);
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
                    "Log lines could not be written; they are kept and will be written later",
                    e);
            flushAfter(RETRY_AFTER_MS);
        }
    }

    private Set<GroupBuffer> takeDirty() {
        var taken = new LinkedHashSet<GroupBuffer>();
        for (GroupBuffer buffer = dirty.poll(); buffer != null; buffer = dirty.poll()) {
            taken.add(buffer);
        }
        return taken;
    }

    private void writeAll(Set<GroupBuffer> taken) {
        var chunks = new ArrayList<Chunk>();
        for (GroupBuffer buffer : taken) {
            Chunk chunk = buffer.take();
            if (chunk != null) {
                chunks.add(chunk);
            }
        }
        if (!chunks.isEmpty()) {
            table.write(chunks);
        }
    }

    private void wrote(GroupBuffer buffer) {
        if (buffer.written()) {
            dirty.add(buffer);
            flushAfter(FLUSH_AFTER_MS);
        } else {
            retire(buffer);
        }
    }

    private void retire(GroupBuffer buffer) {
        if (buffer.retire()) {
            buffers.remove(buffer.group(), buffer);
        }
    }

    private void scheduleSweep() {
        timers.after(SWEEP_EVERY_MS, () -> executor.execute(this::sweepLogged));
    }

    private void sweepLogged() {
        if (closed) {
            return;
        }
        try {
            sweep();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "Old log lines could not be removed", e);
        } finally {
            scheduleSweep();
        }
    }
}
