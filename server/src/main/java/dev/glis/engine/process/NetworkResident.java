package dev.glis.engine.process;

import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A thread that lives in a network of its own until it is closed, for servers that cannot leave one
 * again: the server's own network belongs to another user namespace when an ordinary user started
 * it. Nothing but what is handed to {@link #run} runs there, so no other thread is ever started
 * inside.
 */
final class NetworkResident implements AutoCloseable {
    private static final int STACK_BYTES = 256 * 1024;

    private final BlockingQueue<FutureTask<?>> tasks = new ArrayBlockingQueue<>(1);
    private final Thread thread;

    /** Starts one; its first task must be to enter the network. */
    NetworkResident() {
        thread =
                Thread.ofPlatform()
                        .name("network")
                        .daemon()
                        .stackSize(STACK_BYTES)
                        .start(this::live);
    }

    private void live() {
        try {
            while (!Thread.interrupted()) {
                tasks.take().run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    /** Runs it there, and waits for it. Called by one thread at a time. */
    <T> T run(NetworkNamespace.Action<T> action) throws IOException {
        var task = new FutureTask<T>(action::run);
        try {
            tasks.put(task);
            return task.get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw new IOException(cause == null ? "unknown" : cause.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        }
    }

    /** Ends the thread, and with it every process that it started and that dies with its parent. */
    @Override
    public void close() {
        thread.interrupt();
    }
}
