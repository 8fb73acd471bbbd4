package dev.glis.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.List;

/**
 * Prepared requests, sent again and again in turn: on one connection, or on several by one thread,
 * as each connection's answer comes.
 */
final class Load implements AutoCloseable {
    static final int CONNECTIONS = 16;
    private static final int WARM_ROUNDS = 20_000;
    private static final long WARM_NANOS = 5_000_000_000L;
    private static final long LOAD_NANOS = 8_000_000_000L;
    private static final int MOST_SAMPLES = 2_000_000;

    private final Selector selector;
    private final List<byte[]> requests;
    private int sent;

    /**
     * What is under load.
     *
     * @param requests all of them of the same connection
     */
    record Subject(String name, URI address, List<byte[]> requests) {
        Subject(String name, URI address, byte[] request) {
            this(name, address, List.of(request));
        }
    }

    /** How quickly it answered. */
    record Result(Samples latencies, double perSecond) {}

    private Load(Subject subject) throws IOException {
        selector = Selector.open();
        requests = subject.requests();
        for (int i = 0; i < CONNECTIONS; i++) {
            SocketChannel channel = RawConnection.open(subject.address());
            channel.configureBlocking(false);
            var client = new Client(channel);
            channel.register(selector, SelectionKey.OP_READ, client);
            client.send();
        }
    }

    /** Latencies at one connection, once it is warm. */
    static Samples latencies(Subject subject) throws IOException {
        try (var connection = new RawConnection(subject.address())) {
            time(connection, subject.requests(), new Samples(WARM_ROUNDS));
            var samples = new Samples(WARM_ROUNDS);
            time(connection, subject.requests(), samples);
            return samples;
        }
    }

    private static void time(RawConnection connection, List<byte[]> requests, Samples samples)
            throws IOException {
        for (int round = 0; round < WARM_ROUNDS; round++) {
            byte[] request = requests.get(round % requests.size());
            long begin = System.nanoTime();
            connection.exchange(request);
            samples.add(System.nanoTime() - begin);
        }
    }

    /** What all connections get together, once they are warm. */
    static Result throughput(Subject subject) throws IOException {
        try (var load = new Load(subject)) {
            load.run(WARM_NANOS, new Samples(MOST_SAMPLES));
            var samples = new Samples(MOST_SAMPLES);
            load.run(LOAD_NANOS, samples);
            return new Result(samples, samples.size() / (LOAD_NANOS / 1e9));
        }
    }

    private void run(long nanos, Samples samples) throws IOException {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
            selector.select();
            for (SelectionKey key : selector.selectedKeys()) {
                ((Client) key.attachment()).read(samples);
            }
            selector.selectedKeys().clear();
        }
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }

    /** One connection, which always waits for an answer. */
    private final class Client {
        private final SocketChannel channel;
        private final ResponseReader response = new ResponseReader();
        private long sentNanos;

        Client(SocketChannel channel) {
            this.channel = channel;
        }

        void send() throws IOException {
            sentNanos = System.nanoTime();
            ByteBuffer unsent = ByteBuffer.wrap(requests.get(sent++ % requests.size()));
            while (unsent.hasRemaining()) {
                int ignored = channel.write(unsent);
            }
        }

        void read(Samples samples) throws IOException {
            if (response.added(channel.read(response.space()))) {
                samples.add(System.nanoTime() - sentNanos);
                response.forget();
                send();
            }
        }
    }
}
