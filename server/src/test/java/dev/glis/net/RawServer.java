package dev.glis.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that does with each connection what a test says, byte by byte. */
final class RawServer implements AutoCloseable {
    private final ServerSocket listener;
    private final AtomicInteger connections = new AtomicInteger();

    /** What is done with a connection. */
    interface Behaviour {
        void serve(Connection connection) throws IOException;
    }

    RawServer(Behaviour behaviour) {
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(() -> accept(behaviour));
    }

    InetSocketAddress address() {
        return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
    }

    /** How many were made so far. */
    int connections() {
        return connections.get();
    }

    private void accept(Behaviour behaviour) {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                int number = connections.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(behaviour, new Connection(socket, number)));
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void serve(Behaviour behaviour, Connection connection) {
        try (connection) {
            behaviour.serve(connection);
        } catch (IOException e) {
            // the other side has ended the connection, which some tests want
        }
    }

    /** One connection; {@code number} counts from 1. */
    record Connection(Socket socket, int number) implements AutoCloseable {
        /** The next request's head, without its body; empty at the end. */
        String request() throws IOException {
            var head = new StringBuilder();
            InputStream in = socket.getInputStream();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = in.read();
                if (next < 0) {
                    return "";
                }
                head.append((char) next);
            }
            return head.toString();
        }

        void send(String bytes) throws IOException {
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }

        /** Returns when the other side has closed. */
        void awaitEnd() throws IOException {
            while (socket.getInputStream().read() >= 0) {
                // whatever comes
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
