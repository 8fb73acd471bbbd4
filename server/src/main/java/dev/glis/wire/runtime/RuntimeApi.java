package dev.glis.wire.runtime;

import dev.glis.engine.GuestPort;
import dev.glis.engine.GuestProtocol;
import dev.glis.engine.Sandbox;
import dev.glis.net.BodyBudget;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;

/**
 * The AWS Lambda Runtime API, version 2018-06-01, for guests inside sandboxes. Each instance has a
 * listener of its own in its own network, and each listener its own {@link GuestPort}: a guest
 * cannot even name another's invocations.
 *
 * <p>Runs on the event loops that the front door uses, so that a call often crosses no thread.
 */
public final class RuntimeApi implements GuestProtocol {
    private static final System.Logger LOG = System.getLogger(RuntimeApi.class.getName());
    private final EventLoopGroup loops;
    private final BodyBudget bodies = GuestMemory.ofAll();

    /** Serves on these event loops, which must be NIO ones. */
    public RuntimeApi(EventLoopGroup loops) {
        this.loops = loops;
    }

    @Override
    public AutoCloseable serve(ServerSocketChannel listener, GuestPort port) {
        var connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
        var memory = new GuestMemory(bodies);
        Channel server =
                new ServerBootstrap()
                        .group(loops)
                        .channelFactory(() -> new NioServerSocketChannel(listener))
                        .handler(new AcceptPace())
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childHandler(new GuestConnections(connections, port, memory))
                        .register()
                        .channel();
        return () -> close(server, connections);
    }

    @Override
    public AutoCloseable serveHttp(Sandbox sandbox, int port, int requests, GuestPort guest) {
        try {
            sandbox.listener().close(); // an HTTP server asks nobody for work
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "A guest's listener did not close", e);
        }
        var served = new HttpGuest(loops.next(), sandbox, port, guest, new GuestMemory(bodies));
        served.start(requests);
        return served;
    }

    /** Not awaited: whoever closes may be on an event loop. */
    private static void close(Channel server, ChannelGroup connections) {
        var unusedServer = server.close();
        var unusedConnections = connections.close();
    }

    /** Sets up each connection of one guest. */
    private static final class GuestConnections extends ChannelInitializer<SocketChannel> {
        private final ChannelGroup connections;
        private final GuestPort port;
        private final GuestMemory memory;

        GuestConnections(ChannelGroup connections, GuestPort port, GuestMemory memory) {
            this.connections = connections;
            this.port = port;
            this.memory = memory;
        }

        @Override
        protected void initChannel(SocketChannel channel) {
            connections.add(channel);
            GuestConnection.addTo(channel, connections, port, memory);
        }
    }
}
