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
}
