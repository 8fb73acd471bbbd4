package dev.glis.apis.clients;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.apis.clients.Quota.Period;
import dev.glis.base.Fault;
import dev.glis.base.Ids;
import dev.glis.base.testing.ManualTime;
import dev.glis.meter.MeterLedger;
import dev.glis.store.Store;
import dev.glis.store.testing.FailingStore;
import dev.glis.store.testing.TestStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class QuotasTest {
    private static final Quota TEN = new Quota(10, Period.DAY);

    private final ManualTime time = new ManualTime();
    private final TestStore database = TestStore.open(MeterLedger.MIGRATIONS, Clients.MIGRATIONS);
    private final FailingStore store = new FailingStore(database.store());
    private final Quotas quotas = quotas(store);

    private Quotas quotas(Store on) {
        return new Quotas(on, time, time, new Ids(time), Runnable::run);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void refusesWhatIsMoreThanTheQuota() {
        count(quotas, 10);

        Quotas.Count more = quotas.count("c", "api", TEN);

        assertAll(
                () -> assertFalse(more.counted()),
                () -> assertEquals(10, quotas.used("c", "api", Period.DAY)),
                () -> assertTrue(quotas.count("other", "api", TEN).counted()),
                () -> assertTrue(quotas.count("c", "api2", TEN).counted()));
    }

    @Test
    void beginsAnewWithEachPeriod() {
        count(quotas, 10);
        time.pass(86_400_000 - 1);
        boolean before = quotas.count("c", "api", TEN).counted();

        time.pass(1);

        assertAll(
                () -> assertFalse(before),
                () -> assertEquals(9, quotas.count("c", "api", TEN).remaining()));
    }

    @Test
    void surviveAKillButForTheLastSecond() {
        count(quotas, 7);
        time.pass(1_000);
        count(quotas, 2);

        long used = quotas(store).used("c", "api", Period.DAY);

        assertEquals(7, used);
    }

    @Test
    void closingWritesTheRest() {
        count(quotas, 4);

        quotas.close();

        assertEquals(4, quotas(store).used("c", "api", Period.DAY));
    }

    @Test
    void isAddedOnceThoughTheCommitWasAnsweredByAFailure() {
        count(quotas, 5);
        store.failAfterCommit(1);
        assertThrows(Fault.class, quotas::flush);
        count(quotas, 1);

        time.pass(2_000);

        assertAll(
                () -> assertEquals(6, quotas(store).used("c", "api", Period.DAY)),
                () -> assertEquals(6, quotas.used("c", "api", Period.DAY)));
    }

    @Test
    void isKeptWhileTheStoreFails() {
        count(quotas, 5);
        store.failBeforeCommit(3);

        time.pass(1_000);

        count(quotas, 5);
        boolean more = quotas.count("c", "api", TEN).counted();
        time.pass(2_000);
        assertAll(
                () -> assertFalse(more),
                () -> assertEquals(10, quotas(store).used("c", "api", Period.DAY)));
    }

    @Test
    void nodesAddUp() {
        Quotas other = quotas(store);
        count(quotas, 6);
        count(other, 2);
        time.pass(1_000);
        count(quotas, 1);
        time.pass(1_000);

        Quotas.Count here = quotas.count("c", "api", TEN);

        other.count("c", "api", TEN);
        time.pass(1_000);
        assertAll(
                () -> assertEquals(0, here.remaining()),
                () -> assertFalse(other.count("c", "api", TEN).counted()));
    }

    @Test
    void countsExactlyUnderContention() throws Exception {
        var counted = new AtomicLong();
        var quota = new Quota(50_000, Period.WEEK);
        try (var threads = Executors.newFixedThreadPool(8)) {
            var running = new ArrayList<Future<?>>();
            for (int i = 0; i < 8; i++) {
                running.add(
                        threads.submit(
                                () -> {
                                    for (int k = 0; k < 10_000; k++) {
                                        if (quotas.count("c", "api", quota).counted()) {
                                            counted.incrementAndGet();
                                        }
                                    }
                                }));
            }
            while (running.stream().anyMatch(each -> !each.isDone())) {
                quotas.flush();
            }
            for (Future<?> each : running) {
                each.get();
            }
        }
        quotas.flush();

        long stored = quotas(store).used("c", "api", Period.WEEK);

        assertAll(() -> assertEquals(50_000, counted.get()), () -> assertEquals(50_000, stored));
    }

    @Test
    void periodsAreThoseOfTheCalendarInUtc() {
        Instant sunday = Instant.parse("2026-03-01T23:59:59.999Z");

        assertAll(
                () -> assertEquals(Instant.parse("2026-03-01T00:00:00Z"), Period.DAY.start(sunday)),
                () -> assertEquals(Instant.parse("2026-03-02T00:00:00Z"), Period.DAY.end(sunday)),
                () ->
                        assertEquals(
                                Instant.parse("2026-02-23T00:00:00Z"), Period.WEEK.start(sunday)),
                () -> assertEquals(Instant.parse("2026-03-02T00:00:00Z"), Period.WEEK.end(sunday)),
                () ->
                        assertEquals(
                                Instant.parse("2026-03-01T00:00:00Z"), Period.MONTH.start(sunday)),
                () -> assertEquals(Instant.parse("2026-04-01T00:00:00Z"), Period.MONTH.end(sunday)),
                () ->
                        assertEquals(
                                Instant.parse("2026-03-02T00:00:00Z"),
                                Period.WEEK.start(Instant.parse("2026-03-02T00:00:00Z"))));
    }

    private static void count(Quotas quotas, int times) {
        for (int i = 0; i < times; i++) {
            assertTrue(quotas.count("c", "api", TEN).counted());
        }
    }
}
