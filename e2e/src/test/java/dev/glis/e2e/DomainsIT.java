package dev.glis.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Host names of one's own, with certificates given, and obtained from a real ACME server. */
final class DomainsIT {
    private static final int VALIDITY_SECONDS = 30;

    /** Exit codes of curl. */
    private static final int UNTRUSTED = 60;

    private static final int HANDSHAKE_REFUSED = 35;

    /** How often pebble asks a host at once. */
    private static final int QUESTIONS = 3;

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String APIS =
            """
            apis:
              pets:
                routes:
                  GET /name: {mock: {status: 200, body: pets}}
              fish:
                routes:
                  GET /name: {mock: {status: 200, body: fish}}
            """;

    private static final int TLS_PORT = Pebble.freePort();
    private static Path folder;
    private static SelfSigned first;
    private static SelfSigned second;
    private static TestDns dns;
    private static Gate gate;
    private static Pebble pebble;
    private static GlisServer server;
    private static Command glis;

    @BeforeAll
    static void start() throws Exception {
        folder = Files.createTempDirectory("glis-domains-");
        first = certificate("first");
        second = certificate("second");
        dns = new TestDns();
        pebble = new Pebble(folder);
        server =
                GlisServer.fresh(
                        "--gateway-tls-port",
                        Integer.toString(TLS_PORT),
                        "--reserved-hosts",
                        "cloud.example.com",
                        "--acme-terms",
                        "accepted",
                        "--acme-contact",
                        "operator@example.com",
                        "--acme-directory",
                        pebble.directory(),
                        "--acme-ca",
                        pebble.certificate().toString());
        gate = new Gate(() -> server.gateway().getPort());
        pebble.start(VALIDITY_SECONDS, gate.port(), dns);
        glis = new Command(server);
        Path application = Files.createDirectory(folder.resolve("application"));
        Files.writeString(application.resolve("glis.yaml"), APIS);
        glis("deploy", application.toString());
        glis("api", "deploy", "pets", "--stage", "beta");
    }

    private static SelfSigned certificate(String name) throws Exception {
        return SelfSigned.make(
                Files.createDirectory(folder.resolve(name)),
                "dns:shop.example.com,dns:one.example.com,dns:two.example.com");
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
        pebble.close();
        gate.close();
        dns.close();
    }

    @Test
    void aGivenCertificateIsShownForItsHostAndReplacedAtOnce() throws Exception {
        // Given a domain with a certificate
        String host = "shop.example.com";
        add("pets", host, first);

        // When it is asked for, then the API answers, in both versions of HTTP
        assertEquals("pets 2 200", get(host, first.certificate(), "--http2").output());
        assertEquals("pets 1.1 200", get(host, first.certificate(), "--http1.1").output());

        // When the certificate is replaced, then new connections see the new one only
        add("pets", host, second);
        assertEquals(UNTRUSTED, get(host, first.certificate()).status());
        assertEquals("pets 2 200", get(host, second.certificate()).output());

        // When the server is killed, then it is still so
        server.kill();
        server.start();
        assertEquals("pets 2 200", get(host, second.certificate()).output());

        // When it is for HTTPS only, then plain requests are sent there with path and query
        glis("api", "domain", "add", "pets", host, "--https-only");
        String answer = plainWithHead(host, "/name?a=b").toLowerCase(Locale.ROOT);
        assertTrue(answer.contains(" 308 "), answer);
        assertTrue(
                answer.contains("location: https://" + host + ":" + TLS_PORT + "/name?a=b"),
                answer);

        // When it is removed, then its handshake is refused, and the host is nobody's
        glis("api", "domain", "rm", host);
        assertEquals(HANDSHAKE_REFUSED, get(host, second.certificate()).status());
        assertTrue(plain(host, "/name").startsWith("404"), plain(host, "/name"));
    }

    @Test
    void aDomainLeadsToItsStageOnly() throws Exception {
        // Given a domain of a stage, without a certificate
        String host = "beta.example.com";
        glis("api", "domain", "add", "pets", host, "--stage", "beta");

        // Then the stage answers, and nothing else has a path there
        assertEquals("200 pets", plain(host, "/name"));
        assertTrue(plain(host, "/beta/name").startsWith("404"), plain(host, "/beta/name"));
        String others = "/_apis/fish/$default/name";
        assertTrue(plain(host, others).startsWith("404"), plain(host, others));

        // When it is mapped to another API, then that answers
        glis("api", "domain", "add", "fish", host, "--stage", "$default");
        assertEquals("200 fish", plain(host, "/name"));
        JsonNode listed = json("api", "domain", "list", "fish", "--json");
        assertTrue(listed.findValuesAsText("host").contains(host), listed.toString());
    }

    @Test
    void connectionsAnswerOnlyForTheHostTheyWereOpenedFor() throws Exception {
        // Given two domains under one certificate
        add("pets", "one.example.com", first);
        add("fish", "two.example.com", first);

        // When one is asked for on the other's connection, then the client is told to open its own
        for (String version : List.of("--http2", "--http1.1")) {
            for (String named : List.of("two.example.com", "pets.localhost")) {
                var answer =
                        get(
                                "one.example.com",
                                first.certificate(),
                                version,
                                "--header",
                                "Host: " + named);
                assertTrue(answer.output().endsWith(" 421"), answer.output());
            }
        }
    }

