package dev.glis.net;

import dev.glis.base.BulkInputStream;
import dev.glis.base.Fault;
import dev.glis.base.Limits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A body between the event loop, which puts parts in as they come, and the one thread that reads
 * it. Parts are handed over as they are, and copied once, into the reader's array; small ones are
 * gathered, so that a client which sends byte by byte occupies no more than its bytes. What waits
 * here counts in the budget of all bodies.
 *
 * <p>The lock is never held while bytes are copied out, so that a reader that loses its processor
 * does not hold up the event loop.
 */
final class StreamedBody extends BulkInputStream implements RequestBody {
    private static final int WINDOW_BYTES = Limits.HTTP_BODY_WINDOW_BYTES.intValue();
    private static final int DRAINED_STEP_BYTES = WINDOW_BYTES / 4;
    private static final int SMALL_BYTES = 4 * 1024;
    private static final int GATHERED_BYTES = 16 * 1024;

    private final BodyBudget budget;
    private final ByteBufAllocator allocator;
    private final long announcedBytes;
    private final LoopSteps steps;
    private final Runnable wantedAction;
    private final IntConsumer drainedAction;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** Guarded by the lock, like all that follows. */
    private final ArrayDeque<ByteBuf> parts = new ArrayDeque<>();

    private int queuedBytes;
    private int drainedBytes;
    private long arrivedBytes;
    private long arrivedBefore;
    private boolean wanted;
    private boolean starving;
    private boolean ended;
    private boolean discarded;
    private @Nullable Fault failure;

    /**
     * A body on its way.
     *
     * @param steps run what the body asks of its connection
     * @param wanted somebody reads for the first time
     * @param drained so many bytes more were read
     */
    StreamedBody(
            BodyBudget budget,
            ByteBufAllocator allocator,
            long announcedBytes,
            LoopSteps steps,
            Runnable wanted,
            IntConsumer drained) {
        this.budget = budget;
        this.allocator = allocator;
        this.announcedBytes = announcedBytes;
        this.steps = steps;
        this.wantedAction = wanted;
        this.drainedAction = drained;
    }

    @Override
    public long announcedBytes() {
        return announcedBytes;
    }

    @Override
    public InputStream stream() {
        return this;
    }

    // ---- the event loop's side

    /** Takes a part over. Returns false when nobody wants it any more. */
    boolean offer(ByteBuf part) {
        int bytes = part.readableBytes();
        lock.lock();
        try {
            arrivedBytes += bytes;
            if (failure != null || discarded) {
                return false;
            }
            if (arrivedBytes > Limits.HTTP_STREAMED_BODY_BYTES.value()) {
                failLocked(tooLarge());
                return false;
            }
            if (bytes == 0) {
                return true;
            }
            if (!budget.take(bytes, queuedBytes + bytes)) {
                failLocked(tooManyBodies());
                return false;
            }
            queuedBytes += bytes;
            enqueue(part, bytes);
            changed.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void enqueue(ByteBuf part, int bytes) {
        if (bytes >= SMALL_BYTES) {
            parts.add(part.readRetainedSlice(bytes));
            return;
        }
        ByteBuf last = parts.peekLast();
        if (last == null || last.writableBytes() < bytes) {
            last = allocator.buffer(GATHERED_BYTES, GATHERED_BYTES);
            parts.add(last);
        }
        last.writeBytes(part);
    }

    /** Whether reading from the client makes sense now. */
    boolean hasRoom() {
        lock.lock();
        try {
            return queuedBytes < WINDOW_BYTES;
        } finally {
            lock.unlock();
        }
    }

    /** The last byte has come. */
    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** No more will come; the reader is told why. Harmless behind the end. */
    void fail(Fault why) {
        lock.lock();
        try {
            if (!ended && failure == null) {
                failLocked(why);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Nobody may read any more.
     *
     * @param why what a reader is told, or null when the request has been answered
     */
    void discard(@Nullable Fault why) {
        lock.lock();
        try {
            discarded = true;
            failure = failure == null ? why : failure;
            dropParts();
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Whether the reader waits, and less has come than must come between two calls of this method.
     */
    boolean isTooSlow() {
        lock.lock();
        try {
            long arrived = arrivedBytes - arrivedBefore;
            arrivedBefore = arrivedBytes;
            return starving && arrived < Limits.HTTP_BODY_PROGRESS_BYTES.value();
        } finally {
            lock.unlock();
        }
    }

    private void failLocked(Fault why) {
        failure = why;
        dropParts();
        changed.signal();
    }

    private void dropParts() {
        parts.forEach(ByteBuf::release);
        parts.clear();
        budget.giveBack(queuedBytes);
        queuedBytes = 0;
    }

    // ---- the reader's side

    @Override
    public int read(byte[] to, int from, int most) throws IOException {
        if (most == 0) {
            return 0;
        }
        ByteBuf part = await();
        if (part == null) {
            return -1;
        }
        int bytes = Math.min(most, part.readableBytes());
        part.readBytes(to, from, bytes);
        int report = putBack(part, bytes);
        if (report > 0) {
            steps.enqueue(() -> drainedAction.accept(report));
        }
        return bytes;
    }

    @Override
    public int available() {
        lock.lock();
        try {
            return queuedBytes;
        } finally {
            lock.unlock();
        }
    }

    /** The next part, which is the caller's until it is put back; null at the end. */
    private @Nullable ByteBuf await() throws IOException {
        lock.lock();
        try {
            if (!wanted) {
                wanted = true;
                steps.enqueue(wantedAction);
            }
            while (true) {
                if (failure != null) {
                    throw failure;
                }
                if (discarded) {
                    throw new IOException("The request has been answered");
                }
                ByteBuf part = parts.poll();
                if (part != null || ended) {
                    return part;
                }
                starving = true;
                changed.await();
                starving = false;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted while a body was on its way");
        } finally {
            starving = false;
            lock.unlock();
        }
    }

    /** Returns how many bytes the source must be told of now. */
    private int putBack(ByteBuf part, int readBytes) {
        lock.lock();
        try {
            boolean dropped = discarded || failure != null;
            if (!dropped) {
                queuedBytes -= readBytes;
                budget.giveBack(readBytes);
            }
            if (dropped || !part.isReadable()) {
                part.release();
            } else {
                parts.addFirst(part);
            }
            drainedBytes += readBytes;
            if (drainedBytes < DRAINED_STEP_BYTES) {
                return 0;
            }
            int report = drainedBytes;
            drainedBytes = 0;
            return report;
        } finally {
            lock.unlock();
        }
    }

    // ---- why bodies fail

    static Fault clientGone() {
        return incomplete("The client went before the body of its request was whole");
    }

    static Fault malformed() {
        return incomplete("The body of the request is not well-formed HTTP/1.1");
    }

    static Fault tooSlow() {
        return new Fault(
                Fault.Kind.INVALID,
                "request-timeout",
                "The body of the request comes too slowly: less than "
                        + Limits.HTTP_BODY_PROGRESS_BYTES.value()
                        + " bytes in "
                        + Limits.HTTP_IDLE_MS.value() / 1_000
                        + " seconds");
    }

    private static Fault tooLarge() {
        return Fault.of(
                Fault.Kind.TOO_LARGE,
                "The body is larger than " + Limits.HTTP_STREAMED_BODY_BYTES.value() + " bytes");
    }

    private static Fault tooManyBodies() {
        return Fault.of(
                Fault.Kind.UNAVAILABLE,
                "The bodies of all requests at work take too much memory; try again later");
    }

    private static Fault incomplete(String message) {
        return new Fault(Fault.Kind.INVALID, "incomplete-body", message);
    }
}
