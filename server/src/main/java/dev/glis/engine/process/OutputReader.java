package dev.glis.engine.process;

import dev.glis.base.Limits;
import dev.glis.engine.Lines;
import dev.glis.engine.Sandbox;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Reads what a sandbox prints, and knows exactly what it has read.
 *
 * <p>An invocation's log is complete when its response is: so the engine asks, at the response,
 * that all printed until now be delivered first ({@link #after}). The pipe makes this exact. What
 * has been printed is what has been read plus what waits in the pipe, and both are taken under one
 * lock, which the reader holds only while it reads, never while it delivers. The action then waits
 * until that many bytes have been delivered:
 *
 * <pre>
 *   printed before the call   = read + pending          (under the lock)
 *   run at once               if delivered = read + pending and no part of a line is held back
 *   else run by the reader    once delivered >= read + pending
 * </pre>
 *
 * <p>A line without its break is given out too when an action asks for it; the break that follows
 * then ends nothing.
 *
 * <p>When the receiver refuses, nothing is read for a while: the pipe fills, and the sandbox waits
 * in its print. {@link #run} is run by the sandbox's own thread; {@link #after} and {@link #hurry}
 * by any.
 */
final class OutputReader {
    private static final System.Logger LOG = System.getLogger(OutputReader.class.getName());
    private static final long PAUSE_NANOS = Duration.ofMillis(50).toNanos();

    private final int pipe;
    private final int wake;
    private final Sandbox.Output receiver;
    private final Lines lines = new Lines(Limits.SANDBOX_LINE_BYTES.intValue());

    private final ReentrantLock lock = new ReentrantLock();
    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private long read;
    private long delivered;
    private boolean heldBack;
    private boolean ended;
    private volatile boolean hurried;

    /**
     * Takes over both descriptors.
     *
     * @param pipe does not block
     */
    OutputReader(int pipe, Sandbox.Output receiver) throws IOException {
        this.pipe = pipe;
        this.receiver = receiver;
        this.wake = Native.event();
    }

    private record Waiting(long until, Runnable action) {}

    /** Reads until no process has the pipe any more. */
    void run() throws IOException {
        try (var arena = Arena.ofConfined()) {
            var buffer = arena.allocate(Limits.SANDBOX_READ_BYTES.value());
            while (readOnce(buffer)) {
                runDue();
            }
        } finally {
            end();
        }
    }

    /** Returns false at the end. */
    private boolean readOnce(MemorySegment buffer) throws IOException {
        Native.poll(pipe, wake, -1);
        int count = take(buffer);
        if (count == 0) {
            return false;
        }
        boolean welcome = count < 0 || deliver(buffer.asSlice(0, count));
        if (!welcome && !hurried) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return true;
    }

    private int take(MemorySegment buffer) throws IOException {
        lock.lock();
        try {
            int count = Native.read(pipe, buffer);
            read += Math.max(0, count);
            return count;
        } finally {
            lock.unlock();
        }
    }

    private boolean deliver(MemorySegment bytes) {
        boolean welcome = give(lines.add(bytes.toArray(ValueLayout.JAVA_BYTE)));
        lock.lock();
        try {
            delivered = read;
            heldBack = lines.holdsBack();
        } finally {
            lock.unlock();
        }
        return welcome;
    }

    private boolean give(List<String> complete) {
        boolean welcome = true;
        for (String line : complete) {
            try {
                welcome &= receiver.line(line);
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "A sandbox's output was not taken", e);
            }
        }
        return welcome;
    }

    /** Runs the action once all printed before this call has been delivered. */
    void after(Runnable action) throws IOException {
        if (!mustWait(action)) {
            action.run();
        }
    }

    private boolean mustWait(Runnable action) throws IOException {
        lock.lock();
        try {
            if (ended) {
                return false;
            }
            long printed = read + Native.pending(pipe);
            if (delivered == printed && !heldBack && waiting.isEmpty()) {
                return false;
            }
            waiting.add(new Waiting(printed, action));
            Native.signal(wake);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void runDue() throws IOException {
        var due = takeDue();
        if (due.isEmpty()) {
            return;
        }
        give(lines.flush());
        due.forEach(OutputReader::runLogged);
    }

    private List<Runnable> takeDue() throws IOException {
        lock.lock();
        try {
            Native.drain(wake);
            var due = new ArrayList<Runnable>();
            for (var next = waiting.peek();
                    next != null && next.until() <= delivered;
                    next = waiting.peek()) {
                due.add(next.action());
                waiting.remove();
            }
            heldBack &= due.isEmpty();
            return due;
        } finally {
            lock.unlock();
        }
    }

    private static void runLogged(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "An action after output failed", e);
        }
    }

    /** From now on all is read at once, welcome or not: the sandbox is being killed. */
    void hurry() {
        hurried = true;
    }

    private void end() {
        give(lines.flush());
        var rest = new ArrayList<Waiting>();
        lock.lock();
        try {
            ended = true;
            rest.addAll(waiting);
            waiting.clear();
            Native.close(pipe);
            Native.close(wake);
        } finally {
            lock.unlock();
        }
        rest.forEach(one -> runLogged(one.action()));
    }
}
