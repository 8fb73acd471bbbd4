package dev.glis.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Let's Encrypt's ACME server for tests, as Debian packages it: a certificate authority that really
 * asks the hosts, and now and then refuses a good request, as it may.
 */
final class Pebble implements AutoCloseable {
    private final int port = freePort();
    private final int managementPort = freePort();
    private final Path folder;
    private final SelfSigned own;
    private @Nullable Process process;

    Pebble(Path folder) throws Exception {
        this.folder = folder;
        this.own = SelfSigned.make(folder);
    }

    String directory() {
        return "https://127.0.0.1:" + port + "/dir";
    }

    /** Of its own HTTPS server. */
    Path certificate() {
        return own.certificate();
    }

    /**
     * Starts it.
     *
     * @param validitySeconds of the certificates that it issues
     * @param httpPort where hosts answer its questions
     */
    void start(int validitySeconds, int httpPort, TestDns dns) throws Exception {
        Path config =
                Files.writeString(
                        folder.resolve("pebble.json"),
                        """
                        {"pebble": {
                          "listenAddress": "127.0.0.1:%d",
                          "managementListenAddress": "127.0.0.1:%d",
                          "certificate": "%s",
                          "privateKey": "%s",
                          "httpPort": %d,
                          "tlsPort": %d,
                          "certificateValidityPeriod": %d
                        }}
                        """
                                .formatted(
                                        port,
                                        managementPort,
                                        own.certificate(),
                                        own.key(),
                                        httpPort,
                                        httpPort,
                                        validitySeconds));
        var builder =
                new ProcessBuilder(
                        "pebble", "-config", config.toString(), "-dnsserver", dns.hostAndPort());
        builder.environment().put("PEBBLE_VA_NOSLEEP", "1");
        builder.redirectErrorStream(true).redirectOutput(log().toFile());
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new AssertionError("pebble cannot be run: apt-get install pebble", e);
        }
        Eventually.holds(() -> get("/roots/0"), root -> root.contains("BEGIN CERTIFICATE"));
    }

    private Path log() {
        return folder.resolve("pebble.log");
    }

    /** How often it has said what matches a regular expression. */
    long said(String pattern) throws IOException {
        return Pattern.compile(pattern).matcher(Files.readString(log())).results().count();
    }

    /** The certificate that all it issues are signed by in the end. */
    Path root() throws Exception {
        return Files.writeString(folder.resolve("root.pem"), get("/roots/0"));
    }

    private String get(String path) throws Exception {
        return Curl.run(
                        List.of(
                                "--cacert",
                                own.certificate().toString(),
                                "https://127.0.0.1:" + managementPort + path))
                .output();
    }

    /** A port that nobody listens on by now. */
    static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
        }
    }
}
