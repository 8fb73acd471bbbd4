package dev.glis.wire.apigatewayv2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glis.accounts.Principal;
import dev.glis.accounts.StoredAccounts;
import dev.glis.apis.ApiDocuments;
import dev.glis.apis.ApiParts;
import dev.glis.apis.Apis;
import dev.glis.base.Clock;
import dev.glis.base.Ids;
import dev.glis.base.Json;
import dev.glis.functions.testing.RecordedResponse;
import dev.glis.net.Headers;
import dev.glis.net.HttpRequest;
import dev.glis.store.testing.TestStore;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;

/** The control API on the real store, called without sockets. */
abstract class ControlApiFixture {
    static final Clock CLOCK = Clock.system();
    static final String ACCOUNT = "123456789012";
    static final Principal ROOT = root(ACCOUNT);
    static final String FUNCTION = "arn:aws:lambda:us-east-1:" + ACCOUNT + ":function:hello";
    static final String SERVER = "http://backend.example/x";

    final TestStore store = TestStore.open(Apis.MIGRATIONS, StoredAccounts.MIGRATIONS);
    final Ids ids = new Ids(CLOCK);
    final Apis apis = new Apis(store.store(), ids, CLOCK);
    final StoredAccounts accounts =
            new StoredAccounts(store.store(), store.folder().resolve("secrets.key"), ids, CLOCK);
    final ApiParts parts = new ApiParts(apis, ids, CLOCK);
    final ApiGatewayAdapter adapter =
            new ApiGatewayAdapter(
                    parts,
                    new ApiDocuments(parts, apis, ids, CLOCK),
                    accounts.authorizer(),
                    "us-east-1",
                    api -> "http://" + api.apiId() + ".localhost:8080/",
                    ids,
                    Runnable::run);

    static Principal root(String account) {
        return new Principal(account, "AKIAROOT", "arn:aws:iam::" + account + ":root", account);
    }

    @AfterEach
    void close() {
        apis.close();
        accounts.close();
        store.close();
    }

    JsonNode ok(int status, String method, String path, String body) {
        RecordedResponse answer = send(ROOT, method, path, body);
        assertEquals(status, answer.status(), answer.text());
        return answer.text().isEmpty() ? Json.object() : Json.parse(answer.text());
    }

    JsonNode call(Principal principal, String method, String path, String body) {
        return Json.parse(send(principal, method, path, body).text());
    }

    void refused(int status, String error, String method, String path, String body) {
        RecordedResponse answer = send(ROOT, method, path, body);
        assertEquals(status, answer.status(), body + answer.text());
        assertEquals(error, answer.headers().get("x-amzn-ErrorType"), answer.text());
        assertFalse(Json.parse(answer.text()).path("message").asText().isEmpty());
    }

    RecordedResponse send(Principal principal, String method, String path, String body) {
        var sent = new RecordedResponse();
        int question = path.indexOf('?');
        adapter.handle(
                principal,
                new HttpRequest(
                        method,
                        question < 0 ? path : path.substring(0, question),
                        question < 0 ? "" : path.substring(question + 1),
                        Headers.of("Host", "localhost:4566"),
                        body.getBytes(StandardCharsets.UTF_8),
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000),
                        false),
                sent);
        return sent.await();
    }
}
