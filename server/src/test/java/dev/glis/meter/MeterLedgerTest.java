package dev.glis.meter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.glis.base.Fault;
import dev.glis.base.Ids;
import dev.glis.base.testing.ManualTime;
import dev.glis.engine.Outcome;
import dev.glis.functions.testing.Blueprints;
import dev.glis.meter.Meter.Metric;
import dev.glis.meter.Meter.Usage;
import dev.glis.store.testing.FailingStore;
import dev.glis.store.testing.TestStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class MeterLedgerTest {
    private static final String ACCOUNT = "123456789012";
    private final ManualTime time = new ManualTime();
    private final TestStore database = TestStore.open(MeterLedger.MIGRATIONS);
    private final FailingStore store = new FailingStore(database.store());
    private final MeterLedger meter = ledger();

    private MeterLedger ledger() {
        return new MeterLedger(store, time, time, new Ids(time), Runnable::run);
    }

    @AfterEach
    void closeStore() {
        database.close();
    }

    @Test
    void usageIncludesWhatIsNotWrittenYet() {
        meter.record(ACCOUNT, "a", Metric.FUNCTION_REQUESTS, 2);
        meter.flush();
        meter.record(ACCOUNT, "a", Metric.FUNCTION_REQUESTS, 3);

        List<Usage> usage = usage(meter);

        assertEquals(List.of(new Usage("a", Metric.FUNCTION_REQUESTS, time.instant(), 5)), usage);
    }

    @Test
    void isOnDiskWithinASecond() {
        meter.record(ACCOUNT, "a", Metric.FUNCTION_MB_MS, 128);

        time.pass(1_000);

        assertEquals(128, usage(ledger()).getFirst().quantity());
    }

    @Test
    void separatesHoursAndAccounts() {
        Instant first = time.instant();
        meter.record(ACCOUNT, "a", Metric.FUNCTION_REQUESTS, 1);
        meter.record("999999999999", "a", Metric.FUNCTION_REQUESTS, 7);
        time.pass(3_600_000);
        meter.record(ACCOUNT, "a", Metric.FUNCTION_REQUESTS, 10);

        List<Usage> usage = usage(meter);

        assertEquals(
                List.of(
                        new Usage("a", Metric.FUNCTION_REQUESTS, first, 1),
                        new Usage("a", Metric.FUNCTION_REQUESTS, time.instant(), 10)),
                usage);
    }

    @Test
    void keepsWhatCouldNotBeWrittenAndWritesItOnce() {
        meter.record(ACCOUNT, "a", Metric.FUNCTION_REQUESTS, 5);
        store.failAfterCommit(1);
        assertThrows(Fault.class, meter::flush);
        meter.record(ACCOUNT, "a", Metric.FUNCTION_REQUESTS, 1);

        time.pass(2_000);

        assertEquals(6, usage(ledger()).getFirst().quantity());
    }

    @Test
    void losesNothingUnderContention() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<java.util.concurrent.Future<?>>();
            for (int i = 0; i < 8; i++) {
                running.add(threads.submit(() -> recordMany(20_000)));
            }
            while (running.stream().anyMatch(each -> !each.isDone())) {
                meter.flush();
            }
            for (var each : running) {
                each.get();
            }
        }

        meter.flush();

        assertEquals(160_000, usage(ledger()).getFirst().quantity());
    }

    @Test
    void closingWritesTheRest() {
        meter.record(ACCOUNT, "a", Metric.FUNCTION_REQUESTS, 4);

        meter.close();

        assertEquals(4, usage(ledger()).getFirst().quantity());
    }

    @Test
    void countsWhatTheEngineReports() {
        var report = new Outcome.Report(12.6, 100.2, 13, 128, 40, 1.0, null);

        new FunctionUsage(meter).invoked(Blueprints.of("f"), report, true);

        assertEquals(
                List.of(
                        new Usage(Blueprints.arn("f"), Metric.FUNCTION_REQUESTS, time.instant(), 1),
                        new Usage(Blueprints.arn("f"), Metric.FUNCTION_ERRORS, time.instant(), 1),
                        new Usage(
                                Blueprints.arn("f"),
                                Metric.FUNCTION_MB_MS,
                                time.instant(),
                                13 * 128),
                        new Usage(
                                Blueprints.arn("f"), Metric.FUNCTION_INIT_MS, time.instant(), 100),
                        new Usage(
                                Blueprints.arn("f"),
                                Metric.FUNCTION_DURATION_MS,
                                time.instant(),
                                13)),
                usage(meter));
    }

    private void recordMany(int times) {
        for (int i = 0; i < times; i++) {
            meter.record(ACCOUNT, "a", Metric.FUNCTION_REQUESTS, 1);
        }
    }

    private List<Usage> usage(MeterLedger ledger) {
        Instant now = time.instant();
        return ledger.usage(ACCOUNT, null, now.minusSeconds(86_400), now.plusSeconds(3_600));
    }
}
