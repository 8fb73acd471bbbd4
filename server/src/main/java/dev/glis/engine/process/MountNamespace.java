package dev.glis.engine.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A view of this machine's file systems in which the server mounts what nobody else shall see. It
 * lives as long as the server and its sandboxes do, and what is mounted in it goes with it: a
 * killed server leaves no mount behind.
 *
 * <p>As with networks, a view belongs to a thread; see {@link NetworkNamespace}. What the machine
 * mounts or unmounts later is seen inside too, but nothing mounted inside is seen outside.
 */
final class MountNamespace implements AutoCloseable {
    private static final Path CURRENT = Path.of("/proc/thread-self/ns/mnt");

    private final int home;
    private final int descriptor;

    private MountNamespace(int home, int descriptor) {
        this.home = home;
        this.descriptor = descriptor;
    }

    /** Makes one, by way of a thread that is not used again. */
    static MountNamespace create() throws IOException {
        int home = Native.open(Path.of("/proc/self/ns/mnt"));
        var made = new CompletableFuture<Integer>();
        Thread.ofPlatform().daemon().name("mounts").start(() -> make(made));
        try {
            return new MountNamespace(home, made.get());
        } catch (ExecutionException e) {
            Native.close(home);
            throw new IOException("Mounts of its own: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Native.close(home);
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        }
    }

    private static void make(CompletableFuture<Integer> made) {
        try {
            Mounts.enterNew();
            made.complete(Native.open(CURRENT));
        } catch (IOException | RuntimeException | Error e) {
            made.completeExceptionally(e);
        }
    }

    /**
     * Does something inside, which must not start threads. Called by platform threads only, which
     * must have no working folder of their own.
     */
    <T> T inside(NetworkNamespace.Action<T> action) throws IOException {
        Mounts.enter(descriptor);
        try {
            return action.run();
        } finally {
            goHome();
        }
    }

    private void goHome() {
        try {
            Mounts.enter(home);
        } catch (IOException e) {
            throw new IllegalStateException("a thread cannot leave the sandboxes' mounts", e);
        }
    }

    @Override
    public void close() {
        Native.close(descriptor);
        Native.close(home);
    }
}
