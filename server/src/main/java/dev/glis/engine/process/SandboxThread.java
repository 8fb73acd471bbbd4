package dev.glis.engine.process;

import dev.glis.engine.Sandbox;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/** The thread that starts a sandbox and stays with it to its end. */
final class SandboxThread {
    private SandboxThread() {}

    /**
     * Begins the thread, and waits until it has started its sandbox.
     *
     * @param name of the thread, and of the sandbox in errors
     * @param life completes the future when the sandbox has been started, or could not be, and
     *     returns at its end
     */
    static <T extends Sandbox> T start(
            String name, long stackBytes, Consumer<CompletableFuture<T>> life) throws IOException {
        var started = new CompletableFuture<T>();
        Thread.ofPlatform()
                .name(name)
                .daemon()
                .stackSize(stackBytes)
                .start(() -> life.accept(started));
        try {
            return started.get();
        } catch (ExecutionException e) {
            String why = e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
            throw new IOException("Cannot start " + name + ": " + why, e);
        } catch (InterruptedException e) {
            var unused = started.thenAccept(Sandbox::kill);
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while starting " + name, e);
        }
    }
}
