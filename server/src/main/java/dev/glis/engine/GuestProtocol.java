package dev.glis.engine;

import java.nio.channels.ServerSocketChannel;

/**
 * Speaks with the guests inside sandboxes; implemented by {@code wire.runtime}. The engine knows no
 * bytes: it gives out work and takes results through {@link GuestPort}.
 */
public interface GuestProtocol {
    /**
     * Serves the listener, which this call takes over, until the returned handle is closed; then
     * also closes its connections.
     */
    AutoCloseable serve(ServerSocketChannel listener, GuestPort port);

    /**
     * As {@link #serve}, for a guest that is an HTTP server: waits until its port takes
     * connections, then asks for work in its name and sends it.
     *
     * @param port where it listens, inside
     * @param requests how many it takes at once
     */
    default AutoCloseable serveHttp(Sandbox sandbox, int port, int requests, GuestPort guest) {
        throw new UnsupportedOperationException("This protocol knows no HTTP servers");
    }
}
