package dev.glis.net;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The threads on which all listeners read, write and call their handlers. One set serves the whole
 * process, so that a request and the sandbox that answers it can meet without a change of thread.
 */
public final class EventLoops implements AutoCloseable {
    private final EventLoopGroup group;

    /** As many event loops as the machine has processors. */
    public EventLoops() {
        this(Runtime.getRuntime().availableProcessors());
    }

    public EventLoops(int threads) {
        group =
                new MultiThreadIoEventLoopGroup(
                        threads,
                        new DefaultThreadFactory("glis-loop", true),
                        NioIoHandler.newFactory());
    }

    /** The group, for channels of other packages that shall live on the same threads. */
    public EventLoopGroup group() {
        return group;
    }

    /** Ends the threads. Close the listeners first. */
    @Override
    public void close() {
        group.shutdownGracefully(0, 1_000, TimeUnit.MILLISECONDS).awaitUninterruptibly(2_000);
    }
}
