package dev.glis.wire.portal;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.accounts.Accounts.AccessKey;
import dev.glis.accounts.Accounts.NewAccount;
import dev.glis.accounts.StoredAccounts;
import dev.glis.apis.Apis;
import dev.glis.apis.DefinitionJson;
import dev.glis.apis.Stage;
import dev.glis.apis.Storefront;
import dev.glis.apis.clients.ClientControl;
import dev.glis.apis.clients.Clients;
import dev.glis.apis.clients.Offer;
import dev.glis.apis.clients.Plan;
import dev.glis.apis.clients.Rate;
import dev.glis.apis.usage.ApiUsage;
import dev.glis.apis.usage.ResponseLog;
import dev.glis.apis.usage.ResponseLogSettings;
import dev.glis.base.Clock;
import dev.glis.base.Ids;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import dev.glis.base.SystemTimers;
import dev.glis.functions.testing.RecordedResponse;
import dev.glis.net.Headers;
import dev.glis.net.HttpRequest;
import dev.glis.net.HttpResponse;
import dev.glis.store.testing.TestStore;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The portal with real services on a real store, without sockets. */
final class PortalHandlerTest {
    private static final Clock CLOCK = Clock.system();
    private static final ExecutorService VIRTUAL = Executors.newVirtualThreadPerTaskExecutor();
    private static final String HOST = "portal.localhost";
    private static final String ORIGIN = "http://portal.localhost:8080";
    private static final String HOSTILE = "<script>alert(1)</script>";

    private static TestStore testStore;
    private static StoredAccounts accounts;
    private static SystemTimers timers;
    private static Apis apis;
    private static Clients clients;
    private static ClientControl control;
    private static ApiUsage usage;
    private static ResponseLog responses;
    private static PortalHandler portal;
    private static AccessKey publisher;
    private static AccessKey consumer;
    private static AccessKey stranger;
    private static volatile @Nullable HttpRequest passed;

    @BeforeAll
    static void open() {
        testStore =
                TestStore.open(
                        StoredAccounts.MIGRATIONS,
                        Apis.MIGRATIONS,
                        Clients.MIGRATIONS,
                        ApiUsage.MIGRATIONS);
        var ids = new Ids(CLOCK);
        var store = testStore.store();
        timers = new SystemTimers();
        accounts = new StoredAccounts(store, testStore.folder().resolve("secrets.key"), ids, CLOCK);
        publisher = accounts.bootstrap().orElseThrow();
        consumer = accounts.create("consumer").key();
        stranger = accounts.create("stranger").key();
        apis = new Apis(store, ids, CLOCK);
        clients = new Clients(store, ids, CLOCK);
        control = ClientControl.of(store, clients, apis::published, ids, CLOCK);
        usage = new ApiUsage(store, CLOCK, timers, ids, VIRTUAL);
        responses =
                new ResponseLog(
                        store, (_, _, _) -> ResponseLogSettings.USUAL, CLOCK, timers, ids, VIRTUAL);
        portal =
                new PortalHandler(
                        new PortalSettings(
                                HOST,
                                "Developers",
                                "help@example.org",
                                "us-east-1",
                                api -> "http://" + api.label() + ".localhost:8080/"),
                        new PortalServices(
                                accounts.sessions(),
                                accounts.authorizer(),
                                apis,
                                new Storefront(store),
                                control,
                                usage,
                                responses),
                        CLOCK,
                        timers,
                        VIRTUAL,
                        (request, responder) -> {
                            passed = request;
                            var answer = HttpResponse.of(200, "text/html", new byte[] {'x'});
                            answer.headers().add("Set-Cookie", "portal=stolen");
                            answer.headers().add("Clear-Site-Data", "*");
                            responder.send(answer);
                        });
        control.plans()
                .create(
                        publisher.accountId(),
                        "free",
                        new Plan.Terms(new Rate(5, 10), null, Map.of()));
        publish("open", Offer.Audience.PUBLIC, "Open to **all**. " + HOSTILE);
        publish("shared", Offer.Audience.NAMED, "For one.");
        publish("hidden", Offer.Audience.PRIVATE, "For nobody.");
    }

