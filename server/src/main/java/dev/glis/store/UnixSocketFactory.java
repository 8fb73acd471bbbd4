package dev.glis.store;

import dev.glis.base.BulkInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import javax.net.SocketFactory;

/**
 * Lets the PostgreSQL driver, which knows only {@link Socket}, speak over a unix socket, which the
 * JDK offers only as a channel. The driver makes one by name, with the socket's path as argument.
 *
 * <p>Must be public with a public constructor for that reason; nothing else uses it.
 */
public final class UnixSocketFactory extends SocketFactory {
    private final UnixDomainSocketAddress address;

    public UnixSocketFactory(String path) {
        this.address = UnixDomainSocketAddress.of(Path.of(path));
    }

    @Override
    public Socket createSocket() throws IOException {
        return new UnixSocket(address);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort)
            throws IOException {
        return connected();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
            throws IOException {
        return connected();
    }

    private Socket connected() throws IOException {
        var socket = new UnixSocket(address);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        return socket;
    }

    /**
     * A socket over a blocking channel; reads with a time limit go through a selector instead. One
     * thread at a time reads and one writes; any thread may close.
     */
    private static final class UnixSocket extends Socket {
        private final UnixDomainSocketAddress address;
        private final SocketChannel channel;
        private final ChannelInput input = new ChannelInput();
        private final ChannelOutput output = new ChannelOutput();
        private volatile int timeoutMs;

        UnixSocket(UnixDomainSocketAddress address) throws IOException {
            this.address = address;
            this.channel = SocketChannel.open(java.net.StandardProtocolFamily.UNIX);
        }

        /** Connects to the unix socket, whatever address the driver believes it is talking to. */
        @Override
        public void connect(SocketAddress ignored, int connectTimeoutMs) throws IOException {
            channel.connect(address);
        }

        @Override
        public void connect(SocketAddress ignored) throws IOException {
            channel.connect(address);
        }

        @Override
        public InputStream getInputStream() {
            return input;
        }

        @Override
        public OutputStream getOutputStream() {
            return output;
        }

        @Override
        public boolean isConnected() {
            return channel.isConnected();
        }

        @Override
        public boolean isClosed() {
            return !channel.isOpen();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }

        @Override
        public void setSoTimeout(int timeoutMs) {
            this.timeoutMs = timeoutMs;
        }

        @Override
        public int getSoTimeout() {
            return timeoutMs;
        }

        // Options of TCP that have no meaning on a unix socket.
        @Override
        public void setTcpNoDelay(boolean on) {}

        @Override
        public boolean getTcpNoDelay() {
            return true;
        }

        @Override
        public void setKeepAlive(boolean on) {}

        @Override
        public void setReceiveBufferSize(int bytes) {}

        @Override
        public void setSendBufferSize(int bytes) {}

        @Override
        public int getSendBufferSize() {
            return 8192;
        }

        private int read(ByteBuffer into) throws IOException {
            int limitMs = timeoutMs;
            try {
                return limitMs == 0 ? channel.read(into) : readWithin(limitMs, into);
            } catch (ClosedChannelException e) {
                throw (SocketException) new SocketException("Socket closed").initCause(e);
            }
        }

        private int readWithin(int limitMs, ByteBuffer into) throws IOException {
            channel.configureBlocking(false);
            try {
                int count = channel.read(into);
                if (count != 0) {
                    return count;
                }
                awaitReadable(limitMs);
                return channel.read(into);
            } finally {
                if (channel.isOpen()) {
                    channel.configureBlocking(true);
                }
            }
        }

        private void awaitReadable(int limitMs) throws IOException {
            try (var selector = Selector.open()) {
                channel.register(selector, SelectionKey.OP_READ);
                if (selector.select(limitMs) > 0) {
                    return;
                }
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedIOException("Interrupted while reading from PostgreSQL");
                }
                throw new SocketTimeoutException("PostgreSQL sent nothing for " + limitMs + " ms");
            }
        }

        private final class ChannelInput extends BulkInputStream {
            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                return length == 0
                        ? 0
                        : UnixSocket.this.read(ByteBuffer.wrap(bytes, offset, length));
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        }

        private final class ChannelOutput extends OutputStream {
            @Override
            public void write(int value) throws IOException {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                var from = ByteBuffer.wrap(bytes, offset, length);
                try {
                    while (from.hasRemaining()) {
                        channel.write(from);
                    }
                } catch (ClosedChannelException e) {
                    throw (SocketException) new SocketException("Socket closed").initCause(e);
                }
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        }
    }
}
