package dev.glis.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.glis.engine.testing.EngineFixture;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who goes first when memory is wanted. */
final class EvictionTest {
    private static final long MS = 1_000_000L;
    private static final long MINUTE = 60_000 * MS;
    private static final EngineSettings SETTINGS =
            new EngineSettings("us-east-1", 4_096, 4, 600_000, true);
    private final Concurrency concurrency = new Concurrency();
    private final MemoryBudget memory = new MemoryBudget(4_096);
    private long now = MINUTE;

    @Test
    void theOneIdleForLongestGoesFirst() {
        // Given two functions of which nothing else is known
        Instance first = idle(pool("first"), 128);
        now += MINUTE;
        Instance second = idle(pool("second"), 128);
        // When
        var order = order(first, second);
        // Then
        assertEquals(List.of(first, second), order);
    }

    @Test
    void whatHoldsLittleStays() {
        // Given a frozen instance, idle for longer than one that is awake
        Instance frozen = idle(pool("frozen"), 20);
        now += MINUTE / 10;
        Instance awake = idle(pool("awake"), 128);
        now += MINUTE;
        // When
        var order = order(frozen, awake);
        // Then
        assertEquals(List.of(awake, frozen), order);
    }

    @Test
    void whatTakesLongToStartStays() {
        // Given
        Pool slow = pool("slow");
        slow.initialisation.sample(2_000 * MS);
        Instance expensive = idle(slow, 128);
        Pool quick = pool("quick");
        quick.initialisation.sample(10 * MS);
        Instance cheap = idle(quick, 128);
        // When
        var order = order(expensive, cheap);
        // Then
        assertEquals(List.of(cheap, expensive), order);
    }

    @Test
    void whatIsAboutToBeCalledStays() {
        // Given a function called each hour, and one that was called in one minute and never since
        Pool timer = pool("timer");
        Pool once = pool("once");
        for (int i = 0; i < 20; i++) {
            call(timer, 60 * MINUTE);
        }
        Instance expected = idle(timer, 128);
        now += 55 * MINUTE;
        for (int i = 0; i < 20; i++) {
            call(once, MINUTE / 60);
        }
        Instance surplus = idle(once, 128);
        now += 3 * MINUTE;
        // When
        var order = order(expected, surplus);
        // Then
        assertEquals(List.of(surplus, expected), order);
    }

    @Test
    void theSecondOfAFunctionCountsForLess() {
        // Given two idle instances of one function, and one of another
        Pool pool = pool("two");
        Instance older = idle(pool, 128);
        Instance newer = idle(pool, 128);
        Instance other = idle(pool("other"), 128);
        // When
        var order = order(older, newer, other);
        // Then
        assertEquals(List.of(older, newer, other), order);
    }

    private List<Instance> order(Instance... idle) {
        return Eviction.order(List.of(idle), now).stream()
                .map(Eviction.Candidate::instance)
                .toList();
    }

    private Pool pool(String name) {
        Blueprint blueprint = EngineFixture.blueprint(name, "fake", Path.of("/code"), 1_000);
        var share = concurrency.share(blueprint.functionArn(), blueprint.accountId());
        return new Pool(blueprint, 1, share, new KeepAlive(SETTINGS), now);
    }

    private void call(Pool pool, long pauseNanos) {
        now += pauseNanos;
        pool.keepAlive.called(now, 128);
        pool.keepAlive.served(now);
    }

    private Instance idle(Pool pool, int heldMb) {
        pool.keepAlive.served(now);
        var instance = new Instance("i", pool, 1, false, now, MINUTE);
        instance.state = Instance.State.IDLE;
        memory.hold(instance, heldMb);
        return instance;
    }
}
