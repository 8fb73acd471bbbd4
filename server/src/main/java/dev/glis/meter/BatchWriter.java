package dev.glis.meter;

import dev.glis.base.Clock;
import dev.glis.base.Ids;
import dev.glis.base.Timers;
import dev.glis.store.Store;
import dev.glis.store.Transaction;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Brings what is counted in memory to the store.
 *
 * <p>Twice a second a timer looks whether there is anything to write and, if so, has a virtual
 * thread drain the counts into a batch and add the batch to the store in one transaction. What was
 * counted is therefore durable about half a second later, and at most that much is lost by a crash;
 * {@link #close} writes the rest.
 *
 * <p>A batch that cannot be written is kept as it is and tried again at the next turn; what is
 * counted meanwhile waits in memory. Each batch carries this writer's name and a sequence number
 * that is stored with it, so that a batch whose commit was answered by a broken connection is not
 * added twice.
 *
 * @param <E> what a batch is made of
 */
public final class BatchWriter<E> implements AutoCloseable {
    /**
     * What is counted. Called by one thread at a time.
     *
     * @param <E> what a batch is made of
     */
    public interface Counts<E> {
        /** Takes all that was counted. */
        List<E> drain();

        /** Adds a batch to what is stored. May run more than once before it is committed. */
        void add(Transaction transaction, List<E> entries);

        /** Told when a batch is in the store; may read from it. */
        default void added(List<E> entries) {}
    }

    private static final System.Logger LOG = System.getLogger(BatchWriter.class.getName());
    private static final long FLUSH_EVERY_MS = 500;
    private static final int WRITERS_KEPT_DAYS = 2;

    private final Counts<E> counts;
    private final Store store;
    private final Clock clock;
    private final Timers timers;
    private final Executor executor;
    private final String writer;
    private final AtomicBoolean flushing = new AtomicBoolean();

    /** Held while a batch is drained and written, and by readers, who must see each once. */
    private final ReentrantLock ledger = new ReentrantLock();

    /**
     * Whether something was counted since the last drain began. Set after the counting and cleared
     * before the drain, so that nothing is overlooked.
     */
    private volatile boolean touched;

    private @Nullable Batch<E> unwritten;
    private long sequence;
    private volatile boolean closed;

    private record Batch<E>(long sequence, List<E> entries) {}

    /**
     * A writer that has not begun.
     *
     * @param executor starts a virtual thread for each task
     */
    public BatchWriter(
            Counts<E> counts, Store store, Clock clock, Timers timers, Ids ids, Executor executor) {
        this.counts = counts;
        this.store = store;
        this.clock = clock;
        this.timers = timers;
        this.executor = executor;
        this.writer = ids.uuid();
    }

    /** From now on, writes twice a second. */
    public void start() {
        timers.after(FLUSH_EVERY_MS, this::turn);
    }

    /** To be called whenever something has been counted; costs next to nothing. Any thread. */
    public void touch() {
        if (!touched) {
            touched = true;
        }
    }

    /** Writes all that was counted before this call; blocks. */
    public void flush() {
        ledger.lock();
        try {
            writeUnwritten();
            touched = false;
            List<E> entries = counts.drain();
            if (!entries.isEmpty()) {
                unwritten = new Batch<>(++sequence, entries);
            }
            writeUnwritten();
        } catch (RuntimeException e) {
            touched = true;
            throw e;
        } finally {
            ledger.unlock();
        }
    }

    /**
     * Does something while nothing is drained or written.
     *
     * @param action is given the batch that could not be written yet
     */
    public <R> R undisturbed(Function<List<E>, R> action) {
        ledger.lock();
        try {
            return action.apply(unwritten == null ? List.of() : unwritten.entries());
        } finally {
            ledger.unlock();
        }
    }

    @Override
    public void close() {
        closed = true;
        flush();
    }

    private void turn() {
        if (closed) {
            return;
        }
        if (touched && flushing.compareAndSet(false, true)) {
            executor.execute(this::flushLogged);
        }
        start();
    }

    private void flushLogged() {
        try {
            flush();
        } catch (RuntimeException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "Usage could not be written; it is kept and will be written later",
                    e);
        } finally {
            flushing.set(false);
        }
    }

    private void writeUnwritten() {
        Batch<E> batch = unwritten;
        if (batch == null) {
            return;
        }
        Instant now = clock.instant();
        store.write(
                transaction -> {
                    if (claim(transaction, batch, now)) {
                        counts.add(transaction, batch.entries());
                    }
                    return batch;
                });
        unwritten = null;
        counts.added(batch.entries());
    }

    /** Whether the batch has not been added yet. */
    private boolean claim(Transaction transaction, Batch<E> batch, Instant now) {
        if (batch.sequence() == 1) {
            transaction.update(
                    "DELETE FROM meter_writers WHERE written_at < ?",
                    now.minus(WRITERS_KEPT_DAYS, ChronoUnit.DAYS));
        }
        int changed =
                transaction.update(
                        """
                        INSERT INTO meter_writers (writer, sequence, written_at) VALUES (?, ?, ?)
                        ON CONFLICT (writer) DO UPDATE
                        SET sequence = excluded.sequence, written_at = excluded.written_at
                        WHERE meter_writers.sequence < excluded.sequence
                        """,
                        writer,
                        batch.sequence(),
                        now);
        return changed == 1;
    }
}
