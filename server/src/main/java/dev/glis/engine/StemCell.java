package dev.glis.engine;

import org.jspecify.annotations.Nullable;

/**
 * One stem cell: a sandbox with a language runtime that waits for a function.
 *
 * <pre>
 *   STARTING --its program waits--> READY --given to an instance--> TAKEN
 *      |  dawdles, unwanted,          |  unwanted, old,
 *      v  could not start             v  has ended
 *   LEAVING ----------------------> GONE      (LEAVING: being killed, still holds its memory)
 * </pre>
 *
 * <p>The state belongs to {@link StemCells}; the body is set by the thread that starts it, and used
 * by the one that starts the instance.
 */
final class StemCell {
    enum State {
        STARTING,
        READY,
        TAKEN,
        LEAVING,
        GONE
    }

    final String id;
    final StemKind kind;
    final long startedNanos;
    State state = State.STARTING;

    private StemSandboxes.@Nullable Stem body;
    private boolean killed;

    StemCell(String id, StemKind kind, long startedNanos) {
        this.id = id;
        this.kind = kind;
        this.startedNanos = startedNanos;
    }

    synchronized void body(StemSandboxes.Stem started) {
        body = started;
        if (killed) {
            started.kill();
        }
    }

    synchronized StemSandboxes.@Nullable Stem body() {
        return body;
    }

    synchronized void kill() {
        killed = true;
        if (body != null) {
            body.kill();
        }
    }
}
