package dev.glis.engine.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.glis.base.Limits;
import dev.glis.engine.Egress;
import dev.glis.engine.PublicAddresses;
import dev.glis.net.testing.TestCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that modules have the server make. */
final class OutboundRequestsTest {
    private TestHttpServer world;

    @BeforeEach
    void start() throws IOException {
        world = new TestHttpServer();
    }

    @AfterEach
    void stop() throws IOException {
        world.close();
    }

    // ---- Where they may go ----

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "2130706433", "0.0.0.0"})
    void thisMachinesLoopbackIsRefused(String host) throws Exception {
        try (var requests = OutboundRequests.ofInternet()) {
            OutboundAnswer answer = get(requests, "http://" + host + ":" + world.port() + "/any");

            assertEquals(OutboundError.DESTINATION_NOT_ALLOWED, answer.error());
            assertEquals(0, world.requests());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0.255.255.255, false",
        "1.0.0.0, true",
        "10.0.0.0, false",
        "10.255.255.255, false",
        "100.64.0.1, false",
        "100.128.0.1, true",
        "127.0.0.1, false",
        "168.63.129.16, false",
        "168.63.129.17, true",
        "169.254.169.254, false",
        "172.15.255.255, true",
        "172.16.0.0, false",
        "172.31.255.255, false",
        "172.32.0.0, true",
        "192.0.0.8, false",
        "192.168.1.1, false",
        "198.18.0.1, false",
        "198.19.255.255, false",
        "203.0.113.5, true",
        "223.255.255.255, true",
        "224.0.0.1, false",
        "255.255.255.255, false",
        "2001:db8::1, false",
        "::ffff:127.0.0.1, false"
    })
    void onlyPublicAddressesOfVersionFourAreAllowed(String address, boolean allowed)
            throws Exception {
        assertEquals(allowed, PublicAddresses.now().test(InetAddress.ofLiteral(address)));
    }

    @Test
    void thisMachinesOwnAddressesAndNeighboursAreRefused() throws Exception {
        for (var network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            for (InetAddress own : Collections.list(network.getInetAddresses())) {
                assertFalse(PublicAddresses.now().test(own), own.toString());
            }
        }
    }

    @Test
    void aNameIsResolvedOnceAndItsCheckedAddressIsUsed() throws Exception {
        var asked = new AtomicInteger();
        OutboundRequests.Names rebinding =
                host ->
                        new InetAddress[] {
                            InetAddress.ofLiteral(
                                    asked.incrementAndGet() == 1 ? "127.0.0.1" : "127.0.0.2")
                        };
        OutboundRequests.Reach onlyOne =
                () -> address -> address.getHostAddress().equals("127.0.0.1");
        try (var requests = new OutboundRequests(rebinding, onlyOne, tls())) {
            OutboundAnswer first = get(requests, "http://any.example:" + world.port() + "/");
            OutboundAnswer second = get(requests, "http://any.example:" + world.port() + "/");

            assertEquals(OutboundError.SUCCESS, first.error());
            assertEquals(OutboundError.DESTINATION_NOT_ALLOWED, second.error());
            assertEquals(2, asked.get());
            assertEquals(1, world.requests());
        }
    }

    // ---- What they may say ----

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET | ftp://127.0.0.1/ | '' | INVALID_URL",
                "GET | 127.0.0.1 | '' | INVALID_URL",
                "GET | http://me:secret@127.0.0.1/ | '' | INVALID_URL",
                "GET | http://[::1]/ | '' | INVALID_URL",
                "GET | http://127.0.0.1:99999/ | '' | INVALID_URL",
                "GET | 'http://127.0.0.1/a b' | '' | INVALID_URL",
                "CONNECT | http://127.0.0.1/ | '' | INVALID_METHOD",
                "'GET / HTTP/1.1\r\nX:' | http://127.0.0.1/ | '' | INVALID_METHOD",
                "GET | http://127.0.0.1/ | 'Host: other' | INVALID_ENCODING",
                "GET | http://127.0.0.1/ | 'Transfer-Encoding:chunked' | INVALID_ENCODING",
                "GET | http://127.0.0.1/ | 'a b:c' | INVALID_ENCODING",
                "GET | http://127.0.0.1/ | 'a:b\rc' | INVALID_ENCODING",
                "GET | http://127.0.0.1/ | 'no colon' | INVALID_ENCODING"
            })
    void whatCouldBeTakenForSomethingElseIsNotSent(
            String method, String url, String headers, OutboundError error) throws Exception {
        try (var requests = toLoopback()) {
            var request =
                    new OutboundRequest(
                            url,
                            method.translateEscapes(),
                            headers.translateEscapes(),
                            new byte[0]);

            assertEquals(error, send(requests, request).error());
        }
    }

    // ---- What comes back ----

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/chunks | SUCCESS | abcde",
                "/until-end | SUCCESS | all of it",
                "/short | REQUEST_ERROR | ''",
                "/nonsense | REQUEST_ERROR | ''",
                "/negative | REQUEST_ERROR | ''",
                "/headers | REQUEST_ERROR | ''",
                "/huge | RUNTIME_ERROR | ''"
            })
    void answersAreReadWithinLimits(String path, OutboundError error, String body)
            throws Exception {
        try (var requests = toLoopback()) {
            OutboundAnswer answer = get(requests, world.url(path));

            assertEquals(error, answer.error());
            assertEquals(body, new String(answer.body(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void nobodyMakesMoreAtOnceThanItsShare() throws Exception {
        try (var requests = toLoopback()) {
            var group = requests.group();
            var greedy = group.of(Egress.INTERNET);
            var waiting = new ArrayList<CompletableFuture<OutboundAnswer>>();
            for (int i = 0; i < Limits.WASM_HTTP_ACCOUNT_AT_ONCE.value(); i++) {
                waiting.add(greedy.send(request(world.url("/never"))));
            }

            OutboundAnswer beyond = greedy.send(request(world.url("/any"))).get();
            OutboundAnswer other = get(requests, world.url("/any"));

            assertEquals(OutboundError.TOO_MANY_SESSIONS, beyond.error());
            assertEquals(OutboundError.SUCCESS, other.error());
            waiting.forEach(each -> each.cancel(true));
            world.awaitHangUp();
        }
    }

    // ---- TLS ----

    @Test
    void certificatesMustBeTrustedAndOfTheName(@TempDir Path folder) throws Exception {
        SSLContext tls = TestCertificate.make(folder, "dns:localhost").context();
        try (var secure = new TestHttpServer(tls.getServerSocketFactory().createServerSocket(0));
                var trusting = toLoopback(tls.getSocketFactory());
                var others = toLoopback()) {
            String port = ":" + secure.port() + "/";

            OutboundAnswer trusted = get(trusting, "https://localhost" + port);
            OutboundAnswer wrongName = get(trusting, "https://127.0.0.1" + port);
            OutboundAnswer unknown = get(others, "https://localhost" + port);

            assertEquals(
                    List.of(OutboundError.SUCCESS, 201),
                    List.of(trusted.error(), trusted.status()));
            assertEquals(OutboundError.REQUEST_ERROR, wrongName.error());
            assertEquals(OutboundError.REQUEST_ERROR, unknown.error());
        }
    }

    // ---- Requests ----

    private static SSLSocketFactory tls() {
        return (SSLSocketFactory) SSLSocketFactory.getDefault();
    }

    private static OutboundRequests toLoopback() {
        return toLoopback(tls());
    }

    private static OutboundRequests toLoopback(SSLSocketFactory tls) {
        return new OutboundRequests(
                InetAddress::getAllByName, () -> InetAddress::isLoopbackAddress, tls);
    }

    private static OutboundRequest request(String url) {
        return new OutboundRequest(url, "GET", "", new byte[0]);
    }

    private static OutboundAnswer get(OutboundRequests requests, String url) throws Exception {
        return send(requests, request(url));
    }

    private static OutboundAnswer send(OutboundRequests requests, OutboundRequest request)
            throws Exception {
        return requests.group().of(Egress.INTERNET).send(request).get(30, TimeUnit.SECONDS);
    }
}
