package dev.glis.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/** Passes TCP connections on to a port of this machine, and counts those that were answered. */
final class Gate implements AutoCloseable {
    private final ServerSocket listening;
    private final IntSupplier port;
    private final Semaphore passed = new Semaphore(0);

    /**
     * A gate.
     *
     * @param port where a connection goes
     */
    Gate(IntSupplier port) {
        this.port = port;
        try {
            listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::serve);
    }

    int port() {
        return listening.getLocalPort();
    }

    /** Returns when so many connections have been answered from now on. */
    void awaitPassed(int connections) throws InterruptedException {
        passed.drainPermits();
        if (!passed.tryAcquire(connections, 1, TimeUnit.MINUTES)) {
            throw new AssertionError("Nobody came");
        }
    }

    private void serve() {
        try {
            while (true) {
                Socket client = listening.accept();
                Thread.ofVirtual().start(() -> pass(client));
            }
        } catch (IOException e) {
            if (!listening.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void pass(Socket client) {
        try (client;
                var server = new Socket(InetAddress.getLoopbackAddress(), port.getAsInt())) {
            var forth = Thread.ofVirtual().start(() -> copy(client, server));
            copy(server, client);
            passed.release();
            forth.join();
        } catch (IOException | InterruptedException e) {
            // Then the client finds its connection closed.
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            // Then the other side finds its connection closed.
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
