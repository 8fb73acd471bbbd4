package dev.glis.engine.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ProgramThreadsTest {
    private static final long PATIENCE_SECONDS = 60;

    @Test
    void quickTasksShareAsManyThreadsAsThereAreProcessors() throws InterruptedException {
        var threads = new ProgramThreads(2, 100);
        var names = ConcurrentHashMap.<String>newKeySet();
        var done = new CountDownLatch(10_000);

        for (int i = 0; i < 10_000; i++) {
            threads.execute(
                    () -> {
                        names.add(Thread.currentThread().getName());
                        done.countDown();
                    });
        }

        assertTrue(done.await(PATIENCE_SECONDS, TimeUnit.SECONDS));
        // A machine that stands still for a tick lets another one help.
        assertTrue(names.size() < 10, () -> "threads " + names);
        assertTrue(threads.end(60_000));
    }

    @Test
    void othersRunWhileSomeAreSlow() throws InterruptedException {
        var threads = new ProgramThreads(2, 100);
        var release = new CountDownLatch(1);
        var slow = new CountDownLatch(20);
        for (int i = 0; i < 20; i++) {
            threads.execute(
                    () -> {
                        slow.countDown();
                        awaitQuietly(release);
                    });
        }

        boolean allRun = slow.await(PATIENCE_SECONDS, TimeUnit.SECONDS);

        release.countDown();
        assertTrue(allRun);
        assertTrue(threads.end(60_000));
    }

    @Test
    void noMoreRunAtOnceThanThereMayBeThreads() throws InterruptedException {
        var threads = new ProgramThreads(1, 3);
        var release = new CountDownLatch(1);
        var begun = new CountDownLatch(3);
        var running = new AtomicInteger();
        for (int i = 0; i < 10; i++) {
            threads.execute(
                    () -> {
                        running.incrementAndGet();
                        begun.countDown();
                        awaitQuietly(release);
                    });
        }

        boolean threeRun = begun.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        int atOnce = running.get();

        release.countDown();
        assertTrue(threeRun);
        assertEquals(3, atOnce);
        assertTrue(threads.end(60_000));
        assertEquals(10, running.get());
    }

    @Test
    void aTaskThatFailsTakesNoThreadWithIt() throws InterruptedException {
        var threads = new ProgramThreads(1, 1);
        List<String> ran = new ArrayList<>();
        threads.execute(
                () -> {
                    throw new IllegalStateException("meant to fail, by a test");
                });

        threads.execute(() -> ran.add("next"));

        assertTrue(threads.end(60_000));
        assertEquals(List.of("next"), ran);
    }

    @Test
    void endingTellsWhenSomethingStillRuns() throws InterruptedException {
        var threads = new ProgramThreads(1, 1);
        var release = new CountDownLatch(1);
        threads.execute(() -> awaitQuietly(release));

        boolean ended = threads.end(5);

        release.countDown();
        assertFalse(ended);
        assertTrue(threads.end(60_000));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            boolean ignored = latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
