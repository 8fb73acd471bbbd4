package dev.glis.engine.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.glis.engine.Egress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What sandboxes reach with internet access. The internet is another network namespace with a
 * public address, 203.0.113.5, behind a router, 10.199.0.2, which is also a private neighbour.
 */
final class InternetAccessTest {
    private static final String CONNECT =
            """
            import socket, sys
            for target in sys.argv[1:]:
                host, port = target.rsplit(':', 1)
                try:
                    print(socket.create_connection((host, int(port)), 2).recv(20).decode())
                except OSError as e:
                    print('refused')
            """;

    @TempDir private static Path folder;
    private static ProcessSandboxes sandboxes;
    private static Process world;

    @BeforeAll
    static void open() throws Exception {
        sandboxes = ProcessSandboxes.open(folder);
        assumeTrue(sandboxes.internetRefusal().isEmpty(), sandboxes.internetRefusal());
        assumeTrue(SandboxFixture.pythonPresent(), "python3 is not installed");
        removeWorld();
        ip("netns add glis-test-world");
        ip("link add glis-tw type veth peer name tw netns glis-test-world");
        ip("addr add 10.199.0.1/30 dev glis-tw");
        ip("link set glis-tw up");
        ip("-n glis-test-world addr add 10.199.0.2/30 dev tw");
        ip("-n glis-test-world addr add 203.0.113.5/32 dev lo");
        ip("-n glis-test-world link set lo up");
        ip("-n glis-test-world link set tw up");
        ip("-n glis-test-world route add default via 10.199.0.1");
        ip("route add 203.0.113.5/32 via 10.199.0.2");
        String server =
                """
                import socket
                listener = socket.create_server(('0.0.0.0', 8080))
                print('ready', flush=True)
                while True:
                    c, peer = listener.accept()
                    c.sendall(peer[0].encode())
                    c.close()
                """;
        world =
                new ProcessBuilder(
                                "ip",
                                "netns",
                                "exec",
                                "glis-test-world",
                                "/usr/bin/python3",
                                "-c",
                                server)
                        .start();
        assertEquals("ready", world.inputReader().readLine());
    }

    @AfterAll
    static void close() throws Exception {
        if (world != null) {
            world.destroyForcibly().waitFor();
        }
        removeWorld();
        sandboxes.close();
    }

    private static void removeWorld() {
        HostCommand.attempt("ip", "link", "del", "glis-tw");
        HostCommand.attempt("ip", "netns", "del", "glis-test-world");
    }

    private static void ip(String arguments) throws IOException {
        String ignored = HostCommand.run("", ("ip " + arguments).split(" "));
    }

    private static List<String> connect(Egress egress, String... targets) throws Exception {
        var command = new java.util.ArrayList<>(List.of("/usr/bin/python3", "-c", CONNECT));
        command.addAll(List.of(targets));
        return SandboxFixture.run(
                        sandboxes,
                        SandboxFixture.spec(egress, List.of(), command.toArray(String[]::new)))
                .lines();
    }

    @Test
    void reachesAPublicAddressUnderTheHostsOwn() throws Exception {
        // When
        var answers = connect(Egress.INTERNET, "203.0.113.5:8080");
        // Then
        assertEquals(List.of("10.199.0.1"), answers);
    }

    @Test
    void reachesNothingWithoutInternetAccess() throws Exception {
        // When
        var answers = connect(Egress.NONE, "203.0.113.5:8080");
        // Then
        assertEquals(List.of("refused"), answers);
    }

    @Test
    void reachesNoPrivateNeighbourAndNoMetadata() throws Exception {
        // When
        var answers = connect(Egress.INTERNET, "10.199.0.2:8080", "169.254.169.254:80");
        // Then
        assertEquals(List.of("refused", "refused"), answers);
    }

    @Test
    void reachesNoAddressOfTheHost() throws Exception {
        // Given
        try (var host = new ServerSocket()) {
            host.bind(new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 0));
            var targets = new java.util.ArrayList<String>();
            for (var network : NetworkInterface.networkInterfaces().toList()) {
                for (var address : network.getInterfaceAddresses()) {
                    String text = address.getAddress().getHostAddress();
                    if (!text.contains(":")) {
                        targets.add(text + ":" + host.getLocalPort());
                    }
                }
            }
            targets.add("198.18.0.0:" + host.getLocalPort());
            // When
            var answers = connect(Egress.INTERNET, targets.toArray(String[]::new));
            // Then
            assertTrue(answers.stream().allMatch("refused"::equals), answers.toString());
            assertEquals(targets.size(), answers.size());
        }
    }

    @Test
    void leavesNoInterfaceBehind() throws Exception {
        // Given
        Set<String> before = interfacesOfSandboxes();
        // When
        var ended = connect(Egress.INTERNET, "203.0.113.5:8080");
        // Then those that other servers on this machine make meanwhile do not stay either
        assertEquals(1, ended.size());
        SandboxFixture.await(
                "no new one is left", () -> before.containsAll(interfacesOfSandboxes()));
    }

    private static Set<String> interfacesOfSandboxes() {
        try {
            return NetworkInterface.networkInterfaces()
                    .map(NetworkInterface::getName)
                    .filter(name -> name.matches("glis\\d+-\\d+"))
                    .collect(Collectors.toSet());
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }
}
