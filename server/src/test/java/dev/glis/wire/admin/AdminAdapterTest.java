package dev.glis.wire.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glis.accounts.Accounts;
import dev.glis.accounts.Principal;
import dev.glis.accounts.StoredAccounts;
import dev.glis.apis.Api;
import dev.glis.apis.Apis;
import dev.glis.apis.clients.Client;
import dev.glis.apis.clients.ClientControl;
import dev.glis.apis.clients.Clients;
import dev.glis.apis.domains.DomainMemory;
import dev.glis.apis.domains.Domains;
import dev.glis.apis.domains.SealedCertificates;
import dev.glis.apis.usage.ApiUsage;
import dev.glis.apis.usage.ResponseLog;
import dev.glis.apis.usage.ResponseLogSettings;
import dev.glis.apis.usage.Served;
import dev.glis.base.Clock;
import dev.glis.base.Ids;
import dev.glis.base.Json;
import dev.glis.base.SystemTimers;
import dev.glis.engine.Blueprint;
import dev.glis.engine.Egress;
import dev.glis.engine.Engine;
import dev.glis.engine.Invocation;
import dev.glis.engine.InvocationListener;
import dev.glis.engine.Rung;
import dev.glis.engine.Runtimes;
import dev.glis.functions.FunctionControl;
import dev.glis.functions.Images;
import dev.glis.logs.StoredLogs;
import dev.glis.meter.Meter;
import dev.glis.meter.MeterLedger;
import dev.glis.net.Headers;
import dev.glis.net.HttpRequest;
import dev.glis.net.HttpResponder;
import dev.glis.net.HttpResponse;
import dev.glis.store.testing.TestStore;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The adapter with real accounts, logs and meter on a real store; the engine is made up. */
final class AdminAdapterTest {
    private static final Clock CLOCK = Clock.system();
    private static final ExecutorService VIRTUAL = Executors.newVirtualThreadPerTaskExecutor();
    private static final CountedEngine ENGINE = new CountedEngine();
    private static TestStore testStore;
    private static StoredAccounts accounts;
    private static SystemTimers timers;
    private static MeterLedger meter;
    private static StoredLogs logs;
    private static Apis apis;
    private static Clients clients;
    private static DomainMemory domainMemory;
    private static ApiUsage apiUsage;
    private static ResponseLog responses;
    private static AdminAdapter adapter;
    private static Principal operator;

    @BeforeAll
    static void open() {
        testStore =
                TestStore.open(
                        StoredAccounts.MIGRATIONS,
                        MeterLedger.MIGRATIONS,
                        StoredLogs.MIGRATIONS,
                        FunctionControl.migrations(),
                        Apis.MIGRATIONS,
                        Domains.MIGRATIONS,
                        Clients.MIGRATIONS,
                        ApiUsage.MIGRATIONS);
        var ids = new Ids(CLOCK);
        var store = testStore.store();
        timers = new SystemTimers();
        accounts = new StoredAccounts(store, testStore.folder().resolve("secrets.key"), ids, CLOCK);
        operator = root(accounts.bootstrap().orElseThrow().accountId());
        meter = new MeterLedger(store, CLOCK, timers, ids, VIRTUAL);
        logs = new StoredLogs(store, CLOCK, timers, ids, VIRTUAL);
        var facts =
                new ServerFacts(
                        "1",
                        "us-east-1",
                        CLOCK.instant(),
                        "http://a",
                        "http://b",
                        "http://c",
                        Map.of("k", "v"));
        var control = control(ids);
        apis = new Apis(store, ids, CLOCK);
        clients = new Clients(store, ids, CLOCK);
        var clientControl = ClientControl.of(store, clients, apis::published, ids, CLOCK);
        apis.afterRemoval(clientControl.subscriptions()::apiRemoved);
        var certificates = new SealedCertificates(accounts.secrets());
        domainMemory = new DomainMemory(store, certificates, timers, VIRTUAL);
        var domains =
                new Domains(
                        domainMemory,
                        certificates,
                        apis,
                        Set.of(),
                        new Domains.Abilities(true, null),
                        CLOCK);
        apiUsage = new ApiUsage(store, CLOCK, timers, ids, VIRTUAL);
        responses =
                new ResponseLog(
                        store, (_, _, _) -> ResponseLogSettings.USUAL, CLOCK, timers, ids, VIRTUAL);
        apis.afterRemoval(apiUsage::delete);
        apis.afterRemoval(responses::delete);
        adapter =
                new AdminAdapter(
                        facts,
                        accounts,
                        accounts.authorizer(),
                        logs,
                        meter,
                        ENGINE,
                        new NoRuntimes(),
                        control.images(),
                        control.imageUploads(),
                        apis,
                        _ -> List.of(),
                        apiUsage,
                        responses,
                        control.catalog(),
                        api -> "http://" + api.label() + ".localhost/",
                        domains,
                        domain -> "http://" + domain.host() + "/",
                        clientControl,
                        ids,
                        CLOCK,
                        VIRTUAL);
    }

