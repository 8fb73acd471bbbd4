package dev.glis.wire.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.base.Clock;
import dev.glis.base.Limits;
import dev.glis.logs.Logs;
import dev.glis.net.HttpResponder.BodyStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LogStreamTest {
    private static final Instant TIME = Instant.parse("2026-11-24T08:00:00Z");

    private final ScriptedLogs logs = new ScriptedLogs();
    private final RecordingBody body = new RecordingBody();
    private final List<LogStream<?>> streams = new ArrayList<>();

    @AfterEach
    void stop() {
        streams.forEach(LogStream::stop);
    }

    @Test
    void sendsWhatWasPrintedBeforeAndWhatComes() throws InterruptedException {
        // Given a log with a line, and a follower who has seen it
        logs.past.add(line("r1", "before"));
        follow(null);
        assertTrue(body.next().contains("before"));

        // When another line is printed
        logs.print(line("r1", "after"));

        // Then it comes too
        assertTrue(body.next().contains("after"));
    }

    @Test
    void sendsALineOnceThatComesBothWays() throws InterruptedException {
        // Given a line that is printed between the subscription and the reading of the past
        var both = line("r1", "both");
        logs.printDuringRead = both;
        logs.past.add(both);
        follow(null);
        assertTrue(body.next().contains("both"));

        // When another line follows
        logs.print(line("r1", "next"));

        // Then that is the next one
        assertTrue(body.next().contains("next"));
    }

    @Test
    void sendsOnlyTheInvocationThatWasAskedFor() throws InterruptedException {
        // Given a follower of one invocation
        follow("r2");
        logs.awaitFollower();

        // When two invocations print
        logs.print(line("r1", "other"));
        logs.print(line("r2", "mine"));

        // Then only the one's line comes
        assertTrue(body.next().contains("mine"));
    }

    @Test
    void cutsOffAClientThatFallsBehind() throws InterruptedException {
        // Given a client that has stopped reading
        body.slow = true;
        follow(null);
        logs.awaitFollower();

        // When more lines come than its queue may hold
        int count = Limits.LOG_FOLLOW_QUEUE.intValue() + 2;
        for (int i = 0; i < count; i++) {
            logs.print(line("r1", "line " + i));
        }

        // Then its connection is broken, so that it knows that something is missing
        assertTrue(body.aborted.await(10, TimeUnit.SECONDS));
    }

    @Test
    void endsWhenTheClientGoes() throws InterruptedException {
        // Given a follower
        var stream = follow(null);
        logs.awaitFollower();

        // When the client goes, and one more line is printed
        stream.stop();
        logs.print(line("r1", "unseen"));

        // Then the subscription ends
        assertTrue(logs.closed.await(10, TimeUnit.SECONDS));
    }

    private LogStream<?> follow(@Nullable String requestId) {
        var stream = new LogStream<>(new LogFeed(logs, "group", requestId));
        streams.add(stream);
        Thread.startVirtualThread(() -> stream.run(TIME, Clock.system(), body));
        return stream;
    }

    private static Logs.Line line(String requestId, String text) {
        return new Logs.Line(TIME, "$LATEST", "i-1", requestId, text);
    }

    /** A log in memory. */
    private static final class ScriptedLogs implements Logs {
        final List<Line> past = new ArrayList<>();
        final CountDownLatch closed = new CountDownLatch(1);
        private final CountDownLatch followed = new CountDownLatch(1);
        private volatile @Nullable Predicate<Line> follower;
        volatile @Nullable Line printDuringRead;

        void print(Line line) {
            var to = follower;
            if (to != null && !to.test(line)) {
                follower = null;
            }
        }

        void awaitFollower() throws InterruptedException {
            assertTrue(followed.await(10, TimeUnit.SECONDS));
        }

        @Override
        public List<Line> read(
                String group, Instant from, Instant to, @Nullable String requestId, int most) {
            var line = printDuringRead;
            if (line != null) {
                print(line);
            }
            return past;
        }

        @Override
        public AutoCloseable follow(String group, Predicate<Line> newFollower) {
            follower = newFollower;
            followed.countDown();
            return closed::countDown;
        }

        @Override
        public void retain(String group, int days) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void delete(String group) {
            throw new UnsupportedOperationException();
        }
    }

    /** A client, which can stop reading. */
    private static final class RecordingBody implements BodyStream {
        final CountDownLatch aborted = new CountDownLatch(1);
        volatile boolean slow;
        private final LinkedBlockingQueue<String> parts = new LinkedBlockingQueue<>();

        String next() throws InterruptedException {
            String part = parts.poll(10, TimeUnit.SECONDS);
            assertNotNull(part, "nothing came within ten seconds");
            assertEquals('\n', part.charAt(part.length() - 1));
            return part;
        }

        @Override
        public boolean write(byte[] part) {
            parts.add(new String(part, StandardCharsets.UTF_8));
            return !slow;
        }

        @Override
        public boolean isGone() {
            return false;
        }

        @Override
        public void whenWritable(Runnable action) {
            if (!slow) {
                action.run();
            }
        }

        @Override
        public void end() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void abort() {
            aborted.countDown();
        }
    }
}
