package dev.glis.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When another instance is worth its start. */
final class PoolTest {
    private static final long MS = 1_000_000L;
    private static final double IDLE = 0.5;
    private static final double BUSY = 0.95;
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
                    Path.of("/"),
                    List.of(),
                    Map.of(),
                    128,
                    3_000,
                    512,
                    1,
                    Egress.NONE);

    private final Pool pool =
            new Pool(
                    BLUEPRINT,
                    1,
                    new Concurrency().share("arn:f", "000000000000"),
                    new KeepAlive(new EngineSettings("us-east-1", 1_000, 4, 600_000, false)),
                    0);

    /** One instance at work, whose start took 100 ms and whose calls take 1 ms. */
    @BeforeEach
    void oneAtWork() {
        pool.started(0);
        pool.starting = 0;
        pool.initialisation.sample(100 * MS);
        pool.occupancy.sample(MS);
    }

    @Test
    void aShortQueueOfShortCallsIsNotWorthAStart() {
        queue(10, 1_000 * MS);

        assertEquals(0, pool.missing(1_001 * MS, IDLE));
    }

    @Test
    void longCallsAreWorthAsManyStartsAsTheyCannotBeServedIn() {
        pool.occupancy.sample(100_000 * MS);
        queue(3, 1_000 * MS);

        assertEquals(3, pool.missing(1_001 * MS, IDLE));
    }

    @Test
    void aQueueThatLastsGetsOneMoreInstance() {
        queueThatMoves();

        assertEquals(1, pool.missing(1_250 * MS, IDLE));
    }

    @Test
    void afterThatStartItMustLastAsLongAgain() {
        queueThatMoves();
        pool.started(1_200 * MS);
        pool.starting = 0;

        assertEquals(0, pool.missing(1_250 * MS, IDLE));
    }

    @Test
    void noneIsStartedWhereTheProcessorsAreAtWork() {
        queueThatMoves();

        assertEquals(0, pool.missing(1_250 * MS, BUSY));
    }

    /** Ten calls wait since 1,000 ms, none of them for long. */
    private void queueThatMoves() {
        queue(10, 1_000 * MS);
        for (int i = 0; i < 10; i++) {
            queue(1, 1_240 * MS);
            pool.waiting.removeFirst();
        }
    }

    private void queue(int calls, long acceptedNanos) {
        for (int i = 0; i < calls; i++) {
            var invocation =
                    new Invocation("r" + i, "arn:f", new byte[0], null, null, "", false, false);
            pool.queue(new Call(pool, invocation, _ -> {}, acceptedNanos), acceptedNanos);
        }
    }
}