    private static FunctionControl control(Ids ids) {
        return new FunctionControl(
                testStore.store(),
                testStore.blobs(),
                testStore.folder().resolve("code"),
                testStore.folder().resolve("images"),
                new Images.ImageRules("", Set.of()),
                ENGINE,
                new NoRuntimes(),
                accounts,
                CLOCK,
                timers,
                ids,
                VIRTUAL,
                new Random(1),
                "us-east-1",
                Egress.NONE);
    }

    @AfterAll
    static void close() {
        responses.close();
        apiUsage.close();
        domainMemory.close();
        apis.close();
        clients.close();
        logs.close();
        meter.close();
        accounts.close();
        timers.close();
        testStore.close();
        VIRTUAL.close();
    }

    @Test
    void operatorMakesAccountsWithKeys() throws Exception {
        // When the operator makes an account
        var response = call(operator, "POST", "/_glis/accounts", "{\"name\":\"team-a\"}");

        // Then it has a number and a key, and is listed
        assertEquals(201, response.status());
        assertTrue(json(response).path("accountId").asText().matches("[0-9]{12}"));
        assertTrue(json(response).path("secretAccessKey").asText().length() >= 40);
        var list = json(call(operator, "GET", "/_glis/accounts", ""));
        assertTrue(list.toString().contains("team-a"), list.toString());
    }

    @Test
    void tenantsDoNotManageAccounts() throws Exception {
        // Given another account's root
        var tenant = root(accounts.create("tenant").account().accountId());

        // When it tries to list accounts
        var response = call(tenant, "GET", "/_glis/accounts", "");

        // Then it is refused in this API's form
        assertEquals(403, response.status());
        assertEquals("operator-only", json(response).path("code").asText());
        assertEquals("docs/errors/operator-only.md", json(response).path("help").asText());
    }

    @Test
    void tenantsDoNotActForOthers() throws Exception {
        // Given another account's root
        var tenant = root(accounts.create("other").account().accountId());

        // When it asks for the operator's users
        var response = call(tenant, "GET", "/_glis/users?account=" + operator.accountId(), "");

        // Then it is refused
        assertEquals("operator-only", json(response).path("code").asText());
    }

    @Test
    void quotasReachTheEngine() throws Exception {
        // Given an account
        String account = accounts.create("limited").account().accountId();

        // When the operator sets one of its quotas
        var response =
                call(
                        operator,
                        "PUT",
                        "/_glis/accounts/" + account + "/quotas",
                        "{\"concurrency\":7}");

        // Then it is kept, the other one stays, and the engine knows it
        assertEquals(200, response.status());
        assertEquals(7, accounts.quotas(account).concurrency());
        assertTrue(accounts.quotas(account).codeStorageBytes() > 0);
        assertEquals(7, ENGINE.limits.get(account));
    }