    @Test
    void whatCannotBeADomainIsRefused() throws Exception {
        refused("domain-reserved", "a.cloud.example.com");
        refused("invalid-domain", "no_host");
        refused(
                "invalid-certificate",
                "some.example.com",
                "--certificate",
                first.certificate().toString(),
                "--key",
                first.key().toString());
    }

    @Test
    void aCertificateIsObtainedThoughTheServerIsKilledAndIsRenewed() throws Exception {
        // Given a domain that the certificate authority has just found here
        String host = "acme.example.com";
        long ordersBefore = pebble.said("Added order");
        long certificatesBefore = pebble.said("Issued certificate");
        glis("api", "domain", "add", "pets", host, "--acme");
        gate.awaitPassed(QUESTIONS);

        // When the server is killed, and another one started
        server.kill();
        assertEquals(certificatesBefore, pebble.said("Issued certificate"));
        server.start();

        // Then the certificate comes of the same order
        String issued = awaitCertificate(host, "");
        assertEquals(ordersBefore + 1, pebble.said("Added order"));
        assertEquals("pets 2 200", get(host, pebble.root()).output());

        // When a third of its time is left, then there is another one
        String renewed = awaitCertificate(host, issued);
        assertEquals("pets 2 200", get(host, pebble.root()).output());

        // When one is wanted at once, then it comes
        glis("api", "domain", "renew", host);
        assertNotEquals(renewed, awaitCertificate(host, renewed));
        JsonNode domain = json("api", "domain", "show", host, "--json");
        assertEquals("issued", domain.path("acme").path("progress").asText());
        assertEquals(host, domain.path("certificate").path("names").path(0).asText());
        glis("api", "domain", "rm", host);
    }

    @Test
    void anOrderThatFailsSaysWhyAndIsTakenUpWhenTold() throws Exception {
        // Given a host that does not lead here, and one that does
        String lost = "lost.example.com";
        String found = "found.example.com";
        dns.lose(lost);
        glis("api", "domain", "add", "pets", lost, "--acme");
        glis("api", "domain", "add", "pets", found, "--acme");

        // Then the one has its certificate, and the other says why not and when it tries again
        awaitCertificate(found, "");
        JsonNode failed =
                Eventually.holds(
                        () -> json("api", "domain", "show", lost, "--json").path("acme"),
                        acme -> acme.path("progress").asText().equals("failed"),
                        PATIENCE);
        assertTrue(failed.path("lastError").asText().contains("127.0.0.2"), failed.toString());
        assertEquals(1, failed.path("failures").asInt());
        assertFalse(failed.path("nextAttempt").asText("").isEmpty());
        assertEquals("200 pets", plain(lost, "/name"));

        // When it leads here, and the order is taken up
        dns.find(lost);
        glis("api", "domain", "renew", lost);

        // Then it has its certificate, too
        awaitCertificate(lost, "");
        assertEquals("pets 2 200", get(lost, pebble.root()).output());
        glis("api", "domain", "rm", found);
        glis("api", "domain", "rm", lost);
    }

    // ---- domains

    private static void add(String api, String host, SelfSigned certificate) throws Exception {
        glis(
                "api",
                "domain",
                "add",
                api,
                host,
                "--certificate",
                certificate.certificate().toString(),
                "--key",
                certificate.key().toString());
    }

    private static void refused(String code, String host, String... flags) throws Exception {
        var words = new ArrayList<>(List.of("api", "domain", "add", "pets", host));
        words.addAll(List.of(flags));
        var result = glis.run(words.toArray(String[]::new));
        assertEquals(1, result.status());
        assertTrue(result.errors().contains(code), result.errors());
    }

    private static JsonNode json(String... words) throws Exception {
        return JSON.readTree(glis.run(words).succeeded().output());
    }

    private static void glis(String... words) throws Exception {
        glis.run(words).succeeded();
    }

    /** What is shown for a host, once that is not what was shown before; empty is nothing. */
    private static String awaitCertificate(String host, String before) throws Exception {
        return Eventually.holds(
                () -> ShownCertificate.serial(TLS_PORT, host),
                serial -> !serial.isEmpty() && !serial.equals(before),
                PATIENCE);
    }

    // ---- requests

    /** What a host answers by HTTPS to who trusts one certificate: body, version and status. */
    private static Curl.Result get(String host, Path trusted, String... flags) throws Exception {
        var words = new ArrayList<>(List.of(flags));
        words.addAll(List.of("--cacert", trusted.toString()));
        words.addAll(List.of("--resolve", host + ":" + TLS_PORT + ":127.0.0.1"));
        words.addAll(List.of("--write-out", " %{http_version} %{http_code}"));
        words.add("https://" + host + ":" + TLS_PORT + "/name");
        return Curl.run(words);
    }

    /** What a host answers by HTTP: status and body. */
    private static String plain(String host, String path) throws Exception {
        String answer = plainWithHead(host, path);
        String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
        return answer.split(" ", 3)[1] + " " + body;
    }

    private static String plainWithHead(String host, String path) throws Exception {
        int port = server.gateway().getPort();
        return Curl.run(
                        List.of(
                                "--include",
                                "--path-as-is",
                                "--resolve",
                                host + ":" + port + ":127.0.0.1",
                                "http://" + host + ":" + port + path))
                .output();
    }
}
