package dev.glis.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.base.Clock;
import dev.glis.net.testing.TestCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The listener that picks its identity by the name a client asks for. */
final class ServerNamesTest {
    private static final EventLoops LOOPS = new EventLoops(1);
    private static final Map<String, TlsIdentity> IDENTITIES = new ConcurrentHashMap<>();

    @TempDir private static Path folder;
    private static TestCertificate shop;
    private static TestCertificate server;
    private static HttpListener strict;
    private static HttpListener lenient;

    private static final ServerNames NAMES =
            new ServerNames() {
                @Override
                public CompletableFuture<Optional<TlsIdentity>> identity(String host) {
                    return CompletableFuture.supplyAsync(
                            () -> Optional.ofNullable(IDENTITIES.get(host)));
                }

                @Override
                public boolean isOwned(String host) {
                    return IDENTITIES.containsKey(host);
                }
            };

    @BeforeAll
    static void listen() throws Exception {
        shop = certificate("shop.example.com");
        server = certificate("localhost");
        IDENTITIES.put("shop.example.com", identity(shop));
        IDENTITIES.put("blog.example.com", identity(certificate("blog.example.com")));
        strict = listener(null);
        lenient = listener(server.files());
    }

    @AfterAll
    static void close() {
        strict.close();
        lenient.close();
        LOOPS.close();
    }

    private static TestCertificate certificate(String host) throws Exception {
        return TestCertificate.make(Files.createDirectory(folder.resolve(host)), "dns:" + host);
    }

    private static TlsIdentity identity(TestCertificate of) throws Exception {
        return TlsIdentity.of(
                Files.readString(of.files().certificates()),
                Files.readString(of.files().privateKey()));
    }

    private static HttpListener listener(@Nullable TlsFiles files) {
        var listener =
                new HttpListener(
                        LOOPS,
                        new ListenAddress("127.0.0.1", 0, "--port"),
                        files,
                        NAMES,
                        HttpLimits.standard(),
                        BodyBudget.standard(),
                        (request, responder) ->
                                responder.send(
                                        HttpResponse.of(
                                                200,
                                                "text/plain",
                                                request.hostName()
                                                        .getBytes(StandardCharsets.UTF_8))),
                        Clock.system());
        listener.start();
        return listener;
    }

    @Test
    void aNameGetsItsOwnCertificate() throws Exception {
        try (var socket = socket(lenient, shop, "shop.example.com")) {
            // When
            socket.startHandshake();
            // Then
            assertEquals("shop.example.com", name(socket));
        }
    }

    @Test
    void otherNamesGetTheServersIfThereIsOne() throws Exception {
        try (var socket = socket(lenient, server, "other.example.com")) {
            // When
            socket.startHandshake();
            // Then
            assertEquals("localhost", name(socket));
        }
    }

    @Test
    void otherNamesAreRefusedByAnAlertIfThereIsNone() throws Exception {
        for (String host : List.of("other.example.com", "")) {
            try (var socket = socket(strict, server, host)) {
                // When
                var failure = assertThrows(SSLException.class, socket::startHandshake);
                // Then
                assertTrue(
                        String.valueOf(failure.getMessage()).contains("unrecognized_name"),
                        failure.getMessage());
            }
        }
    }

    @Test
    void aConnectionAnswersOnlyForTheOwnNameItWasOpenedFor() throws Exception {
        assertEquals("HTTP/1.1 200 OK", asked("shop.example.com", "shop.example.com"));
        assertEquals("HTTP/1.1 200 OK", asked("shop.example.com", "SHOP.example.com:443"));
        String misdirected = "HTTP/1.1 421 Misdirected Request";
        assertEquals(misdirected, asked("shop.example.com", "blog.example.com"));
        assertEquals(misdirected, asked("shop.example.com", "localhost"));
        assertEquals(misdirected, asked("localhost", "shop.example.com"));
        assertEquals(misdirected, asked("", "shop.example.com"));
        assertEquals("HTTP/1.1 200 OK", asked("localhost", "pets.localhost"));
        assertEquals("HTTP/1.1 200 OK", asked("", "pets.localhost"));
    }

    /** The status line for a request of one host on a connection that was opened for another. */
    private static String asked(String openedFor, String host) throws Exception {
        var trusted = openedFor.equals("shop.example.com") ? shop : server;
        try (var socket = socket(lenient, trusted, openedFor)) {
            socket.getOutputStream()
                    .write(
                            ("GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            String answer =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return answer.lines().findFirst().orElseThrow();
        }
    }

    private static SSLSocket socket(HttpListener listener, TestCertificate trusted, String host)
            throws IOException {
        var socket =
                (SSLSocket)
                        trusted.context()
                                .getSocketFactory()
                                .createSocket(InetAddress.getLoopbackAddress(), listener.port());
        socket.setSoTimeout(10_000);
        var parameters = socket.getSSLParameters();
        parameters.setServerNames(host.isEmpty() ? List.of() : List.of(new SNIHostName(host)));
        socket.setSSLParameters(parameters);
        return socket;
    }

    private static String name(SSLSocket socket) throws Exception {
        var certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
        return certificate.getSubjectAlternativeNames().iterator().next().get(1).toString();
    }
}
