package dev.glis.engine.process;

import dev.glis.engine.Sandbox;
import dev.glis.engine.StemSandboxes;
import java.util.concurrent.CompletableFuture;

/**
 * What a sandbox without a function prints: two lines tell how far its program is, the rest is of
 * no interest to anybody. From the second on everything is the function's.
 *
 * <pre>
 *   starting --"waiting"--> waiting --"beginning"--> the function's own output
 * </pre>
 *
 * <p>No code of a function has been run before the second line, so neither can be forged. Lines
 * come from the sandbox's reader, one at a time.
 */
final class StemOutput implements Sandbox.Output {
    private final CompletableFuture<Boolean> waiting = new CompletableFuture<>();
    private final CompletableFuture<Boolean> beginning = new CompletableFuture<>();
    private volatile Sandbox.Output function = text -> true;
    private boolean begun;

    @Override
    public boolean line(String text) {
        if (begun) {
            return function.line(text);
        }
        if (text.equals(StemSandboxes.WAITING)) {
            waiting.complete(true);
        } else if (text.equals(StemSandboxes.BEGINNING) && waiting.isDone()) {
            begun = true;
            beginning.complete(true);
        }
        return true;
    }

    /** Set before the program is told to begin. */
    void function(Sandbox.Output receiver) {
        function = receiver;
    }

    /** Nothing more will be printed. */
    void ended() {
        waiting.complete(false);
        beginning.complete(false);
    }

    CompletableFuture<Boolean> waiting() {
        return waiting;
    }

    CompletableFuture<Boolean> beginning() {
        return beginning;
    }
}