    private static void publish(String name, Offer.Audience audience, String description) {
        String account = publisher.accountId();
        apis.create(
                account,
                name,
                DefinitionJson.settings(Json.object().put("description", description)));
        apis.putRoute(
                account,
                name,
                DefinitionJson.route(
                        Json.parse(
                                """
                                {"route": "GET /pets/{id}", "backend": {"mock": {"status": 200}},
                                 "access": "client-secret"}
                                """)));
        apis.deploy(account, name, Stage.DEFAULT, "");
        control.subscriptions()
                .offer(
                        account,
                        name,
                        new Offer(
                                audience,
                                audience == Offer.Audience.NAMED
                                        ? Set.of(consumer.accountId())
                                        : Set.of(),
                                false,
                                Set.of("free"),
                                new Offer.TermsOfUse("7", "Be kind. " + HOSTILE)),
                        "publisher");
    }

    @AfterAll
    static void close() {
        responses.close();
        usage.close();
        clients.close();
        apis.close();
        accounts.close();
        timers.close();
        testStore.close();
    }

    // ---- who sees what

    @Test
    void eachSeesWhatIsOfferedToHim() {
        String nobody = get("/", null).text();
        String named = get("/", signIn(consumer)).text();
        String other = get("/", signIn(stranger)).text();
        String own = get("/", signIn(publisher)).text();

        assertAll(
                () -> assertEquals(List.of(true, false, false), shows(nobody)),
                () -> assertEquals(List.of(true, true, false), shows(named)),
                () -> assertEquals(List.of(true, false, false), shows(other)),
                () -> assertEquals(List.of(true, true, true), shows(own)));
    }

    private static List<Boolean> shows(String page) {
        return List.of(
                page.contains("href=\"/apis/open\""),
                page.contains("href=\"/apis/shared\""),
                page.contains("href=\"/apis/hidden\""));
    }

    @Test
    void whatIsNotOfferedDoesNotExist() {
        String cookie = signIn(stranger);
        String missing = get("/apis/no-such-api", cookie).text();

        for (String api : List.of("shared", "hidden", apis.get(account(), "shared").apiId())) {
            for (String page :
                    List.of("", "/operation?method=GET&path=/pets/{id}", "/openapi.json")) {
                RecordedResponse answer = get("/apis/" + api + page, cookie);
                assertEquals(404, answer.status(), api + page);
                assertEquals(missing, answer.text(), api + page);
            }
            assertEquals(404, post("/apis/" + api + "/subscribe", cookie, "").status());
            assertEquals(404, get("/apis/" + api, null).status());
        }
    }

    @Test
    void aWebSocketApiIsShownWithoutOperations() {
        String account = publisher.accountId();
        apis.create(
                account,
                "chat",
                DefinitionJson.settings(Json.object().put("description", "Talk.")),
                "$request.body.action");
        apis.deploy(account, "chat", Stage.DEFAULT, "");

        RecordedResponse page = get("/apis/chat", signIn(publisher));

        assertEquals(200, page.status());
        assertTrue(page.text().contains("Talk.") && page.text().contains("by WebSocket"));
        assertFalse(page.text().contains("openapi.json"));
    }

    @Test
    void searchFindsNamesAndDescriptions() {
        assertEquals(List.of(true, false, false), shows(get("/?q=OPEN+to", null).text()));
        assertEquals(List.of(false, false, false), shows(get("/?q=%25", null).text()));
    }

