package dev.glis.wire.lambda;

import dev.glis.accounts.Principal;
import dev.glis.accounts.StoredAccounts;
import dev.glis.base.Ids;
import dev.glis.functions.Invoker;
import dev.glis.functions.QueuedInvocations;
import dev.glis.functions.RetryDelays;
import dev.glis.functions.testing.ControlFixture;
import dev.glis.functions.testing.ForgetfulMeter;
import dev.glis.functions.testing.RecordedResponse;
import dev.glis.net.Headers;
import dev.glis.net.HttpRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** The Lambda API on a control plane with a real store, called without sockets. */
final class WireFixture implements AutoCloseable {
    static final Principal ROOT = root(ControlFixture.ACCOUNT);

    private final ControlFixture control = new ControlFixture();
    private final StoredAccounts accounts;
    private final QueuedInvocations queue;
    private final CodeLinks links;
    private final LambdaAdapter adapter;

    WireFixture() {
        var ids = new Ids(control.clock());
        control.store()
                .store()
                .migrate(List.of(StoredAccounts.MIGRATIONS, QueuedInvocations.MIGRATIONS));
        accounts =
                new StoredAccounts(
                        control.store().store(),
                        control.store().folder().resolve("secrets.key"),
                        ids,
                        control.clock());
        queue =
                new QueuedInvocations(
                        control.store().store(),
                        control.control().catalog(),
                        control.engine(),
                        RetryDelays.LAMBDA,
                        ids,
                        control.clock(),
                        (delayMs, action) -> () -> {},
                        Runnable::run);
        var invoker =
                new Invoker(
                        control.control().catalog(),
                        control.engine(),
                        accounts.authorizer(),
                        queue,
                        new ForgetfulMeter(),
                        control.clock(),
                        Runnable::run);
        links = new CodeLinks(control.control().functions(), control.clock(), Runnable::run);
        adapter =
                new LambdaAdapter(
                        control.control(),
                        invoker,
                        accounts.authorizer(),
                        links,
                        id -> "http://" + id + ".lambda-url.localhost:8080/",
                        ids,
                        Runnable::run);
    }

    static Principal root(String account) {
        return new Principal(account, "AKIAROOT", "arn:aws:iam::" + account + ":root", account);
    }

    /** A principal that has only what its policy allows. */
    Principal user(String name, String policy) {
        accounts.bootstrap();
        String account = accounts.create("tenant-of-" + name).account().accountId();
        accounts.createUser(account, name);
        accounts.putPolicy(account, name, "only", policy);
        String key = accounts.createKey(account, name).accessKeyId();
        return new Principal(
                account, key, "arn:aws:iam::" + account + ":user/" + name, "AIDA" + name);
    }

    ControlFixture control() {
        return control;
    }

    RecordedResponse call(String method, String path, String body) {
        return call(ROOT, method, path, body);
    }

    RecordedResponse call(Principal principal, String method, String path, String body) {
        var sent = new RecordedResponse();
        adapter.handle(principal, request(method, path, body), sent);
        return sent.await();
    }

    /** Follows a link to code. */
    RecordedResponse download(String link) {
        var sent = new RecordedResponse();
        links.handle(request("GET", link.substring(link.indexOf("/_glis/")), ""), sent);
        return sent.await();
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    @Override
    public void close() {
        queue.close();
        accounts.close();
        control.close();
    }

    private static HttpRequest request(String method, String path, String body) {
        int question = path.indexOf('?');
        return new HttpRequest(
                method,
                question < 0 ? path : path.substring(0, question),
                question < 0 ? "" : path.substring(question + 1),
                Headers.of("Host", "localhost:4566"),
                body.getBytes(StandardCharsets.UTF_8),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000),
                false);
    }
}
