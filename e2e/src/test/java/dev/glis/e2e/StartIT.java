package dev.glis.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sts.model.StsException;

/** What the server says when it cannot start, and what is there again when it starts anew. */
final class StartIT {
    @Test
    void aPortInUseIsToldWithItsFlag() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var refusal = start(folder(), "--port", "" + taken.getLocalPort());

            assertEquals(1, refusal.status(), refusal.errors());
            assertTrue(refusal.errors().contains("" + taken.getLocalPort()), refusal.errors());
            assertTrue(refusal.errors().contains("--port"), refusal.errors());
        }
    }

    @Test
    void anUnwritableDataFolderIsToldWithTheCure() throws Exception {
        var refusal = start(Path.of("/proc/glis"));

        assertEquals(1, refusal.status(), refusal.errors());
        assertTrue(refusal.errors().contains("/proc/glis"), refusal.errors());
        assertTrue(refusal.errors().contains("--data"), refusal.errors());
    }

    @Test
    void anUnknownSettingStopsTheStartWithTheNearestName() throws Exception {
        var refusal = start(folder(), "--gateway-prt", "0");

        assertEquals(2, refusal.status(), refusal.errors());
        assertTrue(refusal.errors().contains("did you mean 'gateway-port'"), refusal.errors());
    }

    @Test
    void aSecondServerOnTheSameFolderIsRefused() throws Exception {
        try (var server = GlisServer.fresh()) {
            var refusal = start(server.data());

            assertEquals(1, refusal.status(), refusal.errors());
            assertTrue(refusal.errors().contains("Another server uses"), refusal.errors());
            assertEquals("000000000000", account(server));
        }
    }

    /**
     * The script has the JVM keep the server's classes ready; a cache that does not fit stops it.
     */
    @Test
    void startsFromThePreparedCacheOfItsClasses() throws Exception {
        Path cache = folder().resolve("classes.aot");
        GlisServer.withJvmOptions("-XX:AOTCacheOutput=" + cache).close();
        assertTrue(Files.size(cache) > 0);

        try (var server = GlisServer.withJvmOptions("-XX:AOTMode=on -XX:AOTCache=" + cache)) {
            assertEquals("000000000000", account(server));
        }
    }

    @Test
    void whatWasThereIsThereAgainAndLostCredentialsAreReplaced() throws Exception {
        var server = GlisServer.fresh();
        String lost = server.accessKeyId();
        server.kill();
        Files.delete(server.data().resolve("credentials"));

        server.start();

        assertFalse(server.accessKeyId().equals(lost));
        assertEquals("000000000000", account(server));
        server.close();
    }

    @Test
    void commandsAndClientsUseHttps() throws Exception {
        var files = SelfSigned.make(folder());
        try (var server =
                GlisServer.fresh(
                        "--tls-certificates",
                        files.certificate().toString(),
                        "--tls-key",
                        files.key().toString())) {
            var commands = new Command(server);
            var aws =
                    List.of(
                            "env",
                            "AWS_CA_BUNDLE=" + files.certificate(),
                            "aws",
                            "--endpoint-url",
                            server.endpoint().toString(),
                            "sts",
                            "get-caller-identity");

            var status = commands.run("status").succeeded();
            var identity = commands.run(aws, GlisServer.REPOSITORY).succeeded();

            assertTrue(status.output().contains("https://127.0.0.1:"), status.output());
            assertTrue(identity.output().contains("000000000000"), identity.output());
            assertEquals("https", server.gateway().getScheme());
        }
    }

    @Test
    void aCertificateWithoutItsKeyIsRefused() throws Exception {
        var refusal = start(folder(), "--tls-certificates", "/tmp/none.pem");

        assertEquals(2, refusal.status(), refusal.errors());
        assertTrue(refusal.errors().contains("tls-key"), refusal.errors());
    }

    private static String account(GlisServer server) throws StsException {
        try (var sts = server.sts()) {
            return sts.getCallerIdentity().account();
        }
    }

    private static Path folder() throws IOException {
        return Files.createTempDirectory("glis-start-");
    }

    private record Refusal(int status, String errors) {}

    /** Starts a server that will not come up. */
    private static Refusal start(Path data, String... flags) throws Exception {
        var process = GlisServer.builder(data, List.of(flags)).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it started: " + output);
        return new Refusal(process.exitValue(), output);
    }
}
