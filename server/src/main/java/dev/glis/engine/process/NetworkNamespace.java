package dev.glis.engine.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/**
 * A network of its own, with a listener on its loopback.
 *
 * <p>A namespace belongs to a thread, and so do the sockets made and the processes and threads
 * started while a thread is in it. Threads matter most: if a pool grew a worker there, that worker
 * would live in the sandbox's network for ever. So a thread enters, does just what must be done
 * inside, and goes home before any foreign code runs ({@link #inside}).
 */
final class NetworkNamespace implements AutoCloseable {
    private static final Path CURRENT = Path.of("/proc/thread-self/ns/net");
    private static final int HOME = openHome();

    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private final int descriptor;
    private final ServerSocketChannel listener;

    private NetworkNamespace(int descriptor, ServerSocketChannel listener) {
        this.descriptor = descriptor;
        this.listener = listener;
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
        Native.enterNewNetwork();
        int descriptor = -1;
        try {
            descriptor = Native.open(CURRENT);
            return new NetworkNamespace(descriptor, listen(port));
        } catch (IOException e) {
            Native.close(descriptor);
            throw e;
        } finally {
            goHome();
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
                            + "); run Glis as root, or start it with --isolation none, which"
                            + " isolates nothing");
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
        Native.enterNetwork(descriptor);
        try {
            return action.run();
        } finally {
            goHome();
        }
    }

    /** Lets go of the network, which lives as long as its processes and its listener. */
    @Override
    public void close() {
        Native.close(descriptor);
    }

    int descriptor() {
        return descriptor;
    }
}
