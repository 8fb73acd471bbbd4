package dev.glis.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * A keep-alive HTTP/1.1 connection that sends prepared bytes: the load generator must cost little.
 */
final class RawConnection implements AutoCloseable {
    private final SocketChannel channel;
    private final ResponseReader response = new ResponseReader();

    RawConnection(URI address) throws IOException {
        channel = open(address);
    }

    static SocketChannel open(URI address) throws IOException {
        var channel =
                SocketChannel.open(new InetSocketAddress(address.getHost(), address.getPort()));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return channel;
    }

    /** Sends a request and reads its whole response; fails unless the status is 200. */
    byte[] exchange(byte[] request) throws IOException {
        ByteBuffer unsent = ByteBuffer.wrap(request);
        while (unsent.hasRemaining()) {
            int ignored = channel.write(unsent);
        }
        boolean whole = false;
        while (!whole) {
            whole = response.added(channel.read(response.space()));
        }
        return response.take();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
