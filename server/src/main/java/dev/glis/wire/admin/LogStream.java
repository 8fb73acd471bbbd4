package dev.glis.wire.admin;

import dev.glis.base.Clock;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import dev.glis.logs.Logs;
import dev.glis.net.HttpResponder.BodyStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client that follows one log. It subscribes first and reads what was printed before then, so
 * that no line falls between the two; a line that comes both ways is sent once.
 *
 * <pre>
 *   Logs' thread --offer--> queue --take--> this stream's virtual thread --write--> client
 * </pre>
 *
 * A client that reads more slowly than lines come fills the queue, and is cut off then.
 */
final class LogStream {
    private static final System.Logger LOG = System.getLogger(LogStream.class.getName());
    private static final byte[] HEARTBEAT = {'\n'};
    private static final long HEARTBEAT_MS = 15_000;

    private final Logs logs;
    private final String group;
    private final @Nullable String requestId;
    private final BlockingQueue<Logs.Line> queue =
            new ArrayBlockingQueue<>(Limits.LOG_FOLLOW_QUEUE.intValue());
    private final Semaphore writable = new Semaphore(0);
    private volatile boolean stopped;

    LogStream(Logs logs, String group, @Nullable String requestId) {
        this.logs = logs;
        this.group = group;
        this.requestId = requestId;
    }

    /** Makes {@link #run} end soon. */
    void stop() {
        stopped = true;
        writable.release();
    }

    /** Sends lines until the client goes or falls behind. */
    void run(Instant from, Clock clock, BodyStream body) {
        try (var _ = logs.follow(group, this::offer)) {
            var earlier = earlier(from, clock.instant());
            for (var line : earlier) {
                write(body, line);
            }
            sendNew(body, new HashSet<>(earlier));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.log(System.Logger.Level.ERROR, "Following the log of " + group + " failed", e);
        }
        body.abort();
    }

    private List<Logs.Line> earlier(Instant from, Instant to) {
        return logs.read(group, from, to, requestId, Limits.LOG_READ_LINES.intValue());
    }

    private void sendNew(BodyStream body, Set<Logs.Line> sent) throws InterruptedException {
        while (!stopped) {
            var line = queue.poll(HEARTBEAT_MS, TimeUnit.MILLISECONDS);
            if (line == null) {
                write(body, HEARTBEAT);
            } else if (!sent.remove(line)) {
                write(body, line);
            }
        }
    }

    /** Called by the log's own thread. */
    private boolean offer(Logs.Line line) {
        boolean wanted = requestId == null || requestId.equals(line.requestId());
        if (wanted && !queue.offer(line)) {
            stop();
        }
        return !stopped;
    }

    private void write(BodyStream body, Logs.Line line) throws InterruptedException {
        write(body, (Json.text(LogPages.json(line)) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private void write(BodyStream body, byte[] part) throws InterruptedException {
        if (!stopped && !body.write(part)) {
            body.whenWritable(writable::release);
            writable.acquire();
        }
    }
}