    @Test
    void documentationIsReadWithoutSigningIn() {
        String page = get("/apis/open", null).text();
        RecordedResponse operation =
                get("/apis/open/operation?method=GET&path=%2Fpets%2F%7Bid%7D", null);
        String document = get("/apis/open/openapi.json", null).text();

        assertTrue(page.contains("Open to <strong>all</strong>"), page);
        assertTrue(page.contains("5 requests a second, 10 at once"), page);
        assertEquals(200, operation.status());
        assertTrue(operation.text().contains("X-Client-Secret"), operation.text());
        assertTrue(document.contains("/pets/{id}") && !document.contains("mock"), document);
    }

    @Test
    void noPageTakesTextForHtml() {
        String cookie = signIn(consumer);
        for (String page :
                List.of(
                        "/",
                        "/?q=" + Links.encode(HOSTILE + "\""),
                        "/apis/open",
                        "/apis/" + Links.encode(HOSTILE),
                        "/apis/open/operation?method=GET&path=" + Links.encode(HOSTILE),
                        "/sign-in?next=" + Links.encode("javascript:alert(1)"),
                        "/applications?done=" + Links.encode(HOSTILE))) {
            String text = get(page, cookie).text();
            assertFalse(text.contains("<script>"), page);
            assertFalse(text.contains("javascript:"), page);
        }
        String refused =
                post("/applications", cookie, "name=" + Links.encode("\"" + HOSTILE)).text();
        assertFalse(refused.contains("<script>"), refused);
        assertTrue(refused.contains("href=\"#name\""), refused);
    }

    // ---- signing in

    @Test
    void theCookieIsForNobodyElse() {
        RecordedResponse plain = attempt(consumer, ORIGIN, false);
        RecordedResponse secure = attempt(consumer, "https://portal.localhost:8080", true);

        String ofPlain = plain.headers().get("Set-Cookie", "");
        String ofSecure = secure.headers().get("Set-Cookie", "");
        assertTrue(
                ofPlain.matches("portal=[A-Za-z0-9]{43}; Path=/; HttpOnly; SameSite=Strict"),
                ofPlain);
        assertTrue(
                ofSecure.matches(
                        "__Host-portal=[A-Za-z0-9]{43}; Path=/; HttpOnly; SameSite=Strict; Secure"),
                ofSecure);
    }

    @Test
    void unknownKeysAndWrongSecretsAreAnsweredAlike() {
        long begun = System.nanoTime();
        RecordedResponse unknown = post("/sign-in", null, "key=AKIA0000000000000000&secret=wrong");
        RecordedResponse wrong =
                post("/sign-in", null, "key=" + stranger.accessKeyId() + "&secret=wrong");
        long tookMs = (System.nanoTime() - begun) / 1_000_000;

        assertEquals(
                unknown.text().replace("AKIA0000000000000000", ""),
                wrong.text().replace(stranger.accessKeyId(), ""));
        assertEquals(List.of(422, 422), List.of(unknown.status(), wrong.status()));
        assertNull(wrong.headers().get("Set-Cookie"));
        assertTrue(tookMs >= 2 * Limits.PORTAL_SIGN_IN_MS.value() - 20, "took " + tookMs);
    }

    @Test
    void oneIsSentBackToWhereOneCameFrom() {
        String next = get("/applications?done=x", null).headers().get("Location", "");
        assertEquals("/sign-in?next=%2Fapplications%3Fdone%3Dx", next);
        for (String elsewhere : List.of("//evil.example/", "https://evil.example/", "/\\evil")) {
            RecordedResponse answer =
                    post(
                            "/sign-in",
                            null,
                            "key="
                                    + consumer.accessKeyId()
                                    + "&secret="
                                    + consumer.secretAccessKey()
                                    + "&next="
                                    + Links.encode(elsewhere));
            assertEquals("/", answer.headers().get("Location"), elsewhere);
        }
    }

    @Test
    void signingOutEndsTheSession() {
        String cookie = signIn(consumer);
        assertEquals(200, get("/applications", cookie).status());

        RecordedResponse out = post("/sign-out", cookie, "");

        assertTrue(out.headers().get("Set-Cookie", "").contains("Max-Age=0"));
        assertEquals(303, get("/applications", cookie).status());
    }