    @Test
    void usersNeedPolicies() throws Exception {
        // Given a user without any policy
        String account = accounts.create("with-users").account().accountId();
        accounts.createUser(account, "ann");
        assertEquals(403, call(user(account, "ann"), "GET", "/_glis/status", "").status());

        // When a policy allows it
        accounts.putPolicy(
                account,
                "ann",
                "see",
                "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\","
                        + "\"Action\":\"glis:GetStatus\",\"Resource\":\"*\"}]}");
        var response = call(user(account, "ann"), "GET", "/_glis/status", "");

        // Then it may, and sees nothing of the machine
        assertEquals(200, response.status());
        assertEquals(false, json(response).has("memory"));
    }

    @Test
    void usersDoNotBecomeRoot() throws Exception {
        // Given a user who may do everything
        String account = accounts.create("careful").account().accountId();
        accounts.createUser(account, "admin");
        accounts.putPolicy(
                account,
                "admin",
                "all",
                "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\","
                        + "\"Action\":\"*\",\"Resource\":\"*\"}]}");

        // When it asks for a key of the root's
        var response = call(user(account, "admin"), "POST", "/_glis/keys", "{}");

        // Then it is refused
        assertEquals("root-only", json(response).path("code").asText());
    }

    @Test
    void keysEndWhenTheyAreRemoved() throws Exception {
        // Given a user's key
        String account = accounts.create("with-keys").account().accountId();
        accounts.createUser(account, "bob");
        var made = json(call(root(account), "POST", "/_glis/keys", "{\"userName\":\"bob\"}"));
        String id = made.path("accessKeyId").asText();

        // When it is removed
        var response = call(root(account), "DELETE", "/_glis/keys/" + id, "");

        // Then it is gone
        assertEquals(200, response.status());
        assertTrue(accounts.keys(account).stream().noneMatch(key -> key.accessKeyId().equals(id)));
    }

    @Test
    void showsInstancesOfTheCallersAccountOnly() throws Exception {
        // Given instances of two accounts' functions
        String own = operator.accountId();
        ENGINE.counts.put(
                "arn:aws:lambda:us-east-1:" + own + ":function:mine:$LATEST",
                new Engine.InstanceCount(0, 2, 1, 0));
        ENGINE.counts.put(
                "arn:aws:lambda:us-east-1:999999999999:function:theirs:$LATEST",
                new Engine.InstanceCount(0, 1, 0, 0));

        // When the operator looks
        var instances = json(call(operator, "GET", "/_glis/status", "")).path("instances");

        // Then only its own are shown
        assertEquals(1, instances.size(), instances.toString());
        assertEquals("mine", instances.get(0).path("function").asText());
        assertEquals("$LATEST", instances.get(0).path("version").asText());
        assertEquals(2, instances.get(0).path("idle").asInt());
    }

    @Test
    void showsHowTheInstancesOfAFunctionWereStarted() throws Exception {
        // Given starts of one function, and of another whose name begins alike
        String prefix = "arn:aws:lambda:us-east-1:" + operator.accountId() + ":function:";
        ENGINE.starts.put(
                prefix + "quick:7",
                List.of(
                        new Engine.InstanceStart(Rung.PLAIN, 61.234, 58),
                        new Engine.InstanceStart(Rung.STEM_CELL, 6.5, 2)));
        ENGINE.starts.put(
                prefix + "quicker:1", List.of(new Engine.InstanceStart(Rung.PLAIN, 1, 1)));

        // When the operator asks for the function
        var starts = json(call(operator, "GET", "/_glis/status?function=quick", "")).path("starts");

        // Then its starts are shown, the latest last
        assertEquals(2, starts.size(), starts.toString());
        assertEquals("7", starts.get(0).path("version").asText());
        assertEquals("plain start", starts.get(0).path("rung").asText());
        assertEquals(61.23, starts.get(0).path("readyMs").asDouble());
        assertEquals("stem cell", starts.get(1).path("rung").asText());
    }

