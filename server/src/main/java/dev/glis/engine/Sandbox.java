package dev.glis.engine;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;

/**
 * One isolated group of processes, or what stands for it, started and running until it exits or is
 * killed.
 */
public interface Sandbox {
    /**
     * Lets its guest ask for work and answer, until the returned handle is closed. Called once. The
     * guests of most kinds speak the protocol at the {@link #listener}.
     */
    default AutoCloseable serve(GuestProtocol protocol, GuestPort port) {
        return protocol.serve(listener(), port);
    }

    /**
     * The listener inside the sandbox's network, bound before its first process started. Whoever
     * takes it closes it.
     */
    ServerSocketChannel listener();

    /**
     * Where processes inside reach {@link #listener}, as host and port. They find it in their
     * environment variable {@code AWS_LAMBDA_RUNTIME_API}, which whoever starts the sandbox sets.
     */
    default String apiAddress() {
        return "127.0.0.1:9001";
    }

    /**
     * A new socket in the sandbox's network, not connected. Called by platform threads; does not
     * block.
     *
     * @throws IOException when the sandbox has ended
     */
    default SocketChannel socket() throws IOException {
        throw new IOException("This kind of sandbox has no network of its own");
    }

    /** Completes, never exceptionally, when no process of the sandbox is left. */
    CompletableFuture<Exit> exit();

    /** Kills every process in it; returns at once. Harmless when called again. */
    void kill();

    /**
     * Asks its main process to end, by SIGTERM. Whether it does is up to it: {@link #kill} is for
     * later. Returns at once.
     */
    default void terminate() {
        kill();
    }

    /**
     * Stops every process in it, until {@link #thaw}. They die all the same when they are killed,
     * or when the server is. Blocks for some milliseconds at most.
     *
     * @return whether they are stopped now; some kinds of sandbox cannot do that
     */
    boolean freeze();

    /** Lets its processes run again, after {@link #freeze} has returned; does not block. */
    void thaw();

    /**
     * Has the kernel take back what memory it can, from one that is frozen: what can be read from
     * files again, and is then read more slowly. Blocks.
     */
    default void reclaim() {}

    /** What it holds now, in bytes; less than 0 where the machine cannot tell. */
    default long heldMemoryBytes() {
        return -1;
    }

    /** Peak memory so far, in bytes; 0 where the machine cannot tell. */
    long peakMemoryBytes();

    /**
     * Runs the action once all that the sandbox printed before this call has been given to its
     * {@link Output}; at once when nothing is pending.
     */
    void afterOutput(Runnable action);

    /**
     * How a sandbox ended.
     *
     * @param status of its main process; 128 + N when killed by signal N
     * @param outOfMemory whether the memory limit killed a process in it
     * @param begun whether its command was started; if not, the machine failed, not the command
     */
    record Exit(int status, boolean outOfMemory, boolean begun) {
        /** Of a command that was started. */
        public Exit(int status, boolean outOfMemory) {
            this(status, outOfMemory, true);
        }
    }

    /** Takes what a sandbox prints, line by line, called by one thread at a time. */
    interface Output {
        /**
         * A line, without its break; one longer than the limit comes in pieces.
         *
         * @return false to make the sandbox wait: nothing is read for a while
         */
        boolean line(String text);
    }
}