    @Test
    void formsOfOtherSitesAreRefused() {
        String cookie = signIn(consumer);
        for (String origin :
                List.of(
                        "http://evil.localhost:8080",
                        "http://portal.localhost:9090",
                        "http://portal.localhost",
                        "null",
                        "")) {
            RecordedResponse answer =
                    send("POST", "/applications", cookie, "name=forged", origin, false);
            assertEquals(403, answer.status(), origin);
        }
        assertFalse(get("/applications", cookie).text().contains("forged"));
    }

    @Test
    void allAnswersAreGuarded() {
        for (String page : List.of("/", "/apis/none", "/applications", "/sign-in")) {
            Headers headers = get(page, null).headers();
            String policy = headers.get("Content-Security-Policy", "");
            assertTrue(policy.startsWith("default-src 'none'"), page);
            assertFalse(policy.contains("unsafe"), page);
            assertTrue(policy.contains("frame-ancestors 'none'"), page);
            assertEquals("nosniff", headers.get("X-Content-Type-Options"), page);
            assertEquals("same-origin", headers.get("Referrer-Policy"), page);
            assertEquals("no-store", headers.get("Cache-Control"), page);
        }
    }

    @Test
    void filesAreKeptForGood() {
        String page = get("/", null).text();
        String path = page.replaceAll("(?s).*rel=\"stylesheet\" href=\"([^\"]+)\".*", "$1");

        RecordedResponse style = get(path, null);

        assertEquals(200, style.status());
        assertEquals("public, max-age=31536000, immutable", style.headers().get("Cache-Control"));
        assertEquals("text/css; charset=utf-8", style.headers().get("Content-Type"));
    }

    // ---- trying

    @Test
    void apisAreReachedByTheScriptOnly() {
        passed = null;
        RecordedResponse link = get("/_apis/open/$default/", signIn(consumer));

        assertEquals(404, link.status());
        assertNull(passed);
    }

    @Test
    void cookiesDoNotPassToApisOrFromThem() {
        var headers =
                Headers.of(
                        "Host",
                        HOST + ":8080",
                        "Cookie",
                        signIn(consumer),
                        "Origin",
                        ORIGIN,
                        "X-Client-Id",
                        "c",
                        "X-Portal-Try",
                        "1");
        var response = new RecordedResponse();
        portal.handle(request("GET", "/_apis/open/$default/", headers, "", false), response);

        Headers seen = Objects.requireNonNull(passed).headers();
        assertNull(seen.get("Cookie"));
        assertNull(seen.get("Origin"));
        assertNull(seen.get("X-Portal-Try"));
        assertEquals("c", seen.get("X-Client-Id"));
        assertNull(response.headers().get("Set-Cookie"));
        assertNull(response.headers().get("Clear-Site-Data"));
        assertEquals("sandbox", response.headers().get("Content-Security-Policy"));
    }

    @Test
    void otherHostsAreNotThePortals() {
        var headers = Headers.of("Host", "open.localhost:8080");
        var response = new RecordedResponse();
        portal.handle(request("GET", "/applications", headers, "", false), response);

        assertEquals("x", response.text());
    }

    // ---- subscribing

    @Test
    void aSubscriptionNeedsTheTermsAndTheApproval() {
        String cookie = signIn(consumer);
        RecordedResponse made = post("/applications", cookie, "name=shop");
        String clientId = made.text().replaceAll("(?s).*/applications/([a-z0-9]+)\".*", "$1");
        assertTrue(made.text().matches("(?s).*id=\"secret\">[A-Za-z0-9]{43}<.*"), made.text());

        String wanted = "application=" + clientId + "&plan=free";
        RecordedResponse without = post("/apis/open/subscribe", cookie, wanted);
        RecordedResponse with = post("/apis/open/subscribe", cookie, wanted + "&terms=7");
        String waiting = get("/applications/" + clientId, cookie).text();
        String own = signIn(publisher);
        String apiId = apis.get(account(), "open").apiId();
        RecordedResponse approved =
                post("/publishing/" + apiId + "/subscribers/" + clientId + "/approve", own, "");
        String active = get("/applications/" + clientId, cookie).text();

        assertEquals(422, without.status());
        assertTrue(without.text().contains("href=\"#terms\""), without.text());
        assertEquals(303, with.status());
        assertTrue(waiting.contains("waiting for approval"), waiting);
        assertEquals(303, approved.status());
        assertTrue(active.contains("badge good\">active"), active);
    }

