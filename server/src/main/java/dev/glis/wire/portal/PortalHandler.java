package dev.glis.wire.portal;

import dev.glis.base.Clock;
import dev.glis.base.Timers;
import dev.glis.net.HttpHandler;
import dev.glis.net.HttpRequest;
import dev.glis.net.HttpResponder;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The consumer portal, on the public listener, at a host name of its own: what APIs answer at other
 * hosts can so neither read it nor act in it. It calls the same services as Glis's own API and
 * decides nothing. It is made when somebody first asks for it, so that a start does not wait for
 * it.
 */
public final class PortalHandler implements HttpHandler {
    private final PortalSettings settings;
    private final PortalServices services;
    private final Clock clock;
    private final Timers timers;
    private final Executor executor;
    private final HttpHandler gateway;
    private final TryRequests tries;
    private volatile @Nullable Portal portal;

    /**
     * A handler for the public listener.
     *
     * @param executor starts a virtual thread for each task
     * @param gateway gets the requests that are for other hosts, and those that try an API
     */
    public PortalHandler(
            PortalSettings settings,
            PortalServices services,
            Clock clock,
            Timers timers,
            Executor executor,
            HttpHandler gateway) {
        this.settings = settings;
        this.services = services;
        this.clock = clock;
        this.timers = timers;
        this.executor = executor;
        this.gateway = gateway;
        this.tries = new TryRequests(gateway);
    }

    @Override
    public void handle(HttpRequest request, HttpResponder responder) {
        if (!request.hostName().equals(settings.host())) {
            gateway.handle(request, responder);
        } else if (TryRequests.isOne(request)) {
            tries.pass(request, responder);
        } else {
            Portal open = portal;
            if (open == null) {
                executor.execute(() -> opened().handle(request, responder));
            } else {
                open.handle(request, responder);
            }
        }
    }

    private synchronized Portal opened() {
        Portal open = portal;
        if (open == null) {
            open = new Portal(settings, services, clock, timers, executor);
            portal = open;
        }
        return open;
    }
}
