package dev.glis.wire.admin;

import dev.glis.base.Clock;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import dev.glis.net.HttpResponder.BodyStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * One client that follows one log. It subscribes first and reads what was printed before then, so
 * that nothing falls between the two; what comes both ways is sent once.
 *
 * <pre>
 *   Logs' thread --offer--> queue --take--> this stream's virtual thread --write--> client
 * </pre>
 *
 * A client that reads more slowly than entries come fills the queue, and is cut off then.
 *
 * @param <T> what comes
 */
final class LogStream<T> {
    private static final System.Logger LOG = System.getLogger(LogStream.class.getName());
    private static final byte[] HEARTBEAT = {'\n'};
    private static final long HEARTBEAT_MS = 15_000;

    private final Feed<T> feed;
    private final BlockingQueue<T> queue =
            new ArrayBlockingQueue<>(Limits.LOG_FOLLOW_QUEUE.intValue());
    private final Semaphore writable = new Semaphore(0);
    private volatile boolean stopped;

    LogStream(Feed<T> feed) {
        this.feed = feed;
    }

    /** Makes {@link #run} end soon. */
    void stop() {
        stopped = true;
        writable.release();
    }

    /** Sends lines until the client goes or falls behind. */
    void run(Instant from, Clock clock, BodyStream body) {
        try (var _ = feed.follow(this::offer)) {
            var sent = new HashSet<>();
            for (T entry : feed.earlier(from, clock.instant())) {
                write(body, entry);
                sent.add(feed.key(entry));
            }
            sendNew(body, sent);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.log(System.Logger.Level.ERROR, "Following " + feed.name() + " failed", e);
        }
        body.abort();
    }

    private void sendNew(BodyStream body, Set<Object> sent) throws InterruptedException {
        while (!stopped) {
            T entry = queue.poll(HEARTBEAT_MS, TimeUnit.MILLISECONDS);
            if (entry == null) {
                write(body, HEARTBEAT);
            } else if (!sent.remove(feed.key(entry))) {
                write(body, entry);
            }
        }
    }

    /** Called by the log's own thread. */
    private boolean offer(T entry) {
        if (!queue.offer(entry)) {
            stop();
        }
        return !stopped;
    }

    private void write(BodyStream body, T entry) throws InterruptedException {
        write(body, (Json.text(feed.json(entry)) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private void write(BodyStream body, byte[] part) throws InterruptedException {
        if (!stopped && !body.write(part)) {
            body.whenWritable(writable::release);
            writable.acquire();
        }
    }
}