    @Test
    void applicationsOfOthersDoNotExist() {
        String clientId =
                control.applications()
                        .create(consumer.accountId(), "private-app")
                        .application()
                        .clientId();
        String cookie = signIn(stranger);

        assertEquals(404, get("/applications/" + clientId, cookie).status());
        assertEquals(404, get("/applications/" + clientId + "/usage?api=x", cookie).status());
        assertEquals(404, get("/applications/" + clientId + "/logs?api=x", cookie).status());
        assertEquals(404, post("/applications/" + clientId + "/delete", cookie, "").status());
        assertEquals(404, post("/applications/" + clientId + "/secrets", cookie, "").status());
        String apiId = apis.get(account(), "open").apiId();
        assertEquals(404, get("/publishing/" + apiId, cookie).status());
        assertEquals(
                404,
                post("/publishing/" + apiId + "/subscribers/" + clientId + "/approve", cookie, "")
                        .status());
    }

    @Test
    void usersMayDoWhatPoliciesAllow() {
        NewAccount account = accounts.create("with-users");
        String accountId = account.account().accountId();
        accounts.createUser(accountId, "reader");
        accounts.putPolicy(
                accountId,
                "reader",
                "read",
                """
                {"Version": "2012-10-17", "Statement":
                  {"Effect": "Allow", "Action": "glis:ListApplications", "Resource": "*"}}
                """);
        String cookie = signIn(accounts.createKey(accountId, "reader"));

        assertEquals(200, get("/applications", cookie).status());
        assertEquals(422, post("/applications", cookie, "name=not-allowed").status());
        assertEquals(403, get("/publishing", cookie).status());
        assertTrue(control.applications().list(accountId).isEmpty());
    }

    // ---- requests

    private static String account() {
        return publisher.accountId();
    }

    private static String signIn(AccessKey key) {
        String cookie = attempt(key, ORIGIN, false).headers().get("Set-Cookie");
        assertNotNull(cookie);
        return cookie.substring(0, cookie.indexOf(';'));
    }

    private static RecordedResponse attempt(AccessKey key, String origin, boolean secure) {
        String form = "key=" + key.accessKeyId() + "&secret=" + key.secretAccessKey();
        return send("POST", "/sign-in", null, form, origin, secure);
    }

    private static RecordedResponse get(String target, @Nullable String cookie) {
        return send("GET", target, cookie, "", "", false);
    }

    private static RecordedResponse post(String target, @Nullable String cookie, String form) {
        return send("POST", target, cookie, form, ORIGIN, false);
    }

    private static RecordedResponse send(
            String method,
            String target,
            @Nullable String cookie,
            String form,
            String origin,
            boolean secure) {
        var headers = Headers.of("Host", HOST + ":8080");
        if (cookie != null) {
            headers.add("Cookie", cookie);
        }
        if (!origin.isEmpty()) {
            headers.add("Origin", origin);
        }
        var response = new RecordedResponse();
        portal.handle(request(method, target, headers, form, secure), response);
        return response.await();
    }

    private static HttpRequest request(
            String method, String target, Headers headers, String body, boolean secure) {
        int question = target.indexOf('?');
        return new HttpRequest(
                method,
                question < 0 ? target : target.substring(0, question),
                question < 0 ? "" : target.substring(question + 1),
                headers,
                body.getBytes(StandardCharsets.UTF_8),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 4_000),
                secure);
    }
}
