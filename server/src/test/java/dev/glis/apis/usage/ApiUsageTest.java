package dev.glis.apis.usage;

import static dev.glis.apis.usage.testing.Responses.ACCOUNT;
import static dev.glis.apis.usage.testing.Responses.API;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.apis.usage.testing.Responses;
import dev.glis.base.Fault;
import dev.glis.base.Ids;
import dev.glis.base.Limits;
import dev.glis.base.testing.ManualTime;
import dev.glis.meter.MeterLedger;
import dev.glis.store.testing.FailingStore;
import dev.glis.store.testing.TestStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ApiUsageTest {
    private static final String PETS = "GET /pets/{id}";

    private final ManualTime time = new ManualTime();
    private final TestStore database = TestStore.open(MeterLedger.MIGRATIONS, ApiUsage.MIGRATIONS);
    private final FailingStore store = new FailingStore(database.store());
    private final ApiUsage usage = usage();
    private final Instant start = time.instant();

    private ApiUsage usage() {
        return new ApiUsage(store, time, time, new Ids(time), Runnable::run);
    }

    @AfterEach
    void closeStore() {
        database.close();
    }

    @Test
    void countsCallsErrorsBytesAndLatencies() {
        serve(PETS, "acme", 200);
        serve(PETS, "acme", 404);
        serve(PETS, "acme", 502);
        serve("", null, 404);

        UsageRow row = all(usage, UsageDimension.STAGE).getFirst();

        assertEquals(Map.of(UsageDimension.STAGE, "prod"), row.group());
        assertEquals(
                List.of(4L, 2L, 1L), List.of(row.calls(), row.clientErrors(), row.serverErrors()));
        assertEquals(List.of(40L, 4_000L), List.of(row.requestBytes(), row.responseBytes()));
        var latencies = row.latencies();
        assertEquals(80_000, latencies.totalUs());
        assertEquals(10_000, latencies.waitUs());
        assertEquals(60_000, latencies.backendUs());
        assertEquals(10_000, latencies.gatewayUs());
        assertNear(20_000, latencies.p50Us(), 1_000);
    }

    @Test
    void tellsGroupsApart() {
        serve(PETS, "acme", 200);
        serve(PETS, "acme", 200);
        serve(PETS, null, 401);

        var rows = all(usage, UsageDimension.CLIENT, UsageDimension.STATUS);

        assertEquals(
                Map.of(
                        Map.of(UsageDimension.CLIENT, "acme", UsageDimension.STATUS, "200"), 2L,
                        Map.of(UsageDimension.CLIENT, "", UsageDimension.STATUS, "401"), 1L),
                calls(rows));
    }

    @Test
    void answersOnlyWhatWasAskedFor() {
        serve(PETS, "acme", 200);
        serve(PETS, "other", 500);
        serve("POST /pets", "acme", 503);

        assertEquals(1, count(PETS, "acme", StatusRange.ANY));
        assertEquals(2, count(null, null, StatusRange.parse("5xx")));
        assertEquals(1, count(null, "acme", StatusRange.parse("503")));
        assertEquals(0, count(null, "nobody", StatusRange.ANY));
    }

    @Test
    void isInTheStoreWithinASecond() {
        serve(PETS, "acme", 200);

        time.pass(1_000);

        assertEquals(1, all(usage()).getFirst().calls());
    }

    @Test
    void addsWhatSeveralServersCount() {
        ApiUsage other = usage();
        for (int i = 0; i < 3; i++) {
            serve(PETS, "acme", 200);
            other.served(Responses.of(time.instant(), "r", PETS, "acme", 200, 80_000));
            time.pass(500);
        }

        UsageRow row = all(usage).getFirst();

        assertEquals(6, row.calls());
        assertNear(80_000, row.latencies().p99Us(), 4_000);
    }

    @Test
    void countsOnceWhatMayHaveBeenWritten() {
        serve(PETS, "acme", 200);
        store.failAfterCommit(1);
        assertThrows(Fault.class, usage::flush);
        serve(PETS, "acme", 200);

        time.pass(2_000);

        assertEquals(2, all(usage()).getFirst().calls());
    }

    @Test
    void aSeriesOfAFailedTransactionIsMadeAnew() {
        serve(PETS, "acme", 200);
        store.failBeforeCommit(1);
        assertThrows(Fault.class, usage::flush);

        time.pass(2_000);

        assertEquals(1, all(usage()).getFirst().calls());
    }

    @Test
    void answersStepsOfTime() {
        serve(PETS, "acme", 200);
        time.pass(Duration.ofMinutes(90).toMillis());
        serve(PETS, "acme", 200);

        var rows = inSteps(Duration.ofHours(1));

        assertEquals(
                List.of(start, start.plus(Duration.ofHours(1))),
                rows.stream().map(UsageRow::time).toList());
    }

    @Test
    void losesNothingAsItGrowsCoarser() {
        for (int i = 0; i < 100; i++) {
            serve(PETS, "acme", 200);
            time.pass(Duration.ofHours(15).toMillis());
            usage.rollUp();
        }

        assertEquals(100, all(usage).getFirst().calls());
        assertEquals(1, storedRows(0));
        assertNear(54, storedRows(1), 3);
        assertNear(28, storedRows(2), 2);
        var days = inSteps(Duration.ofDays(1));
        assertNear(63, days.size(), 1);
        assertNear(20_000, days.getFirst().latencies().p95Us(), 1_000);
    }

    @Test
    void keepsConstantSpaceForASeries() {
        for (int i = 0; i < 3 * 1440; i++) {
            serve(PETS, "acme", 200);
            time.pass(60_000);
        }

        usage.rollUp();

        assertTrue(storedRows(0) <= 1440 + 60, storedRows(0) + " minutes");
        assertTrue(storedRows(1) <= 3 * 24, storedRows(1) + " hours");
    }

    @Test
    void removesTheOldest() {
        serve(PETS, "acme", 200);
        usage.close();
        time.pass(Duration.ofDays(Limits.API_USAGE_DAYS.value() + 2).toMillis());

        usage.rollUp();

        assertEquals(0, storedRows(0) + storedRows(1) + storedRows(2));
        assertEquals(0, number("SELECT count(*) FROM api_series"));
        serve(PETS, "acme", 200);
        assertEquals(1, all(usage).getFirst().calls());
    }

    @Test
    void whatGoesBeyondTheSeriesOfAnApiCountsAsOther() {
        int series = Limits.API_USAGE_SERIES.intValue();
        int others = Limits.API_USAGE_OTHER_SERIES.intValue();
        for (int i = 0; i < series; i++) {
            serve(PETS, "client-" + i, 200);
        }
        usage.flush();
        for (int i = 0; i < others + 5; i++) {
            serve("GET /" + i, "late", 200);
        }
        serve(PETS, "client-7", 200);

        var clients = calls(all(usage, UsageDimension.CLIENT));
        var routes = calls(all(usage, UsageDimension.ROUTE));

        assertEquals(series + others + 6, count(null, null, StatusRange.ANY));
        assertEquals(2, clients.get(Map.of(UsageDimension.CLIENT, "client-7")));
        assertEquals(others + 5L, clients.get(Map.of(UsageDimension.CLIENT, Series.OTHER)));
        assertEquals(5, routes.get(Map.of(UsageDimension.ROUTE, Series.OTHER)));
    }

    @Test
    void memoryStaysBoundedWhileNothingCanBeWritten() {
        store.failBeforeCommit(Integer.MAX_VALUE);
        int clients = 2 * Limits.API_USAGE_SERIES.intValue();
        for (int i = 0; i < clients; i++) {
            serve(PETS, "client-" + i, 200);
        }

        store.failBeforeCommit(0);

        assertEquals(clients, count(null, null, StatusRange.ANY));
        assertTrue(
                number("SELECT count(*) FROM api_series") <= Limits.API_USAGE_SERIES.value() + 2);
    }

    @Test
    void aBackendsStrangeStatusMakesNoSeries() {
        for (int i = 600; i < 700; i++) {
            serve(PETS, "acme", i);
        }

        assertEquals(
                Map.of(Map.of(UsageDimension.STATUS, "0"), 100L),
                calls(all(usage, UsageDimension.STATUS)));
    }

    @Test
    void losesNothingUnderContention() throws Exception {
        long threads = 8;
        int each = 20_000;
        try (var running = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Future<?>>();
            for (int i = 0; i < threads; i++) {
                String client = "client-" + i % 3;
                all.add(running.submit(() -> serveMany(client, each)));
            }
            while (all.stream().anyMatch(one -> !one.isDone())) {
                usage.flush();
            }
            for (var one : all) {
                one.get();
            }
        }

        usage.flush();

        assertEquals(threads * each, all(usage()).getFirst().calls());
    }

    @Test
    void closingWritesTheRest() {
        serve(PETS, "acme", 200);

        usage.close();

        assertEquals(1, all(usage()).getFirst().calls());
    }

    @Test
    void deletesAnApi() {
        serve(PETS, "acme", 200);

        usage.delete(API);

        assertEquals(List.of(), all(usage));
        serve(PETS, "acme", 200);
        assertEquals(1, all(usage).getFirst().calls());
    }

    @Test
    void refusesAnAnswerWithoutEnd() {
        int clients = Limits.API_USAGE_ROWS.intValue() / 10;
        for (int minute = 0; minute <= 10; minute++) {
            for (int i = 0; i < clients; i++) {
                serve(PETS, "client-" + i, 200);
            }
            time.pass(60_000);
        }

        var query =
                query(null, null, StatusRange.ANY, Duration.ofMinutes(1), UsageDimension.CLIENT);

        assertEquals("too-much-usage", assertThrows(Fault.class, () -> usage.query(query)).code());
    }

    private static void assertNear(long expected, long actual, long most) {
        assertTrue(Math.abs(actual - expected) <= most, actual + " is too far from " + expected);
    }

    private void serve(String route, @Nullable String clientId, int status) {
        usage.served(Responses.of(time.instant(), "r", route, clientId, status));
    }

    private void serveMany(String clientId, int times) {
        for (int i = 0; i < times; i++) {
            serve(PETS, clientId, 200);
        }
    }

    private List<UsageRow> all(ApiUsage from, UsageDimension... by) {
        return from.query(query(null, null, StatusRange.ANY, Duration.ZERO, by));
    }

    private List<UsageRow> inSteps(Duration step) {
        return usage.query(query(null, null, StatusRange.ANY, step));
    }

    private UsageQuery query(
            @Nullable String route,
            @Nullable String clientId,
            StatusRange statuses,
            Duration step,
            UsageDimension... by) {
        return new UsageQuery(
                ACCOUNT,
                API,
                null,
                route,
                clientId,
                statuses,
                start,
                time.instant().plusSeconds(60),
                step,
                Set.of(by));
    }

    private long count(@Nullable String route, @Nullable String clientId, StatusRange statuses) {
        return usage.query(query(route, clientId, statuses, Duration.ZERO)).stream()
                .mapToLong(UsageRow::calls)
                .sum();
    }

    private static Map<Map<UsageDimension, String>, Long> calls(List<UsageRow> rows) {
        var calls = new HashMap<Map<UsageDimension, String>, Long>();
        rows.forEach(row -> calls.merge(row.group(), row.calls(), Long::sum));
        return calls;
    }

    private long storedRows(int step) {
        return number("SELECT count(*) FROM api_usage WHERE step = " + step);
    }

    private long number(String sql) {
        return store.read(transaction -> transaction.one(row -> row.getLong(1), sql));
    }
}