    @Test
    void showsUsageOfTheCallersAccountOnly() throws Exception {
        // Given usage of two accounts
        String own = accounts.create("user-a").account().accountId();
        meter.record(own, "f", Meter.Metric.FUNCTION_REQUESTS, 3);
        meter.record(operator.accountId(), "f", Meter.Metric.FUNCTION_REQUESTS, 100);

        // When one of them asks
        var usage = json(call(root(own), "GET", "/_glis/usage", "")).path("usage");

        // Then it is told its own, what is not on disk yet included
        assertEquals(1, usage.size(), usage.toString());
        assertEquals(3, usage.get(0).path("quantity").asInt());
    }

    @Test
    void namesWhatAPageTakes() throws Exception {
        // When a page is asked by a method that it does not take
        var response = call(operator, "DELETE", "/_glis/usage", "");

        // Then the right one is named
        assertEquals(404, response.status());
        assertTrue(json(response).path("message").asText().contains("takes [GET]"));
    }

    @Test
    void namesAWrongMember() throws Exception {
        // When a body has a member that nobody knows
        var response = call(operator, "POST", "/_glis/users", "{\"user\":\"x\"}");

        // Then it is refused by name
        assertEquals(400, response.status());
        assertTrue(json(response).path("message").asText().contains("unknown member 'user'"));
    }

    @Test
    void showsWhatAnApiAnswered() throws Exception {
        // Given an API of which two responses are known
        Api api = served("counted", "GET /pets", 200, 429);

        // When its usage is asked for by status, by its name
        var usage =
                json(call(operator, "GET", "/_glis/apis/counted/usage?by=status,client", ""))
                        .get("usage");

        // Then each status has its numbers
        assertEquals(2, usage.size());
        assertEquals("200", usage.get(0).get("status").textValue());
        assertEquals("acme", usage.get(0).get("client").textValue());
        assertEquals(1, usage.get(1).get("clientErrors").longValue());
        assertEquals(0, usage.get(1).get("serverErrors").longValue());
        assertEquals(7, usage.get(1).get("requestBytes").longValue());
        assertEquals(500, usage.get(1).get("gatewayUs").longValue());

        // And by its ID and steps of time, and for one route only
        String path = "/_glis/apis/" + api.apiId() + "/usage?step=3600&route=";
        assertEquals(1, json(call(operator, "GET", path + "GET%20/pets", "")).get("usage").size());
        assertEquals(0, json(call(operator, "GET", path + "PUT%20/", "")).get("usage").size());
        assertEquals(400, call(operator, "GET", path + "&by=colour", "").status());
        assertEquals(400, call(operator, "GET", path + "&status=6xx", "").status());
    }

    @Test
    void findsWhatAnApiAnswered() throws Exception {
        // Given an API of which three responses are known
        served("logged", "GET /pets", 200, 500, 503);
        String path = "/_glis/apis/logged/responses";

        // When those that failed are asked for, one at a time
        var first = json(call(operator, "GET", path + "?status=5xx&limit=1", ""));
        var next = URLEncoder.encode(first.get("next").textValue(), StandardCharsets.UTF_8);
        var second = json(call(operator, "GET", path + "?status=5xx&limit=1&before=" + next, ""));

        // Then the newest comes first, with all that is known of it, and the other then
        var newest = first.get("responses").get(0);
        assertEquals(503, newest.get("status").intValue());
        assertEquals("GET /pets", newest.get("route").textValue());
        assertEquals("acme", newest.get("client").textValue());
        assertEquals(2_000, newest.get("totalUs").longValue());
        assertEquals(1_000, newest.get("backendUs").longValue());
        assertEquals(500, second.get("responses").get(0).get("status").intValue());
        assertTrue(second.path("next").isMissingNode(), second.toString());
        assertEquals(
                0, json(call(operator, "GET", path + "?slower=3", "")).get("responses").size());
    }

    @Test
    void showsNobodyElseWhatAnApiAnswered() throws Exception {
        // Given an API, a user without rights, and another account
        served("private", "GET /pets", 200);
        accounts.createUser(operator.accountId(), "curious");
        var user = user(operator.accountId(), "curious");
        var other = root(accounts.create("curious-too").account().accountId());

        // When they ask, then one may not, and for the other there is no such API
        for (String page : List.of("usage", "responses", "responses?follow=true")) {
            assertEquals(403, call(user, "GET", "/_glis/apis/private/" + page, "").status());
            assertEquals(404, call(other, "GET", "/_glis/apis/private/" + page, "").status());
        }
    }

