package dev.glis.net;

import dev.glis.base.Limits;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The body of a streamed response.
 *
 * <p>Back-pressure counts the bytes between {@link #write} and the socket, those that still wait
 * for their turn on the event loop included. Writers are other threads, so all steps go through the
 * event loop's queue, which keeps their order; a flush is queued behind the writes that are queued
 * already, so that parts written in a row leave together.
 */
final class ExchangeStream implements HttpResponder.BodyStream {
    private static final long HIGH_BYTES = Limits.HTTP_STREAM_PENDING_BYTES.value();
    private static final long LOW_BYTES = HIGH_BYTES / 4;

    private final ExchangeCarrier carrier;
    private final LoopSteps steps;
    private final Exchange exchange;
    private final AtomicLong pendingBytes = new AtomicLong();
    private final AtomicReference<@Nullable Runnable> writableAction = new AtomicReference<>();
    private volatile boolean gone;

    ExchangeStream(ExchangeCarrier carrier, LoopSteps steps, Exchange exchange) {
        this.carrier = carrier;
        this.steps = steps;
        this.exchange = exchange;
    }

    @Override
    public boolean write(byte[] part) {
        if (gone || part.length == 0) {
            return isWritable();
        }
        long pending = pendingBytes.addAndGet(part.length);
        steps.enqueue(() -> carrier.writePart(exchange, this, part));
        return pending < HIGH_BYTES;
    }

    @Override
    public boolean isGone() {
        return gone;
    }

    @Override
    public void whenWritable(Runnable action) {
        writableAction.set(action);
        if (isWritable()) {
            runWritableAction();
        }
    }

    @Override
    public void end() {
        steps.enqueue(() -> carrier.endStream(exchange));
    }

    @Override
    public void abort() {
        steps.enqueue(() -> carrier.abort(exchange));
    }

    /** Bytes went to the socket or were dropped. Event loop. */
    void settled(int bytes) {
        if (pendingBytes.addAndGet(-bytes) <= LOW_BYTES) {
            runWritableAction();
        }
    }

    boolean hasPending() {
        return pendingBytes.get() > 0;
    }

    void clientGone() {
        gone = true;
        runWritableAction();
    }

    private boolean isWritable() {
        return gone || pendingBytes.get() <= LOW_BYTES;
    }

    private void runWritableAction() {
        Runnable action = writableAction.getAndSet(null);
        if (action != null) {
            Exchange.runLogged(action);
        }
    }
}
