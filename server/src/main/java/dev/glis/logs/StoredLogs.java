package dev.glis.logs;

import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Ids;
import dev.glis.base.Limits;
import dev.glis.base.Timers;
import dev.glis.engine.Blueprint;
import dev.glis.engine.LogSink;
import dev.glis.store.Store;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Logs on the store.
 *
 * <p>{@link #line} gives each line to {@link BufferedGroups}: it can be read and followed at once,
 * and is durable about 100 ms after it was printed.
 *
 * <p>Lines older than their group's retention are removed each hour; that is harmless when several
 * nodes do it.
 */
public final class StoredLogs implements Logs, LogSink, AutoCloseable {
    /** The tables of this package. */
    public static final Store.Migrations MIGRATIONS =
            new Store.Migrations("logs", StoredLogs.class, List.of("001_logs.sql"));

    private static final System.Logger LOG = System.getLogger(StoredLogs.class.getName());

    /** What a line costs in memory besides its text. */
    private static final int LINE_OVERHEAD_BYTES = 160;

    private static final long SWEEP_EVERY_MS = 3_600_000;

    private final LogTable table;
    private final Clock clock;
    private final Timers timers;
    private final Executor executor;
    private final BufferedGroups<Line> groups;
    private final PrintedLately printed = new PrintedLately();
    private volatile boolean closed;

    /**
     * Logs that are written to the store from now on.
     *
     * @param executor starts a virtual thread for each task
     */
    public StoredLogs(Store store, Clock clock, Timers timers, Ids ids, Executor executor) {
        this(store, clock, timers, ids, executor, Limits.LOG_STORED_BYTES.value());
    }

    /** The same, with another limit for what is stored of each group. */
    StoredLogs(
            Store store, Clock clock, Timers timers, Ids ids, Executor executor, long storedBytes) {
        this.table = new LogTable(store, storedBytes);
        this.clock = clock;
        this.timers = timers;
        this.executor = executor;
        this.groups = new BufferedGroups<>(new Kind(), timers, ids, executor);
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
        return groups.add(blueprint.functionArn(), line);
    }

    @Override
    public boolean printed(
            Blueprint blueprint,
            String instanceId,
            @Nullable String requestId,
            Instant time,
            String text) {
        boolean room = line(blueprint, instanceId, requestId, time, text);
        return printed.mayGoOn(blueprint.functionArn(), time, cost(text)) && room;
    }

    private static long cost(String text) {
        return (long) LINE_OVERHEAD_BYTES + text.length();
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
        var lines =
                new Latest<>(
                        Comparator.comparing(Line::time),
                        Line::time,
                        line -> wanted(line, from, to, requestId),
                        most);
        Unwritten<Line> unwritten = groups.unwritten(group);
        lines.addAll(unwritten.entries());
        table.read(group, unwritten.chunkIds(), from, to, lines);
        return lines.sorted();
    }

    private static boolean wanted(Line line, Instant from, Instant to, @Nullable String requestId) {
        return !line.time().isBefore(from)
                && !line.time().isAfter(to)
                && (requestId == null || requestId.equals(line.requestId()));
    }

    @Override
    public AutoCloseable follow(String group, Predicate<Line> follower) {
        return groups.follow(group, follower);
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
        groups.delete(group, () -> table.delete(group));
    }

    /** Writes all lines that were printed before this call; blocks. */
    void flush() {
        groups.flush();
    }

    @Override
    public void close() {
        closed = true;
        groups.close();
    }

    /** Removes lines that are older than their group's retention; blocks. */
    void sweep() {
        table.sweep(clock.instant(), Limits.LOG_RETENTION_DAYS.intValue());
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

    /** What is special about lines. */
    private final class Kind implements LogKind<Line> {
        @Override
        public String entries() {
            return "Log lines";
        }

        @Override
        public long cost(Line line) {
            return StoredLogs.cost(line.text());
        }

        @Override
        public Line loss(Line last, long count) {
            String note =
                    count + " lines were lost here: they came faster than they could be stored";
            return new Line(last.time(), last.version(), last.instanceId(), null, note);
        }

        @Override
        public long groupBytes() {
            return Limits.LOG_GROUP_BUFFER_BYTES.value();
        }

        @Override
        public long allBytes() {
            return Limits.LOG_BUFFER_BYTES.value();
        }

        @Override
        public void write(List<Chunk<Line>> chunks) {
            table.write(chunks);
        }
    }
}
