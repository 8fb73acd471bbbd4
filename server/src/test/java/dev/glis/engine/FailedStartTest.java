package dev.glis.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Sandboxes that end before their command began are the machine's failure, not the function's. */
final class FailedStartTest {
    private static final Sandbox.Exit NEVER_BEGUN = new Sandbox.Exit(1, false, false);
    private static final Blueprint BLUEPRINT =
            new Blueprint(
                    "arn:f:$LATEST",
                    1,
                    "000000000000",
                    "arn:f",
                    "f",
                    "$LATEST",
                    "nodejs20.x",
                    "index.handler",
                    Path.of("/secret/place"),
                    List.of(),
                    Map.of(),
                    128,
                    3_000,
                    512,
                    1,
                    Egress.NONE);

    private final AtomicInteger instances = new AtomicInteger();
    private final Fleet fleet =
            new Fleet(
                    new EngineSettings("us-east-1", 1_000, 4, 600_000, false),
                    blueprint -> 1,
                    blueprint -> Optional.empty(),
                    () -> "i" + instances.incrementAndGet(),
                    () -> 0.1);

    @Test
    void theCallerIsToldThatTheMachineFailed() {
        // Given
        var invocation = new Invocation("r", "arn:f", new byte[0], null, null, "", false, false);
        fleet.invoke(BLUEPRINT, invocation, outcome -> {});
        // When
        var rejection = failUntilRejected();
        // Then
        assertEquals(Outcome.Reason.SANDBOX, rejection.reason());
        assertTrue(rejection.message().contains("the server's log says why"), rejection::message);
        assertFalse(rejection.message().contains("/secret"), rejection::message);
    }

    /** Each instance that is started fails; alarms ring in time. */
    private Outcome.Rejected failUntilRejected() {
        long now = 0;
        for (int step = 0; step < 100; step++) {
            for (Effect effect : fleet.takeEffects()) {
                switch (effect) {
                    case Effect.Start(Instance instance) -> {
                        fleet.started(instance);
                        fleet.exited(instance, NEVER_BEGUN);
                    }
                    case Effect.Wake(Alarm alarm, long atNanos) -> {
                        now = Math.max(now, atNanos);
                        fleet.at(now);
                        alarm.rang(atNanos);
                    }
                    default -> {
                        var reject = assertInstanceOf(Effect.Reject.class, effect);
                        return reject.rejected();
                    }
                }
            }
        }
        throw new AssertionError("The call was never answered");
    }
}