    @Test
    void forgetsWhatADeletedApiAnswered() throws Exception {
        // Given an API with a response
        Api api = served("deleted", "GET /pets", 200);

        // When it is deleted
        assertEquals(200, call(operator, "DELETE", "/_glis/apis/deleted", "").status());

        // Then nothing is kept of it
        long series =
                testStore
                        .store()
                        .read(
                                transaction ->
                                        transaction.one(
                                                row -> row.getLong(1),
                                                "SELECT count(*) FROM api_series WHERE api_id = ?",
                                                api.apiId()));
        assertEquals(0, series);
    }

    /** An API that has answered so, one a millisecond. */
    private static Api served(String name, String route, int... statuses) {
        Api api = apis.create(operator.accountId(), name);
        Instant time = CLOCK.instant().minusSeconds(10);
        for (int status : statuses) {
            time = time.plusMillis(1);
            var response =
                    new Served(
                            time,
                            "r" + status,
                            api.accountId(),
                            api.apiId(),
                            "$default",
                            route,
                            "acme",
                            "192.0.2.7",
                            "GET",
                            "/pets",
                            status,
                            7,
                            1_000,
                            new Served.Latency(2_000, 400, 100, 1_000),
                            "",
                            null);
            apiUsage.and(responses).served(response);
        }
        return api;
    }

    private static Principal root(String account) {
        return new Principal(account, "AKID", "arn:aws:iam::" + account + ":root", account);
    }

    @Test
    void consumersSubscribeAndPublishersDecide() throws Exception {
        // Given a publisher's API with a plan, and a consumer in another account
        Principal publisher = root(accounts.create("publisher").account().accountId());
        Principal consumer = root(accounts.create("consumer").account().accountId());
        call(publisher, "POST", "/_glis/apis", "{\"name\":\"pets\"}");
        call(
                publisher,
                "POST",
                "/_glis/plans",
                "{\"name\":\"free\",\"limits\":{\"rate\":{\"perSecond\":2}}}");
        JsonNode made = json(call(consumer, "POST", "/_glis/applications", "{\"name\":\"shop\"}"));
        String client = made.path("clientId").asText();

        // When the publisher shares it, the consumer subscribes and the publisher approves
        call(
                publisher,
                "PUT",
                "/_glis/apis/pets/offer",
                "{\"audience\":\"public\",\"plans\":[\"free\"]}");
        JsonNode wanted =
                json(
                        call(
                                consumer,
                                "POST",
                                "/_glis/subscriptions",
                                "{\"application\":\"shop\",\"api\":\"pets\",\"plan\":\"free\"}"));
        String state = "/_glis/apis/pets/subscribers/" + client + "/state";
        int byConsumer = call(consumer, "PUT", state, "{\"state\":\"active\"}").status();
        JsonNode approved = json(call(publisher, "PUT", state, "{\"state\":\"active\"}"));

        // Then it is so, and only the publisher could do it
        assertEquals("pending", wanted.path("state").asText());
        assertEquals(404, byConsumer);
        assertEquals("active", approved.path("state").asText());
        assertEquals(publisher.arn(), approved.path("decidedBy").asText());
        Client known = clients.find(client).orElseThrow();
        assertTrue(known.verifies(made.path("secret").asText()));
        // And all goes with the API
        call(publisher, "DELETE", "/_glis/apis/pets", "");
        JsonNode left = json(call(consumer, "GET", "/_glis/applications/shop", ""));
        assertEquals(0, left.path("subscriptions").size(), left.toString());
        assertEquals(200, call(publisher, "DELETE", "/_glis/plans/free", "").status());
    }

