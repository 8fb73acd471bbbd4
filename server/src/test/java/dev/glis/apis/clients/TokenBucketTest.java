package dev.glis.apis.clients;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.base.testing.Await;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class TokenBucketTest {
    private static final Rate RATE = new Rate(0.001, 1);

    @Test
    void isNotForgottenWhenATokenIsTakenJustBefore() throws Exception {
        var bucket = new TokenBucket(RATE, 0);
        assertTrue(bucket.lock());
        var sweeper = new AtomicReference<Thread>();
        var swept = new CompletableFuture<Boolean>();
        Thread.ofPlatform()
                .start(
                        () -> {
                            sweeper.set(Thread.currentThread());
                            swept.complete(bucket.forgetIfFull(1));
                        });
        Await.until("the sweeper waits", () -> isWaiting(sweeper.get()));

        boolean consumed = bucket.take(RATE, 1).isConsumed();

        bucket.unlock();
        boolean forgotten = swept.get();
        assertAll(
                () -> assertTrue(consumed),
                () -> assertFalse(forgotten),
                () -> assertTrue(bucket.lock(), "it is still in use"));
    }

    @Test
    void cannotBeUsedOnceItIsForgotten() {
        var bucket = new TokenBucket(RATE, 0);

        boolean forgotten = bucket.forgetIfFull(1);

        assertAll(() -> assertTrue(forgotten), () -> assertFalse(bucket.lock()));
    }

    private static boolean isWaiting(@Nullable Thread thread) {
        return thread != null && thread.getState() == Thread.State.WAITING;
    }
}
