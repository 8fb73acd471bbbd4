package dev.glis.apis.usage;

import static dev.glis.apis.usage.testing.Responses.ACCOUNT;
import static dev.glis.apis.usage.testing.Responses.API;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.apis.usage.testing.Responses;
import dev.glis.base.Fault;
import dev.glis.base.Ids;
import dev.glis.base.Limits;
import dev.glis.base.testing.ManualTime;
import dev.glis.store.testing.FailingStore;
import dev.glis.store.testing.TestStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ResponseLogTest {
    private static final String PETS = "GET /pets/{id}";

    private final ManualTime time = new ManualTime();
    private final TestStore database = TestStore.open(ApiUsage.MIGRATIONS);
    private final FailingStore store = new FailingStore(database.store());
    private ResponseLogSettings settings = ResponseLogSettings.USUAL;
    private final ResponseLog log = log();
    private final Instant start = time.instant();

    private ResponseLog log() {
        return new ResponseLog(
                store, (_, _, _) -> settings, time, time, new Ids(time), Runnable::run);
    }

    @AfterEach
    void closeStore() {
        database.close();
    }

    @Test
    void responsesCanBeFoundAtOnce() {
        Served response = serve("r1", PETS, "acme", 200);

        assertEquals(List.of(response), search(log, ResponseFilter.ALL));
    }

    @Test
    void areStoredWholeAfterATenthOfASecond() {
        Served first = serve("r1", PETS, "acme", 200);
        time.pass(7);
        Served second = serve("r2", "", null, 429);

        time.pass(100);

        assertEquals(List.of(second, first), search(log(), ResponseFilter.ALL));
    }

    @Test
    void areFoundByEachOfTheirFields() {
        serve("r1", PETS, "acme", 200);
        time.pass(1_000);
        serve("r2", "POST /pets", null, 503);
        log.served(Responses.of(time.instant(), "r3", PETS, "other", 429, 3_000_000));

        assertEquals(List.of("r2"), find(new Wanted().statuses("5xx")));
        assertEquals(List.of("r3"), find(new Wanted().statuses("429")));
        assertEquals(List.of("r1"), find(new Wanted().client("acme")));
        assertEquals(List.of("r2"), find(new Wanted().client("")));
        assertEquals(List.of("r3", "r1"), find(new Wanted().route(PETS)));
        assertEquals(List.of("r3"), find(new Wanted().leastUs(1_000_000)));
        assertEquals(List.of("r1"), find(new Wanted().path("/pets/r1")));
        assertEquals(List.of("r2"), find(new Wanted().request("r2")));
        assertEquals(List.of("r3"), find(new Wanted().error("rate-limited")));
        assertEquals(List.of("r3", "r2", "r1"), find(new Wanted().sourceIp("192.0.2.7")));
        assertEquals(List.of(), find(new Wanted().method("PUT")));
        assertEquals(List.of(), find(new Wanted().stage("test")));
    }

    @Test
    void pagesGoFromTheNewestToTheOldestWithoutGapOrRepetition() {
        var served = new ArrayList<String>();
        for (int i = 0; i < 97; i++) {
            served.addFirst(serve("r" + (100 + i), PETS, "acme", 200).requestId());
            time.pass(i % 3 == 0 ? 100 : 0);
        }

        var found = new ArrayList<String>();
        var position = ResponsePosition.after(time.instant());
        while (position != null) {
            ResponsePage page = log.search(query(ResponseFilter.ALL, position, 10));
            page.responses().forEach(response -> found.add(response.requestId()));
            position = page.next() == null ? null : ResponsePosition.parse(page.next().toString());
        }

        assertEquals(served, found);
    }

    @Test
    void readsNoChunkThatCannotMatch() {
        for (int i = 0; i < 50; i++) {
            serve("r" + i, PETS, "acme", i == 7 ? 500 : 200);
            time.pass(100);
        }
        store.write(
                transaction ->
                        transaction.update(
                                "UPDATE api_responses SET content = '\\x00' WHERE classes <> 32"));

        assertEquals(List.of("r7"), find(new Wanted().statuses("5xx")));
        assertEquals(List.of(), find(new Wanted().client("nobody")));
        assertEquals(List.of(), find(new Wanted().route("PUT /pets")));
        assertEquals(List.of(), find(new Wanted().leastUs(1_000_000)));
        assertThrows(Fault.class, () -> find(new Wanted().method("GET")));
    }

    @Test
    void readsOnlyTheTimeThatTheIdOfARequestTells() {
        var ids = new ArrayList<String>();
        for (int i = 0; i < 10; i++) {
            String requestId = new Ids(time).timedUuid();
            ids.add(requestId);
            log.served(Responses.of(time.instant(), requestId, PETS, "acme", 200));
            time.pass(10_000);
        }
        store.write(
                transaction ->
                        transaction.update(
                                "UPDATE api_responses SET content = '\\x00'"
                                        + " WHERE last_time <> (SELECT max(last_time)"
                                        + " FROM api_responses)"));

        assertEquals(List.of(ids.get(9)), find(new Wanted().request(ids.get(9))));
        assertThrows(Fault.class, () -> find(new Wanted().request(ids.get(8))));
    }

    @Test
    void aLongSearchTellsWhereToGoOn() {
        // Given two old requests, one of which was answered at the end only
        serve("needle-1", PETS, "acme", 200);
        int chunks = Limits.API_LOG_SEARCH_CHUNKS.intValue() + 50;
        for (int i = 0; i < chunks; i++) {
            time.pass(100);
            serve("r" + i, PETS, "acme", 200);
        }
        log.served(Responses.of(start, "needle-2", PETS, "acme", 200));
        time.pass(100);
        ResponseFilter filter = new Wanted().path("/pets/needle").filter();

        // When they are searched for, page by page
        ResponsePage first = log.search(query(filter, ResponsePosition.after(time.instant()), 10));
        assertNotNull(first.next());
        ResponsePage second = log.search(query(filter, first.next(), 10));

        // Then each is found once
        assertEquals(List.of(), first.responses());
        assertEquals(List.of("needle-2", "needle-1"), ids(second.responses()));
        assertNull(second.next());
    }

    @Test
    void keepsWhatCouldNotBeWrittenAndWritesItOnce() {
        serve("r1", PETS, "acme", 200);
        store.failAfterCommit(1);
        time.pass(100);
        serve("r2", PETS, "acme", 200);

        time.pass(2_000);

        assertEquals(List.of("r2", "r1"), ids(search(log(), ResponseFilter.ALL)));
    }

    @Test
    void tellsHowManyAreMissing() {
        store.failBeforeCommit(Integer.MAX_VALUE);
        settings = new ResponseLogSettings(1, true, 7, 60_000, Set.of());
        byte[] body = "x".repeat(60_000).getBytes(UTF_8);
        int count = (int) (3 * Limits.API_LOG_GROUP_BUFFER_BYTES.value() / body.length);
        for (int i = 0; i < count; i++) {
            log.served(captured("r" + i, "content-type: text/plain", body));
        }
        store.failBeforeCommit(0);

        time.pass(2_000);

        var found = search(log(), ResponseFilter.ALL);
        long kept = found.stream().filter(response -> !response.requestId().isEmpty()).count();
        assertTrue(kept * body.length <= 2 * Limits.API_LOG_GROUP_BUFFER_BYTES.value());
        assertEquals(
                (count - kept)
                        + " responses are missing here: they came faster than they could be stored",
                found.stream()
                        .filter(response -> response.requestId().isEmpty())
                        .findFirst()
                        .orElseThrow()
                        .error());
    }

    @Test
    void losesNothingUnderContention() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<?>>();
            for (int i = 0; i < 8; i++) {
                String prefix = "t" + i + "-";
                running.add(threads.submit(() -> serveMany(prefix, 1_000)));
            }
            for (var each : running) {
                each.get();
            }
        }
        log.close();

        var found = new HashSet<String>();
        ResponsePosition position = ResponsePosition.after(time.instant());
        while (position != null) {
            ResponsePage page = log().search(query(ResponseFilter.ALL, position, 1_000));
            found.addAll(ids(page.responses()));
            position = page.next();
        }

        assertEquals(8_000, found.size());
    }

    @Test
    void followersSeeWhatMatchesAtOnce() throws Exception {
        var seen = new ArrayList<String>();
        AutoCloseable following =
                log.follow(
                        ACCOUNT,
                        API,
                        new Wanted().statuses("4xx").filter(),
                        response -> seen.add(response.requestId()));
        serve("r1", PETS, "acme", 404);
        serve("r2", PETS, "acme", 200);
        time.pass(100);
        serve("r3", PETS, "acme", 403);

        following.close();

        serve("r4", PETS, "acme", 404);
        assertEquals(List.of("r1", "r3"), seen);
    }

    @Test
    void secretsAreNeitherStoredNorShown() throws Exception {
        settings = new ResponseLogSettings(1, true, 7, 1_000, Set.of("pin"));
        var seen = new ArrayList<Served>();
        try (var _ = log.follow(ACCOUNT, API, ResponseFilter.ALL, seen::add)) {
            log.served(
                    captured(
                            "r1",
                            "authorization: hush\ncontent-type: application/json",
                            "{\"pin\":\"hush\",\"name\":\"rex\"}".getBytes(UTF_8)));
        }
        var inMemory = search(log, ResponseFilter.ALL);
        time.pass(100);
        var stored = search(log(), ResponseFilter.ALL);

        for (Served response : List.of(seen.getFirst(), inMemory.getFirst(), stored.getFirst())) {
            var exchange = response.exchange();
            assertNotNull(exchange);
            assertEquals(
                    "{\"pin\":\"[redacted]\",\"name\":\"rex\"}",
                    new String(exchange.request(), UTF_8));
            assertFalse(exchange.requestHeaders().contains("hush"), exchange.requestHeaders());
        }
    }

    @Test
    void keepsASampleAndAllErrors() {
        settings = new ResponseLogSettings(0.25, true, 7, 0, Set.of());
        var ids = new Ids(time);
        for (int i = 0; i < 2_000; i++) {
            serve(ids.uuid(), PETS, "acme", i % 20 == 0 ? 500 : 200);
        }
        log.close();

        assertEquals(100, number("5xx"));
        assertTrue(Math.abs(number("2xx") - 1_900 / 4) < 100, number("2xx") + " of 1,900");
    }

    @Test
    void keepsErrorsByTheFractionWhereThatIsSaid() {
        settings = new ResponseLogSettings(0, false, 7, 0, Set.of());
        serve("r1", PETS, "acme", 500);

        assertEquals(List.of(), search(log, ResponseFilter.ALL));
    }

    @Test
    void refusesSettingsThatCannotBe() {
        assertThrows(Fault.class, () -> new ResponseLogSettings(1.1, true, 7, 0, Set.of()));
        assertThrows(Fault.class, () -> new ResponseLogSettings(Double.NaN, true, 7, 0, Set.of()));
        assertThrows(Fault.class, () -> new ResponseLogSettings(1, true, 0, 0, Set.of()));
        assertThrows(Fault.class, () -> new ResponseLogSettings(1, true, 7, 1_000_000, Set.of()));
    }

    @Test
    void removesWhatWasKeptLongEnough() {
        serve("short", PETS, "acme", 200);
        time.pass(100);
        settings = new ResponseLogSettings(1, true, 30, 0, Set.of());
        serve("long", PETS, "acme", 200);
        time.pass(Duration.ofDays(8).toMillis());

        log.sweep();

        assertEquals(List.of("long"), ids(search(log, ResponseFilter.ALL)));
    }

    @Test
    void noOtherAccountFindsOrFollowsThem() throws Exception {
        var seen = new ArrayList<Served>();
        try (var _ = log.follow("999999999999", API, ResponseFilter.ALL, seen::add)) {
            serve("r1", PETS, "acme", 200);
        }
        var query =
                new ResponseQuery(
                        "999999999999",
                        API,
                        ResponseFilter.ALL,
                        start,
                        ResponsePosition.after(time.instant()),
                        10);

        assertEquals(List.of(), log.search(query).responses());
        time.pass(100);
        assertEquals(List.of(), log.search(query).responses());
        assertEquals(List.of(), seen);
    }

    @Test
    void deletesAnApi() {
        serve("written", PETS, "acme", 200);
        time.pass(100);
        serve("in memory", PETS, "acme", 200);

        log.delete(API);

        assertEquals(List.of(), search(log, ResponseFilter.ALL));
    }

    private Served serve(String requestId, String route, @Nullable String clientId, int status) {
        Served response = Responses.of(time.instant(), requestId, route, clientId, status);
        log.served(response);
        return response;
    }

    private void serveMany(String prefix, int times) {
        for (int i = 0; i < times; i++) {
            serve(prefix + i, PETS, "acme", 200);
        }
    }

    private Served captured(String requestId, String headers, byte[] body) {
        Served plain = Responses.of(time.instant(), requestId, PETS, "acme", 200);
        return new Served(
                plain.time(),
                plain.requestId(),
                plain.accountId(),
                plain.apiId(),
                plain.stage(),
                plain.route(),
                plain.clientId(),
                plain.sourceIp(),
                plain.method(),
                plain.path(),
                plain.status(),
                plain.requestBytes(),
                plain.responseBytes(),
                plain.latency(),
                plain.error(),
                new Served.Captured(headers, body, "", new byte[0]));
    }

    private long number(String statuses) {
        return log.search(
                        query(
                                new Wanted().statuses(statuses).filter(),
                                ResponsePosition.after(time.instant()),
                                1_000))
                .responses()
                .size();
    }

    private List<String> find(Wanted wanted) {
        log.close();
        return ids(search(log, wanted.filter()));
    }

    private List<Served> search(ResponseLog in, ResponseFilter filter) {
        return in.search(query(filter, ResponsePosition.after(time.instant()), 1_000)).responses();
    }

    private ResponseQuery query(ResponseFilter filter, ResponsePosition before, int most) {
        return new ResponseQuery(ACCOUNT, API, filter, start, before, most);
    }

    private static List<String> ids(List<Served> responses) {
        return responses.stream().map(Served::requestId).toList();
    }

    /** A filter of which one part is said. */
    private record Wanted(ResponseFilter filter) {
        Wanted() {
            this(ResponseFilter.ALL);
        }

        Wanted statuses(String text) {
            return of(StatusRange.parse(text), null, null, null, null, null, null, null, null, 0);
        }

        Wanted stage(String text) {
            return of(StatusRange.ANY, text, null, null, null, null, null, null, null, 0);
        }

        Wanted route(String text) {
            return of(StatusRange.ANY, null, text, null, null, null, null, null, null, 0);
        }

        Wanted client(String text) {
            return of(StatusRange.ANY, null, null, text, null, null, null, null, null, 0);
        }

        Wanted method(String text) {
            return of(StatusRange.ANY, null, null, null, text, null, null, null, null, 0);
        }

        Wanted path(String text) {
            return of(StatusRange.ANY, null, null, null, null, text, null, null, null, 0);
        }

        Wanted request(String text) {
            return of(StatusRange.ANY, null, null, null, null, null, text, null, null, 0);
        }

        Wanted error(String text) {
            return of(StatusRange.ANY, null, null, null, null, null, null, text, null, 0);
        }

        Wanted sourceIp(String text) {
            return of(StatusRange.ANY, null, null, null, null, null, null, null, text, 0);
        }

        Wanted leastUs(long us) {
            return of(StatusRange.ANY, null, null, null, null, null, null, null, null, us);
        }

        private static Wanted of(
                StatusRange statuses,
                @Nullable String stage,
                @Nullable String route,
                @Nullable String clientId,
                @Nullable String method,
                @Nullable String pathPrefix,
                @Nullable String requestId,
                @Nullable String error,
                @Nullable String sourceIp,
                long leastUs) {
            return new Wanted(
                    new ResponseFilter(
                            statuses,
                            stage,
                            route,
                            clientId,
                            method,
                            pathPrefix,
                            requestId,
                            error,
                            sourceIp,
                            leastUs));
        }
    }
}
