package dev.glis.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.accounts.Accounts.AccessKey;
import dev.glis.accounts.RequestSigner;
import dev.glis.accounts.StoredAccounts;
import dev.glis.base.Clock;
import dev.glis.base.Ids;
import dev.glis.net.Headers;
import dev.glis.net.HttpRequest;
import dev.glis.net.HttpResponder;
import dev.glis.net.HttpResponse;
import dev.glis.store.testing.TestStore;
import dev.glis.wire.sts.StsAdapter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The front door with real accounts on a real store, and STS behind it. */
final class ApiFrontTest {
    private static final String WHO_AM_I = "Action=GetCallerIdentity&Version=2011-06-15";
    private static final String FORM = "application/x-www-form-urlencoded; charset=utf-8";

    private static final Clock CLOCK = Clock.system();
    private static final ExecutorService VIRTUAL = Executors.newVirtualThreadPerTaskExecutor();
    private static TestStore testStore;
    private static StoredAccounts accounts;
    private static ApiFront front;
    private static AccessKey root;

    @BeforeAll
    static void open() {
        testStore = TestStore.open(StoredAccounts.MIGRATIONS);
        var ids = new Ids(CLOCK);
        accounts =
                new StoredAccounts(
                        testStore.store(), testStore.folder().resolve("secrets.key"), ids, CLOCK);
        root = accounts.bootstrap().orElseThrow();
        front =
                new ApiFront(
                        accounts.authenticator("us-east-1", Set.of("sts")),
                        List.of(new StsAdapter(ids)),
                        ids,
                        VIRTUAL);
    }

    @AfterAll
    static void close() {
        accounts.close();
        testStore.close();
        VIRTUAL.close();
    }

    @Test
    void tellsCallersWhoTheyAre() throws Exception {
        HttpResponse response = call(signed(root, WHO_AM_I));

        assertEquals(200, response.status());
        assertTrue(text(response).contains("<Arn>arn:aws:iam::000000000000:root</Arn>"));
        assertTrue(text(response).contains("<Account>000000000000</Account>"));
        assertNotNull(response.headers().get("x-amzn-RequestId"));
    }

    @Test
    void tellsUsersWhoTheyAreWithoutAnyPolicy() throws Exception {
        accounts.createUser(root.accountId(), "alice");
        AccessKey alice = accounts.createKey(root.accountId(), "alice");

        HttpResponse response = call(signed(alice, WHO_AM_I));

        assertTrue(text(response).contains("<Arn>arn:aws:iam::000000000000:user/alice</Arn>"));
        assertTrue(text(response).contains("<UserId>AIDA"));
    }

    @Test
    void refusesOtherActionsInStsForm() throws Exception {
        HttpResponse response = call(signed(root, "Action=AssumeRole&Version=2011-06-15"));

        assertEquals(400, response.status());
        assertTrue(text(response).contains("<Code>InvalidAction</Code>"), text(response));
        assertTrue(text(response).contains("Could not find operation AssumeRole"));
    }

    @Test
    void refusesUnsignedRequestsInTheFormOfWhoClaimsThem() throws Exception {
        HttpResponse sts = call(request("POST", "/", WHO_AM_I, "Content-Type", FORM));
        HttpResponse nobody = call(request("GET", "/bucket/key", ""));

        assertEquals(403, sts.status());
        assertTrue(text(sts).contains("<Code>MissingAuthenticationToken</Code>"));
        assertEquals(403, nobody.status());
        assertTrue(text(nobody).contains("\"code\":\"missing-authentication-token\""));
        assertNotNull(nobody.headers().get("x-amzn-RequestId"));
    }

    @Test
    void refusesAWrongSecretAndAnUnknownKey() throws Exception {
        var wrongSecret = new AccessKey(root.accountId(), root.accessKeyId(), "x".repeat(40));
        var unknown = new AccessKey(root.accountId(), "AKIAAAAAAAAAAAAAAAAA", "x".repeat(40));

        HttpResponse mismatch = call(signed(wrongSecret, WHO_AM_I));
        HttpResponse invalid = call(signed(unknown, WHO_AM_I));

        assertEquals(403, mismatch.status());
        assertTrue(text(mismatch).contains("<Code>SignatureDoesNotMatch</Code>"));
        assertEquals(403, invalid.status());
        assertTrue(text(invalid).contains("<Code>InvalidClientTokenId</Code>"));
    }

    @Test
    void refusesADeletedKeyAtOnce() throws Exception {
        AccessKey key = accounts.create("short-lived").key();
        int before = call(signed(key, WHO_AM_I)).status();

        accounts.deleteKey(key.accountId(), key.accessKeyId());

        assertEquals(200, before);
        assertEquals(403, call(signed(key, WHO_AM_I)).status());
    }

    @Test
    void saysThatItIsReadyToAnybody() throws Exception {
        HttpResponse ready = call(request("GET", "/_glis/health", ""));

        assertEquals(200, ready.status());
        assertEquals("{\"status\":\"ready\"}", text(ready));
    }

    private static HttpRequest signed(AccessKey key, String form) {
        return new RequestSigner(key.accessKeyId(), key.secretAccessKey(), "us-east-1")
                .sign(
                        CLOCK.instant(),
                        "sts",
                        "POST",
                        "/",
                        form.getBytes(StandardCharsets.UTF_8),
                        "Content-Type",
                        FORM);
    }

    private static HttpRequest request(
            String method, String target, String body, String... headers) {
        return RequestSigner.request(
                method,
                target,
                Headers.of(headers).add("Host", "localhost"),
                body.getBytes(StandardCharsets.UTF_8));
    }

    private static HttpResponse call(HttpRequest request) throws Exception {
        var answer = new CompletableFuture<HttpResponse>();
        front.handle(request, new OneAnswer(answer));
        return answer.get(10, TimeUnit.SECONDS);
    }

    private static String text(HttpResponse response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    /** Takes one whole answer. */
    private record OneAnswer(CompletableFuture<HttpResponse> answer) implements HttpResponder {
        @Override
        public void send(HttpResponse response) {
            answer.complete(response);
        }

        @Override
        public BodyStream stream(int status, Headers headers) {
            throw new AssertionError("nobody streams here");
        }

        @Override
        public void onDisconnect(Runnable action) {}
    }
}
