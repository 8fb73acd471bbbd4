package dev.glis.net;

import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.RejectedExecutionException;

/** How other threads take steps on a connection's event loop. */
final class LoopSteps {
    private static final System.Logger LOG = System.getLogger(LoopSteps.class.getName());

    private final EventExecutor loop;

    LoopSteps(EventExecutor loop) {
        this.loop = loop;
    }

    /** Takes a step: at once when called on the event loop. */
    void run(Runnable step) {
        if (loop.inEventLoop()) {
            step.run();
        } else {
            enqueue(step);
        }
    }

    /** Takes a step behind all that were enqueued before. */
    void enqueue(Runnable step) {
        try {
            loop.execute(step);
        } catch (RejectedExecutionException e) {
            // The event loops have ended, and every connection with them.
            LOG.log(System.Logger.Level.DEBUG, "Dropped a step of a connection that has ended", e);
        }
    }
}
