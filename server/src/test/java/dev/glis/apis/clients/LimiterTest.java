package dev.glis.apis.clients;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.apis.clients.Limiter.OwnRates;
import dev.glis.apis.clients.Verdict.Refusal;
import dev.glis.base.Ids;
import dev.glis.base.Limits;
import dev.glis.base.testing.Await;
import dev.glis.base.testing.ManualTime;
import dev.glis.meter.MeterLedger;
import dev.glis.store.testing.TestStore;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LimiterTest {
    private static final String ROUTE = "GET /pets";

    private final ManualTime time = new ManualTime();
    private final TestStore database = TestStore.open(MeterLedger.MIGRATIONS, Clients.MIGRATIONS);
    private final Quotas quotas =
            new Quotas(database.store(), time, time, new Ids(time), Runnable::run);
    private final Limiter limiter = new Limiter(quotas, time, time, Runnable::run);

    @AfterEach
    void close() {
        limiter.close();
        quotas.close();
        database.close();
    }

    @Test
    void letsABurstPassAndThenTheRate() {
        Plan plan = plan(new Rate(2, 5), null, Map.of());

        long burst = passing("c", plan, 100);
        time.pass(10_000);
        long full = passing("c", plan, 100);
        time.pass(1_499);
        long later = passing("c", plan, 100);
        time.pass(1);
        long last = passing("c", plan, 100);

        assertEquals(List.of(5L, 5L, 2L, 1L), List.of(burst, full, later, last));
    }

    @Test
    void allowsFractionsOfARequestEachSecond() {
        Plan plan = plan(new Rate(0.3, 1), null, Map.of());
        assertEquals(1, passing("c", plan, 100));

        long passed = 0;
        for (int second = 0; second < 100; second++) {
            time.pass(1_000);
            passed += passing("c", plan, 3);
        }

        assertEquals(
                25, passed, "with a burst of 1, one passes each 4 seconds when asked each second");
    }

    @Test
    void letsExactlyTheRatePassUnderContention() throws Exception {
        int steps = 200;
        Plan generous = plan(new Rate(1_000_000, 10_000_000), null, Map.of());
        Plan stingy = plan(new Rate(0.0001, 1), null, Map.of());
        var own = new OwnRates(new Rate(1_000, 50), null, null, null);
        var over = new AtomicBoolean();
        var passed = new AtomicLong();
        var refused = new AtomicLong();
        var stingyPassed = new AtomicLong();

        try (var threads = Executors.newFixedThreadPool(8)) {
            var running = new ArrayList<Future<?>>();
            for (int i = 0; i < 8; i++) {
                String client = "client" + i;
                boolean isStingy = i % 2 == 0;
                running.add(
                        threads.submit(
                                () -> {
                                    while (!over.get()) {
                                        Verdict verdict =
                                                admit(client, own, isStingy ? stingy : generous);
                                        if (verdict.isAllowed()) {
                                            passed.incrementAndGet();
                                            (isStingy ? stingyPassed : new AtomicLong())
                                                    .incrementAndGet();
                                        } else if (!isStingy) {
                                            refused.incrementAndGet();
                                        }
                                    }
                                }));
            }
            for (int i = 0; i < steps; i++) {
                awaitRefusal(refused);
                time.pass(20);
            }
            awaitRefusal(refused);
            over.set(true);
            finish(running);
        }

        assertAll(
                () -> assertEquals(50 + 20 * steps, passed.get()),
                () -> assertTrue(stingyPassed.get() <= 4, "stingy: " + stingyPassed));
    }

    /** A refusal that was decided after this was called: then the bucket was empty. */
    private static void awaitRefusal(AtomicLong refused) {
        long before = refused.get() + 8;
        Await.until("the bucket is empty", () -> refused.get() > before);
    }

    private static void finish(List<Future<?>> running)
            throws InterruptedException, ExecutionException {
        for (Future<?> each : running) {
            each.get();
        }
    }

    @Test
    void aRefusedRequestTakesNothingOfOtherLimits() {
        Plan plan =
                plan(
                        new Rate(0.001, 3),
                        new Quota(3, Quota.Period.DAY),
                        Map.of(ROUTE, new Rate(0.001, 3)));
        var closed = new OwnRates(new Rate(0.001, 1), null, null, null);
        assertTrue(admit("other", closed, null).isAllowed());

        for (int i = 0; i < 10; i++) {
            assertFalse(admit("c", closed, plan).isAllowed());
        }

        assertEquals(3, passing("c", plan, 100));
    }

    @Test
    void anExceededQuotaTakesNoTokens() {
        Plan none = plan(new Rate(0.001, 3), new Quota(1, Quota.Period.DAY), Map.of());
        assertEquals(1, passing("c", none, 10));

        long passed = passing("c", plan(new Rate(0.001, 3), null, Map.of()), 10);

        assertEquals(2, passed);
    }

    @Test
    void limitsEachKindByItself() throws Exception {
        var one = new Rate(0.001, 1);

        assertAll(
                () -> assertEquals("client", refusedBy(OwnRates.NONE, plan(one, null, Map.of()))),
                () ->
                        assertEquals(
                                "client-route",
                                refusedBy(OwnRates.NONE, plan(null, null, Map.of(ROUTE, one)))),
                () -> assertEquals("api", refusedBy(new OwnRates(one, null, null, null), null)),
                () -> assertEquals("stage", refusedBy(new OwnRates(null, null, null, one), null)),
                () -> assertEquals("route", refusedBy(new OwnRates(null, one, null, null), null)),
                () ->
                        assertEquals(
                                "address", refusedBy(new OwnRates(null, null, one, null), null)));
    }

    @Test
    void keepsClientsApisRoutesAndAddressesApart() throws Exception {
        var one = new Rate(0.001, 1);
        Plan plan = plan(one, null, Map.of());
        var own = new OwnRates(null, one, null, null);
        var byAddress = new OwnRates(null, null, one, null);

        assertAll(
                () -> assertTrue(admit("a", OwnRates.NONE, plan).isAllowed()),
                () -> assertTrue(admit("b", OwnRates.NONE, plan).isAllowed()),
                () -> assertTrue(admit("api2", ROUTE, "a", "1.2.3.4", OwnRates.NONE, plan)),
                () -> assertTrue(admit("api", "GET /a", null, "1.2.3.4", own, null)),
                () -> assertTrue(admit("api", "GET /b", null, "1.2.3.4", own, null)),
                () -> assertTrue(admit("api", ROUTE, null, "1.2.3.4", byAddress, null)),
                () -> assertTrue(admit("api", ROUTE, null, "1.2.3.5", byAddress, null)),
                () -> assertFalse(admit("api", ROUTE, null, "1.2.3.4", byAddress, null)));
    }

    @Test
    void countsAnIpv6NetworkAsOneAddress() throws Exception {
        var own = new OwnRates(null, null, new Rate(0.001, 1), null);
        assertTrue(admit("api", ROUTE, null, "2001:db8:1:2::1", own, null));

        boolean same = admit("api", ROUTE, null, "2001:db8:1:2:ffff::9", own, null);
        boolean next = admit("api", ROUTE, null, "2001:db8:1:3::1", own, null);

        assertAll(() -> assertFalse(same), () -> assertTrue(next));
    }

    @Test
    void forgetsIdleLimitsAndNoOthers() {
        Plan idle = plan(new Rate(1, 1), null, Map.of());
        Plan busy = plan(new Rate(0.001, 1), null, Map.of());
        for (int i = 0; i < 1_000; i++) {
            assertEquals(1, passing("idle" + i, idle, 1));
        }
        assertEquals(1, passing("busy", busy, 1));
        assertEquals(1_001, limiter.buckets());

        time.pass(Limits.RATE_SWEEP_MS.value());

        assertAll(
                () -> assertEquals(1, limiter.buckets()),
                () -> assertEquals(0, passing("busy", busy, 1)),
                () -> assertEquals(1, passing("idle7", idle, 5)));
    }

    @Test
    void addressesBeyondTheLimitShare() throws Exception {
        var own = new OwnRates(null, null, new Rate(0.001, 1), null);
        int most = Limits.RATE_ADDRESSES.intValue();

        int passed = 0;
        for (int i = 0; i < most + 5_000; i++) {
            InetAddress source =
                    InetAddress.getByAddress(
                            new byte[] {10, (byte) (i >> 16), (byte) (i >> 8), (byte) i});
            var request = new Limiter.Request("api", "prod", ROUTE, null, source);
            passed += limiter.admit(request, own, null).isAllowed() ? 1 : 0;
        }

        int allowed = passed;
        assertAll(
                () -> assertEquals(most + 256, allowed),
                () -> assertEquals(most + 256, limiter.buckets()));
    }

    @Test
    void aChangedPlanGivesNoNewBurst() {
        assertEquals(10, passing("c", plan(new Rate(1, 10), null, Map.of()), 100));

        Plan quick = plan(new Rate(100, 200), null, Map.of());

        long atOnce = passing("c", quick, 100);
        time.pass(1_000);
        assertAll(() -> assertEquals(0, atOnce), () -> assertEquals(100, passing("c", quick, 500)));
    }

    @Test
    void tellsHowTheClientStands() {
        Plan plan = plan(new Rate(0.5, 3), new Quota(10, Quota.Period.DAY), Map.of());

        Verdict first = admit("c", OwnRates.NONE, plan);

        assertAll(
                () ->
                        assertEquals(
                                "\"client\";q=3;w=6, \"quota\";q=10;w=86400",
                                first.rateLimitPolicy()),
                () -> assertEquals("\"client\";r=2;t=2, \"quota\";r=9;t=86400", first.rateLimit()),
                () -> assertNull(first.refusal()));
    }

    @Test
    void tellsWhenToTryAgain() {
        Plan plan = plan(new Rate(0.25, 1), null, Map.of());
        assertTrue(admit("c", OwnRates.NONE, plan).isAllowed());
        time.pass(900);

        Verdict verdict = admit("c", OwnRates.NONE, plan);

        assertAll(
                () ->
                        assertEquals(
                                new Refusal(
                                        "rate-limited",
                                        "Too many requests for this client's plan; try again in 4 s",
                                        4,
                                        null),
                                verdict.refusal()),
                () -> assertEquals("\"client\";r=0;t=4", verdict.rateLimit()),
                () -> assertEquals("\"client\";q=1;w=4", verdict.rateLimitPolicy()));
    }

    @Test
    void tellsWhenTheQuotaBeginsAnew() {
        Plan plan = plan(null, new Quota(1, Quota.Period.MONTH), Map.of());
        assertTrue(admit("c", OwnRates.NONE, plan).isAllowed());

        Refusal refusal = Objects.requireNonNull(admit("c", OwnRates.NONE, plan).refusal());

        assertAll(
                () -> assertEquals("quota-exceeded", refusal.code()),
                () -> assertEquals(Instant.parse("2030-02-01T00:00:00Z"), refusal.periodEnds()),
                () -> assertEquals(31 * 86_400, refusal.retryAfterSeconds()));
    }

    @Test
    void saysNothingWhereNothingIsLimited() {
        Verdict verdict = admit("c", OwnRates.NONE, plan(null, null, Map.of()));

        assertAll(
                () -> assertTrue(verdict.isAllowed()), () -> assertEquals("", verdict.rateLimit()));
    }

    private static Plan plan(@Nullable Rate rate, @Nullable Quota quota, Map<String, Rate> routes) {
        return new Plan("p", "1", "p", new Plan.Terms(rate, quota, routes), Instant.EPOCH);
    }

    private Verdict admit(@Nullable String client, OwnRates own, @Nullable Plan plan) {
        return limiter.admit(
                new Limiter.Request("api", "prod", ROUTE, client, InetAddress.getLoopbackAddress()),
                own,
                plan);
    }

    private boolean admit(
            String api,
            String route,
            @Nullable String client,
            String address,
            OwnRates own,
            @Nullable Plan plan)
            throws UnknownHostException {
        return limiter.admit(
                        new Limiter.Request(
                                api, "prod", route, client, InetAddress.getByName(address)),
                        own,
                        plan)
                .isAllowed();
    }

    private long passing(String client, Plan plan, int asked) {
        long passed = 0;
        for (int i = 0; i < asked; i++) {
            passed += admit(client, OwnRates.NONE, plan).isAllowed() ? 1 : 0;
        }
        return passed;
    }

    /** The policy that refuses the second request. */
    private String refusedBy(OwnRates own, @Nullable Plan plan) {
        String client = "client" + limiter.buckets();
        assertTrue(admit(client, own, plan).isAllowed());
        return admit(client, own, plan).standings().getFirst().policy();
    }
}
