package dev.glis.net;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One request and the way back to its client. Any thread may answer; the work is done on the
 * connection's event loop, reached by one hop from elsewhere.
 */
final class Exchange implements HttpResponder {
    private static final System.Logger LOG = System.getLogger(Exchange.class.getName());

    private enum Phase {
        OPEN,
        COMPLETE,
        CLIENT_GONE
    }

    private final ExchangeCarrier carrier;
    private final LoopSteps steps;
    private final AtomicBoolean answered = new AtomicBoolean();
    private final boolean head;
    private final boolean oldProtocol;
    private final boolean persistent;

    private Phase phase = Phase.OPEN;
    private @Nullable List<Runnable> disconnectActions;

    /**
     * @param head whether the method is HEAD
     * @param oldProtocol whether it is HTTP/1.0
     * @param persistent whether the client wants to go on with this connection
     */
    Exchange(
            ExchangeCarrier carrier,
            LoopSteps steps,
            boolean head,
            boolean oldProtocol,
            boolean persistent) {
        this.carrier = carrier;
        this.steps = steps;
        this.head = head;
        this.oldProtocol = oldProtocol;
        this.persistent = persistent;
    }

    boolean isHead() {
        return head;
    }

    boolean isOldProtocol() {
        return oldProtocol;
    }

    boolean isPersistent() {
        return persistent;
    }

    @Override
    public void send(HttpResponse response) {
        claim();
        HttpResponse safe = wellFormed(response);
        steps.run(() -> carrier.answer(this, safe));
    }

    @Override
    public BodyStream stream(int status, Headers headers) {
        claim();
        if (!ResponseWriter.isWellFormed(headers)) {
            steps.run(() -> carrier.answer(this, malformedAnswer()));
            return BodyStream.DROPPED;
        }
        var stream = new ExchangeStream(carrier, steps, this);
        onDisconnect(stream::clientGone);
        steps.enqueue(() -> carrier.beginStream(this, stream, status, headers));
        return stream;
    }

    @Override
    public void upgrade(WebSocketUpgrade upgrade) {
        claim();
        steps.enqueue(() -> carrier.upgrade(this, upgrade));
    }

    @Override
    public void onDisconnect(Runnable action) {
        synchronized (this) {
            if (phase == Phase.COMPLETE) {
                return;
            }
            if (phase == Phase.OPEN) {
                if (disconnectActions == null) {
                    disconnectActions = new ArrayList<>(2);
                }
                disconnectActions.add(action);
                return;
            }
        }
        runLogged(action);
    }

    /**
     * Answers for a handler that threw: with 500, or, where it had begun to answer, by breaking.
     */
    void handlerFailed(RuntimeException failure) {
        LOG.log(System.Logger.Level.ERROR, "A request handler failed", failure);
        if (answered.compareAndSet(false, true)) {
            steps.run(() -> carrier.answer(this, internalError()));
        } else {
            steps.run(() -> carrier.abort(this));
        }
    }

    /** The response is complete. */
    synchronized void complete() {
        if (phase == Phase.OPEN) {
            phase = Phase.COMPLETE;
            disconnectActions = null;
        }
    }

    /** The connection closed. */
    void clientGone() {
        List<Runnable> actions;
        synchronized (this) {
            if (phase != Phase.OPEN) {
                return;
            }
            phase = Phase.CLIENT_GONE;
            actions = disconnectActions == null ? List.of() : disconnectActions;
            disconnectActions = null;
        }
        actions.forEach(Exchange::runLogged);
    }

    private void claim() {
        if (!answered.compareAndSet(false, true)) {
            throw new IllegalStateException("This request has been answered already");
        }
    }

    private static HttpResponse wellFormed(HttpResponse response) {
        return ResponseWriter.isWellFormed(response.headers()) ? response : malformedAnswer();
    }

    private static HttpResponse malformedAnswer() {
        LOG.log(
                System.Logger.Level.ERROR,
                "A response had a header field with a control character; answered 500 instead");
        return internalError();
    }

    private static HttpResponse internalError() {
        return PlainAnswers.of(500, "The server failed on this request");
    }

    static void runLogged(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "An action on a connection's end failed", e);
        }
    }
}