    @Test
    void applicationsAndPlansNeedRights() throws Exception {
        // Given a user who may do everything with the application 'mine' and the plan 'mine'
        String account = accounts.create("rights").account().accountId();
        for (String name : List.of("mine", "other")) {
            String body = "{\"name\":\"" + name + "\",\"limits\":{}}";
            call(root(account), "POST", "/_glis/plans", body);
        }
        String other =
                json(call(root(account), "POST", "/_glis/applications", "{\"name\":\"other\"}"))
                        .path("clientId")
                        .asText();
        accounts.createUser(account, "dev");
        accounts.putPolicy(
                account,
                "dev",
                "mine",
                """
                {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "glis:*",
                 "Resource": ["arn:aws:glis:us-east-1:*:*/mine"]}]}
                """);
        Principal dev = user(account, "dev");

        // When they use these and others
        var status =
                List.of(
                        call(dev, "POST", "/_glis/applications", "{\"name\":\"mine\"}").status(),
                        call(dev, "POST", "/_glis/applications/mine/secrets", "{}").status(),
                        call(dev, "GET", "/_glis/plans/mine", "").status(),
                        call(dev, "GET", "/_glis/plans/other", "").status(),
                        call(dev, "DELETE", "/_glis/applications/" + other, "").status(),
                        call(dev, "GET", "/_glis/applications", "").status());

        // Then only what the policy names is allowed, also when it is named by its ID
        assertEquals(List.of(201, 201, 200, 403, 403, 403), status);
    }

    private static Principal user(String account, String name) {
        String id =
                accounts.users(account).stream()
                        .filter(user -> user.userName().equals(name))
                        .map(Accounts.User::userId)
                        .findFirst()
                        .orElseThrow();
        String key = accounts.createKey(account, name).accessKeyId();
        return new Principal(account, key, "arn:aws:iam::" + account + ":user/" + name, id);
    }

    private static HttpResponse call(
            Principal principal, String method, String pathAndQuery, String body) throws Exception {
        String[] parts = pathAndQuery.split("\\?", 2);
        var request =
                new HttpRequest(
                        method,
                        parts[0],
                        parts.length == 1 ? "" : parts[1],
                        new Headers(),
                        body.getBytes(StandardCharsets.UTF_8),
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
                        false);
        var responder = new OneAnswer();
        adapter.handle(principal, request, responder);
        return responder.answer.get(10, TimeUnit.SECONDS);
    }

    private static JsonNode json(HttpResponse response) {
        return Json.parse(response.body());
    }

    /** Keeps the answer. */
    private static final class OneAnswer implements HttpResponder {
        final CompletableFuture<HttpResponse> answer = new CompletableFuture<>();

        @Override
        public void send(HttpResponse response) {
            answer.complete(response);
        }

        @Override
        public BodyStream stream(int status, Headers headers) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void onDisconnect(Runnable action) {}
    }

    /** An engine that runs nothing. */
    private static final class CountedEngine implements Engine {
        final Map<String, InstanceCount> counts = new ConcurrentHashMap<>();
        final Map<String, List<InstanceStart>> starts = new ConcurrentHashMap<>();
        final Map<String, Integer> limits = new ConcurrentHashMap<>();

        @Override
        public void invoke(
                Blueprint blueprint, Invocation invocation, InvocationListener listener) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void replace(Blueprint blueprint) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void retire(String workload) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void reserve(String functionArn, String accountId, OptionalInt concurrency) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void limitAccount(String accountId, int concurrency) {
            limits.put(accountId, concurrency);
        }

        @Override
        public void provision(Blueprint blueprint, int instances) {
            throw new UnsupportedOperationException();
        }

        @Override
        public InstanceCount count(String workload) {
            return counts.getOrDefault(workload, new InstanceCount(0, 0, 0, 0));
        }

        @Override
        public Map<String, InstanceCount> counts() {
            return counts;
        }

        @Override
        public Map<String, List<InstanceStart>> starts() {
            return starts;
        }
    }

    /** A machine without any language. */
    private static final class NoRuntimes implements Runtimes {
        @Override
        public Optional<Language> find(String name) {
            return Optional.empty();
        }

        @Override
        public Collection<Language> all() {
            return List.of();
        }
    }
}
