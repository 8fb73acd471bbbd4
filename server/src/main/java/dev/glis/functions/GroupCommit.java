package dev.glis.functions;

import dev.glis.base.Fault;
import dev.glis.base.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes changes durable together: while one transaction commits, changes gather; the next takes all
 * of them. So a lone change waits for nothing, and under load one disk flush serves many.
 *
 * <p>One virtual thread writes at a time, in the order of submission, and is only there while there
 * is work. Submitting is for any thread and does not block; it is refused when too much is waiting.
 * What is told back is told by the writing thread, all of one transaction before the next begins.
 */
final class GroupCommit {
    private static final int MOST_AT_ONCE = 512;
    private static final long MOST_AT_ONCE_BYTES = 8L * 1024 * 1024;

    private final Executor executor;
    private final Consumer<List<QueueWrite>> commit;
    private final Queue<Submission> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicLong waitingBytes = new AtomicLong();
    private final AtomicBoolean writing = new AtomicBoolean();

    GroupCommit(Executor executor, Consumer<List<QueueWrite>> commit) {
        this.executor = executor;
        this.commit = commit;
    }

    /** Told once how a change ended; the fault is null when it is durable. */
    interface Done {
        void done(@Nullable Fault fault);
    }

    private record Submission(QueueWrite write, Done done) {}

    /**
     * Submits a change.
     *
     * @throws Fault THROTTLED when too much is waiting already
     */
    void submit(QueueWrite write, Done done) {
        if (waitingBytes.get() > Limits.QUEUE_WRITES_BYTES.value()) {
            throw new Fault(
                    Fault.Kind.THROTTLED,
                    "concurrent-invocation-limit-exceeded",
                    "Events arrive faster than they can be stored; try again later");
        }
        submitAnyway(write, done);
    }

    /** Submits a change that must not be refused, because it lets the queue get shorter. */
    void submitAnyway(QueueWrite write, Done done) {
        waitingBytes.addAndGet(write.weightBytes());
        waiting.add(new Submission(write, done));
        startWriting();
    }

    private void startWriting() {
        if (writing.compareAndSet(false, true)) {
            try {
                executor.execute(this::writeAll);
            } catch (RejectedExecutionException e) {
                refuseAll(Fault.of(Fault.Kind.UNAVAILABLE, "The server is stopping"));
            }
        }
    }

    private void refuseAll(Fault fault) {
        for (List<Submission> group = next(); !group.isEmpty(); group = next()) {
            group.forEach(submission -> submission.done.done(fault));
        }
        writing.set(false);
    }

    private void writeAll() {
        for (List<Submission> group = next(); !group.isEmpty(); group = next()) {
            Fault fault = write(group);
            for (Submission submission : group) {
                submission.done.done(fault);
            }
        }
        writing.set(false);
        if (!waiting.isEmpty()) {
            startWriting();
        }
    }

    private List<Submission> next() {
        var group = new ArrayList<Submission>();
        long bytes = 0;
        while (group.size() < MOST_AT_ONCE && bytes < MOST_AT_ONCE_BYTES) {
            Submission submission = waiting.poll();
            if (submission == null) {
                break;
            }
            bytes += submission.write.weightBytes();
            group.add(submission);
        }
        waitingBytes.addAndGet(-bytes);
        return group;
    }

    private @Nullable Fault write(List<Submission> group) {
        try {
            commit.accept(group.stream().map(Submission::write).toList());
            return null;
        } catch (Fault fault) {
            return fault;
        } catch (RuntimeException e) {
            return Fault.internal("Events could not be stored", e);
        }
    }
}
