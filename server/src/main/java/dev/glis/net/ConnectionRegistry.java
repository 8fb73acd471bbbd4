package dev.glis.net;

import dev.glis.base.Clock;
import java.net.InetAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;

/** The open connections of one listener, counted by client address. Any thread. */
final class ConnectionRegistry {
    private final int mostPerAddress;
    private final Clock clock;
    private final ConcurrentMap<InetAddress, Integer> counts = new ConcurrentHashMap<>();
    private final Set<OpenConnection> open = ConcurrentHashMap.newKeySet();
    private boolean closed;

    ConnectionRegistry(int mostPerAddress, Clock clock) {
        this.clock = clock;
        this.mostPerAddress = mostPerAddress;
    }

    /** Whether this connection may stay; then {@link #remove} must follow. */
    synchronized boolean admit(OpenConnection connection, InetAddress address) {
        if (closed || counts.getOrDefault(address, 0) >= mostPerAddress) {
            return false;
        }
        counts.merge(address, 1, Integer::sum);
        open.add(connection);
        return true;
    }

    synchronized void remove(OpenConnection connection, InetAddress address) {
        if (open.remove(connection)) {
            counts.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
        }
        if (open.isEmpty()) {
            notifyAll();
        }
    }

    /** Admits none from now on; the connections that are open. */
    synchronized Set<OpenConnection> close() {
        closed = true;
        return Set.copyOf(open);
    }

    /** Waits until none is open. Returns those that still are when the time is up. */
    synchronized Set<OpenConnection> awaitNone(long waitMs) throws InterruptedException {
        long end = clock.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMs);
        long leftMs = waitMs;
        while (!open.isEmpty() && leftMs > 0) {
            wait(leftMs);
            leftMs = TimeUnit.NANOSECONDS.toMillis(end - clock.nanoTime());
        }
        return Set.copyOf(open);
    }

    synchronized int size() {
        return open.size();
    }
}
