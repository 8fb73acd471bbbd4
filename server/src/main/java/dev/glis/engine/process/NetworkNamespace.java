package dev.glis.engine.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A network of its own, with a listener on its loopback.
 *
 * <p>A namespace belongs to a thread, and so do the sockets made and the processes and threads
 * started while a thread is in it. Threads matter most: if a pool grew a worker there, that worker
 * would live in the sandbox's network for ever. So a thread enters, does just what must be done
 * inside, and goes home before any foreign code runs ({@link #inside}). Where a thread cannot go
 * home again, a {@link NetworkResident} does it instead, one for each network.
 */
final class NetworkNamespace implements AutoCloseable {
    private static final Path CURRENT = Path.of("/proc/thread-self/ns/net");
    private static final int HOME = openHome();

    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private static final Path FIRST_OPEN_PORT =
            Path.of("/proc/sys/net/ipv4/ip_unprivileged_port_start");

    private final int descriptor;
    private final ServerSocketChannel listener;
    private final @Nullable NetworkResident resident;

    private NetworkNamespace(
            int descriptor, ServerSocketChannel listener, @Nullable NetworkResident resident) {
        this.descriptor = descriptor;
        this.listener = listener;
        this.resident = resident;
    }

    /** What threads of this server may do. */
    private enum Passage {
        /** Enter a network and come home again. */
        BOTH_WAYS,
        /** Enter a network, and stay. */
        ONE_WAY
    }

    /** Found out when first needed. */
    private static final class Found {
        private static final Passage PASSAGE = findPassage();
    }

    /** By a thread that is not used again; it runs no code of the class that waits for it. */
    private static Passage findPassage() {
        var found = new CompletableFuture<Passage>();
        Thread.ofPlatform().daemon().start(() -> found.complete(tryPassage()));
        return found.join();
    }

    private static Passage tryPassage() {
        try {
            Native.enterNewNetwork();
            Native.enterNetwork(HOME);
            return Passage.BOTH_WAYS;
        } catch (IOException e) {
            return Passage.ONE_WAY;
        }
    }

    /** The network that the server itself lives in. */
    private static int openHome() {
        try {
            return Native.open(Path.of("/proc/self/ns/net"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Makes one. Called by platform threads only. */
    static NetworkNamespace create(int port) throws IOException {
        return Found.PASSAGE == Passage.BOTH_WAYS ? visit(port) : settle(port);
    }

    private static NetworkNamespace settle(int port) throws IOException {
        var resident = new NetworkResident();
        try {
            return resident.run(() -> enter(port, resident));
        } catch (IOException e) {
            resident.close();
            throw e;
        }
    }

    private static NetworkNamespace visit(int port) throws IOException {
        try {
            return enter(port, null);
        } finally {
            goHome();
        }
    }

    private static NetworkNamespace enter(int port, @Nullable NetworkResident resident)
            throws IOException {
        Native.enterNewNetwork();
        int descriptor = -1;
        try {
            descriptor = Native.open(CURRENT);
            return new NetworkNamespace(descriptor, listen(port), resident);
        } catch (IOException e) {
            Native.close(descriptor);
            throw e;
        }
    }

    /**
     * Takes one that others made for a process. Called by platform threads only.
     *
     * @param process its number; it does not end meanwhile
     */
    static NetworkNamespace of(int process, int port) throws IOException {
        int descriptor = Native.open(Path.of("/proc/" + process + "/ns/net"));
        try {
            Native.enterNetwork(descriptor);
            try {
                Native.raiseLoopback();
                return new NetworkNamespace(descriptor, listen(port), null);
            } finally {
                goHome();
            }
        } catch (IOException | RuntimeException e) {
            Native.close(descriptor);
            throw e;
        }
    }

    /** Sees whether networks can be made here. */
    static void check() throws IOException {
        var result = new CompletableFuture<String>();
        Thread.ofPlatform().daemon().start(() -> result.complete(tryOut()));
        String failure = result.join();
        if (!failure.isEmpty()) {
            throw new IOException(
                    "Networks for sandboxes cannot be made ("
                            + failure
                            + "); run Glis as root, or by 'glis up', which gives an ordinary user a"
                            + " namespace in which it is root");
        }
    }

    private static String tryOut() {
        try (var network = create(0)) {
            network.listener().close();
            return "";
        } catch (IOException | IllegalStateException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static ServerSocketChannel listen(int port) throws IOException {
        var listener = ServerSocketChannel.open(StandardProtocolFamily.INET);
        try {
            return listener.bind(new InetSocketAddress(LOOPBACK, port));
        } catch (IOException e) {
            listener.close();
            throw e;
        }
    }

    /** A thread that cannot go home must do nothing more. */
    private static void goHome() {
        try {
            Native.enterNetwork(HOME);
        } catch (IOException e) {
            throw new IllegalStateException(
                    "a thread cannot leave a sandbox's network, because the server's own belongs to"
                            + " another user namespace",
                    e);
        }
    }

    ServerSocketChannel listener() {
        return listener;
    }

    /** Something done inside. */
    interface Action<T> {
        T run() throws IOException;
    }

    /** Does something inside, which must neither start threads nor run foreign code. */
    <T> T inside(Action<T> action) throws IOException {
        if (resident != null) {
            return resident.run(action);
        }
        Native.enterNetwork(descriptor);
        try {
            return action.run();
        } finally {
            goHome();
        }
    }

    /**
     * Lets everybody inside listen on ports below 1024, as HTTP servers in images do. Where the
     * kernel refuses, only those that need such a port fail.
     */
    void openLowPorts() {
        try {
            boolean opened = inside(NetworkNamespace::writeFirstOpenPort);
            assert opened;
        } catch (IOException e) {
            System.getLogger(NetworkNamespace.class.getName())
                    .log(System.Logger.Level.DEBUG, "Ports below 1024 stay closed", e);
        }
    }

    private static boolean writeFirstOpenPort() throws IOException {
        Files.writeString(FIRST_OPEN_PORT, "0", StandardOpenOption.WRITE);
        return true;
    }

    /** Lets go of the network, which lives as long as its processes and its listener. */
    @Override
    public void close() {
        Native.close(descriptor);
        if (resident != null) {
            resident.close();
        }
    }

    int descriptor() {
        return descriptor;
    }
}
