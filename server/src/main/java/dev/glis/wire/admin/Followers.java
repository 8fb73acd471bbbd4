package dev.glis.wire.admin;

import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Limits;
import dev.glis.net.Headers;
import java.time.Instant;
import java.util.concurrent.Semaphore;

/** Clients that follow logs, of which there are limitedly many. */
final class Followers {
    private final Semaphore places = new Semaphore(Limits.LOG_FOLLOWERS.intValue());
    private final Clock clock;

    Followers(Clock clock) {
        this.clock = clock;
    }

    /** Answers a request to follow, from {@code since} on, until the client goes. Blocks. */
    <T> void follow(AdminRequest request, Feed<T> feed) {
        Instant from = request.instant("since", clock.instant());
        if (!places.tryAcquire()) {
            throw new Fault(
                    Fault.Kind.THROTTLED,
                    "too-many-log-followers",
                    "The server has "
                            + Limits.LOG_FOLLOWERS.value()
                            + " log followers already; try again when some have ended");
        }
        try {
            var stream = new LogStream<>(feed);
            request.responder().onDisconnect(stream::stop);
            stream.run(
                    from,
                    clock,
                    request.responder().stream(
                            200, Headers.of("Content-Type", "application/x-ndjson")));
        } finally {
            places.release();
        }
    }
}
