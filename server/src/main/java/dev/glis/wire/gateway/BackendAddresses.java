package dev.glis.wire.gateway;

import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.engine.PublicAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where HTTP backends are. An API's publisher may name any host, so a name that leads into this
 * machine or its private networks is refused unless the operator has allowed that very host; what
 * is connected to is the address that was looked at, so that a name server cannot change its mind
 * in between.
 */
final class BackendAddresses {
    private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final int MOST_KEPT = 10_000;

    private final Set<String> allowed;
    private final Clock clock;
    private final Map<Server, Found> kept = new ConcurrentHashMap<>();

    private record Server(String host, int port) {}

    private record Found(InetSocketAddress address, long untilNanos) {}

    /**
     * With exceptions.
     *
     * @param allowed hosts, or hosts with ports, that may be private
     */
    BackendAddresses(Set<String> allowed, Clock clock) {
        this.allowed = Set.copyOf(allowed);
        this.clock = clock;
    }

    /** The address of a server if it was looked up a short while ago; never blocks. */
    @Nullable InetSocketAddress cached(String host, int port) {
        Found found = kept.get(new Server(host, port));
        return found != null && clock.nanoTime() - found.untilNanos() < 0 ? found.address() : null;
    }

    /**
     * Looks an address up; may block.
     *
     * @throws Fault UNAVAILABLE when the name is unknown, DENIED when it may not be connected to
     */
    InetSocketAddress find(String host, int port) {
        InetSocketAddress address = new InetSocketAddress(lookUp(host, port), port);
        if (kept.size() >= MOST_KEPT) {
            kept.clear();
        }
        kept.put(new Server(host, port), new Found(address, clock.nanoTime() + KEPT_NANOS));
        return address;
    }

    private InetAddress lookUp(String host, int port) {
        try {
            InetAddress[] addresses = InetAddress.getAllByName(host);
            boolean trusted = allowed.contains(host) || allowed.contains(host + ":" + port);
            Predicate<InetAddress> reachable = trusted ? address -> true : PublicAddresses.now();
            return Stream.of(addresses)
                    .filter(reachable)
                    .findFirst()
                    .orElseThrow(() -> forbidden(host, port));
        } catch (UnknownHostException e) {
            throw new Fault(
                    Fault.Kind.UNAVAILABLE, "backend-unreachable", "The backend is not found", e);
        } catch (IOException e) {
            throw Fault.internal("The networks of this machine cannot be read", e);
        }
    }

    private static Fault forbidden(String host, int port) {
        return new Fault(
                Fault.Kind.DENIED,
                "backend-private",
                "The backend "
                        + host
                        + " has no public address; the operator allows it by the setting"
                        + " private-backends = "
                        + host
                        + ":"
                        + port);
    }
}
