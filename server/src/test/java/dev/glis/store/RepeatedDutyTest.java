package dev.glis.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.glis.base.testing.ManualTime;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class RepeatedDutyTest {
    private static final long EVERY_MS = 1_000;

    private final ManualTime time = new ManualTime();
    private final AtomicInteger done = new AtomicInteger();

    @Test
    void isDoneAtOnceAndAgain() {
        RepeatedDuty duty = duty(done::incrementAndGet);

        duty.begin();
        time.pass(2 * EVERY_MS);

        assertEquals(3, done.get());
    }

    @Test
    void goesOnAfterAFailure() {
        RepeatedDuty duty =
                duty(
                        () -> {
                            if (done.incrementAndGet() == 1) {
                                throw new IllegalStateException("The first time fails");
                            }
                        });

        duty.begin();
        time.pass(EVERY_MS);

        assertEquals(2, done.get());
    }

    @Test
    void isNotDoneTwiceByWhoGetsItAgain() {
        RepeatedDuty duty = duty(done::incrementAndGet);
        duty.begin();
        duty.end();
        duty.begin();

        time.pass(EVERY_MS);

        assertEquals(3, done.get());
    }

    @Test
    void endsWithTheLease() {
        RepeatedDuty duty = duty(done::incrementAndGet);
        duty.begin();

        duty.end();
        time.pass(EVERY_MS);

        assertEquals(1, done.get());
    }

    private RepeatedDuty duty(Runnable action) {
        return new RepeatedDuty("a test", EVERY_MS, action, time, Runnable::run);
    }
}
