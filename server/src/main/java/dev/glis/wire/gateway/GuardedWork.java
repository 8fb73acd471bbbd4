package dev.glis.wire.gateway;

import dev.glis.base.Fault;
import dev.glis.net.HttpResponder;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** Work on requests, whose failures are answered. Any thread. */
final class GuardedWork {
    private static final System.Logger LOG = System.getLogger(GuardedWork.class.getName());

    private final Executor executor;

    /** Starts with an executor that makes a virtual thread for each task. */
    GuardedWork(Executor executor) {
        this.executor = executor;
    }

    /** On a virtual thread; refused when the server is stopping. */
    void later(HttpResponder responder, Runnable work) {
        try {
            executor.execute(() -> run(responder, work));
        } catch (RejectedExecutionException e) {
            responder.send(
                    GatewayAnswers.of(Fault.of(Fault.Kind.UNAVAILABLE, "The server is stopping")));
        }
    }

    /** Runs work; what it throws is answered. */
    static void run(HttpResponder responder, Runnable work) {
        try {
            work.run();
        } catch (Fault fault) {
            refuse(responder, fault);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "A request to an API failed inside Glis", e);
            refuse(responder, Fault.internal("A request failed", e));
        }
    }

    /** Answers with a fault, and has the call know why. */
    static void refuse(HttpResponder responder, Fault fault) {
        if (responder instanceof GatewayCall call) {
            call.refuse(fault.code(), GatewayAnswers.of(fault));
        } else {
            responder.send(GatewayAnswers.of(fault));
        }
    }
}
