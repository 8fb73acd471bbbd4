package dev.glis.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.net.testing.TestCertificate;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The listener with a certificate, asked by the JDK's client, which checks it. */
final class TlsListenerTest {
    private static final EventLoops LOOPS = new EventLoops(1);

    @TempDir private static Path folder;
    private static TestCertificate certificate;
    private static HttpListener listener;

    @BeforeAll
    static void listen() throws Exception {
        certificate = TestCertificate.make(folder);
        listener = listener(certificate.files());
        listener.start();
    }

    @AfterAll
    static void close() {
        listener.close();
        LOOPS.close();
    }

    private static HttpListener listener(TlsFiles tls) {
        return new HttpListener(
                LOOPS,
                new ListenAddress("127.0.0.1", 0, "--port"),
                tls,
                HttpLimits.standard(),
                BodyBudget.standard(),
                (request, responder) ->
                        responder.send(
                                dev.glis.net.HttpResponse.of(
                                        200,
                                        "text/plain",
                                        (request.secure() + " " + request.body().length)
                                                .getBytes(StandardCharsets.UTF_8))),
                Clock.system());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void speaks(String protocol) throws Exception {
        // Given
        try (var client = client(protocol)) {
            // When
            var response = client.send(post(1_000_000), HttpResponse.BodyHandlers.ofString());
            // Then
            assertEquals("true 1000000", response.body());
            assertEquals(protocol, response.sslSession().orElseThrow().getProtocol());
        }
    }

    @Test
    void doesNotSpeakOldProtocols() throws Exception {
        // Given
        try (var socket =
                (javax.net.ssl.SSLSocket)
                        certificate
                                .context()
                                .getSocketFactory()
                                .createSocket(InetAddress.getLoopbackAddress(), listener.port())) {
            socket.setEnabledProtocols(new String[] {"TLSv1.1"});
            // When, then
            assertThrows(SSLHandshakeException.class, socket::startHandshake);
        }
    }

    @Test
    void closesOnPlainText() throws Exception {
        // Given
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), listener.port())) {
            socket.setSoTimeout(10_000);
            // When
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            // Then
            String answer =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertTrue(!answer.contains("HTTP/1.1 200"), answer);
        }
    }

    @Test
    void aMissingFileIsNamed() {
        // Given
        var files = new TlsFiles(folder.resolve("nowhere.pem"), certificate.files().privateKey());
        // When
        var fault = assertThrows(Fault.class, () -> listener(files).start());
        // Then
        assertEquals("tls-files", fault.code());
        assertTrue(fault.text().contains("nowhere.pem"), fault.text());
    }

    @Test
    void aFileOfAnotherKindIsNamed() throws Exception {
        // Given
        Path wrong = Files.writeString(folder.resolve("wrong.pem"), "hello");
        var files = new TlsFiles(certificate.files().certificates(), wrong);
        // When
        var fault = assertThrows(Fault.class, () -> listener(files).start());
        // Then
        assertEquals("tls-files", fault.code());
        assertTrue(fault.text().contains("wrong.pem"), fault.text());
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() throws Exception {
        // Given
        var other = TestCertificate.make(Files.createDirectory(folder.resolve("other")));
        var files = new TlsFiles(certificate.files().certificates(), other.files().privateKey());
        // When
        var fault = assertThrows(Fault.class, () -> listener(files).start());
        // Then
        assertEquals("tls-files", fault.code());
        assertTrue(fault.text().contains("not that of the first certificate"), fault.text());
    }

    private static HttpClient client(String protocol) {
        var parameters = new SSLParameters();
        parameters.setProtocols(new String[] {protocol});
        return HttpClient.newBuilder()
                .sslContext(certificate.context())
                .sslParameters(parameters)
                .build();
    }

    private static HttpRequest post(int bytes) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + listener.port() + "/"))
                .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[bytes]))
                .build();
    }
}
