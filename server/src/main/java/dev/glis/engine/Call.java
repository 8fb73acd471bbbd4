package dev.glis.engine;

/**
 * One admitted invocation on its way through the engine.
 *
 * <pre>
 *   waiting ──given──▶ at work ──answered or failed──▶ answered ──the guest asks again, or ends──▶ closed
 *      └─────rejected, or failed with its instance's initialisation──────────────────────────────▶ closed
 * </pre>
 *
 * Owned by the {@link Fleet}; its lock guards every field that is not final.
 */
final class Call {
    static final long NEVER = Long.MAX_VALUE;

    final Invocation invocation;
    final InvocationListener listener;
    final Pool pool;
    final Concurrency.Share share;
    final long acceptedNanos;

    long startedNanos = NEVER;
    long deadlineNanos = NEVER;
    long answeredNanos = NEVER;

    /** The initialisation that this call had to wait for; negative when there was none. */
    long initNanos = -1;

    /** Given once to a guest that was gone before it could read it. */
    boolean returned;

    /** What the caller is told, once known; for a tail call it waits for the log. */
    Ending ending = Ending.OPEN;

    Call(Pool pool, Invocation invocation, InvocationListener listener, long acceptedNanos) {
        this.pool = pool;
        this.share = pool.share;
        this.invocation = invocation;
        this.listener = listener;
        this.acceptedNanos = acceptedNanos;
    }

    /** Whether the listener has been told the end; guarded by this call's own monitor. */
    private boolean delivered;

    String requestId() {
        return invocation.requestId();
    }

    boolean answered() {
        return answeredNanos != NEVER;
    }

    void given(long now, long timeoutNanos, long init) {
        startedNanos = now;
        deadlineNanos = now + timeoutNanos;
        initNanos = init;
    }

    /** Tells the caller the end, once; parts of a stream come before it or not at all. */
    synchronized void deliver(Outcome outcome) {
        if (!delivered) {
            delivered = true;
            listener.completed(outcome);
        }
    }

    synchronized void deliverHead(String contentType) {
        if (!delivered) {
            listener.head(contentType);
        }
    }

    synchronized void deliverPart(byte[] bytes, Runnable resume) {
        if (delivered) {
            resume.run();
        } else {
            listener.part(bytes, resume);
        }
    }

    void takenBack() {
        startedNanos = NEVER;
        deadlineNanos = NEVER;
        initNanos = -1;
        returned = true;
    }
}
