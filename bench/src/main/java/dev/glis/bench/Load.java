package dev.glis.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The same prepared request, sent again and again. */
final class Load {
    private static final int WARM_ROUNDS = 20_000;
    static final int CONNECTIONS = 16;
    private static final long LOAD_NANOS = 8_000_000_000L;

    private Load() {}

    /** Opens a connection to what is measured. */
    interface Connector {
        RawConnection connect() throws IOException;
    }

    /** Latencies at one connection, once it is warm. */
    static Samples latencies(RawConnection connection, byte[] request) throws IOException {
        time(connection, request, new Samples(WARM_ROUNDS));
        var samples = new Samples(WARM_ROUNDS);
        time(connection, request, samples);
        return samples;
    }

    private static void time(RawConnection connection, byte[] request, Samples samples)
            throws IOException {
        for (int round = 0; round < WARM_ROUNDS; round++) {
            long begin = System.nanoTime();
            connection.exchange(request);
            samples.add(System.nanoTime() - begin);
        }
    }

    /** Requests per second over all connections, once they are warm. */
    static double perSecond(Connector connector, byte[] request)
            throws InterruptedException, ExecutionException {
        long ignored = total(connector, request);
        return total(connector, request) / (LOAD_NANOS / 1e9);
    }

    private static long total(Connector connector, byte[] request)
            throws InterruptedException, ExecutionException {
        try (var threads = Executors.newFixedThreadPool(CONNECTIONS)) {
            var tasks = new ArrayList<Callable<Long>>();
            for (int i = 0; i < CONNECTIONS; i++) {
                tasks.add(() -> hammer(connector, request));
            }
            long total = 0;
            for (Future<Long> count : threads.invokeAll(tasks)) {
                total += count.get();
            }
            return total;
        }
    }

    private static long hammer(Connector connector, byte[] request) throws IOException {
        long count = 0;
        try (var connection = connector.connect()) {
            long end = System.nanoTime() + LOAD_NANOS;
            while (System.nanoTime() < end) {
                connection.exchange(request);
                count++;
            }
        }
        return count;
    }
}
