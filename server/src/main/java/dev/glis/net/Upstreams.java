package dev.glis.net;

import dev.glis.base.Limits;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * Makes HTTP requests of other servers.
 *
 * <p>A request stays on the event loop that it came in on: each loop has its own idle connections,
 * so that taking one needs no lock, and what the other server says is passed on without a change of
 * thread. Idle connections are used last in, first out, and closed after a while.
 *
 * <p>A server may close an idle connection just when it is used again. A request that can be
 * repeated without harm, and of whose answer nothing has come, is then made once more on a new
 * connection.
 */
public final class Upstreams implements AutoCloseable {
    private static final int HEAD_BYTES = 64 * 1024;
    private static final int LINE_BYTES = 16 * 1024;

    private final EventLoopGroup group;
    private final Map<EventLoop, Loop> loops = new ConcurrentHashMap<>();

    /** Made when a server is first spoken to over TLS: reading the authorities takes its time. */
    private static final class Trusted {
        private static final SslContext AUTHORITIES = make();

        private static SslContext make() {
            try {
                return SslContextBuilder.forClient().build();
            } catch (SSLException e) {
                throw new IllegalStateException("This Java has no TLS", e);
            }
        }
    }

    /**
     * On these event loops.
     *
     * @param loops those of the listeners
     */
    public Upstreams(EventLoops loops) {
        this.group = loops.group();
        for (EventExecutor executor : group) {
            this.loops.put((EventLoop) executor, new Loop((EventLoop) executor));
        }
    }

    /**
     * Makes a request; the answer is told on the calling event loop, or on any if called by another
     * thread.
     */
    public void send(UpstreamRequest request, UpstreamAnswer answer) {
        for (Loop loop : loops.values()) {
            if (loop.eventLoop.inEventLoop()) {
                loop.send(request, answer);
                return;
            }
        }
        Loop any = loops.get(group.next());
        if (any != null) {
            any.eventLoop.execute(() -> any.send(request, answer));
        }
    }

    /** Closes the idle connections; those in use end with their requests. */
    @Override
    public void close() {
        loops.values().forEach(loop -> loop.eventLoop.execute(loop::closeIdle));
    }

    /** The connections of one event loop, and used by it alone. */
    static final class Loop {
        private final EventLoop eventLoop;
        private final Map<UpstreamRequest.Server, Deque<UpstreamConnection>> idle = new HashMap<>();
        private final Map<UpstreamRequest.Server, Integer> open = new HashMap<>();

        Loop(EventLoop eventLoop) {
            this.eventLoop = eventLoop;
        }

        private void send(UpstreamRequest request, UpstreamAnswer answer) {
            UpstreamConnection connection = takeIdle(request.server());
            if (connection != null) {
                connection.send(request, answer, true);
            } else {
                sendAnew(request, answer);
            }
        }

        private @Nullable UpstreamConnection takeIdle(UpstreamRequest.Server server) {
            Deque<UpstreamConnection> waiting = idle.get(server);
            UpstreamConnection connection = waiting == null ? null : waiting.pollLast();
            if (waiting != null && waiting.isEmpty()) {
                idle.remove(server);
            }
            return connection;
        }

        /** On a new connection. */
        void sendAnew(UpstreamRequest request, UpstreamAnswer answer) {
            UpstreamRequest.Server server = request.server();
            int count = open.merge(server, 1, Integer::sum);
            if (count > Limits.UPSTREAM_CONNECTIONS.value()) {
                closed(server);
                answer.failed(UpstreamAnswer.Failure.TOO_MANY);
                return;
            }
            var connection = new UpstreamConnection(this, server);
            new Bootstrap()
                    .group(eventLoop)
                    .channel(NioSocketChannel.class)
                    .option(ChannelOption.TCP_NODELAY, true)
                    .option(
                            ChannelOption.CONNECT_TIMEOUT_MILLIS,
                            (int) Math.min(request.timeoutMs(), Limits.UPSTREAM_CONNECT_MS.value()))
                    .handler(initializer(server, connection))
                    .connect(server.address())
                    .addListener(
                            done -> {
                                if (done.isSuccess()) {
                                    connection.send(request, answer, false);
                                } else {
                                    closed(server);
                                    answer.failed(UpstreamAnswer.Failure.UNREACHABLE);
                                }
                            });
        }

        private ChannelInitializer<Channel> initializer(
                UpstreamRequest.Server server, UpstreamConnection connection) {
            return new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel channel) {
                    if (server.secure()) {
                        var handler =
                                Trusted.AUTHORITIES.newHandler(
                                        channel.alloc(), server.host(), server.address().getPort());
                        requireHost(handler.engine());
                        channel.pipeline().addLast(handler);
                    }
                    channel.pipeline()
                            .addLast(
                                    new HttpClientCodec(LINE_BYTES, HEAD_BYTES, LINE_BYTES),
                                    connection);
                }
            };
        }

        private static void requireHost(SSLEngine engine) {
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            engine.setSSLParameters(parameters);
        }

        /** A connection has no request any more, and may get another. */
        void release(UpstreamConnection connection) {
            idle.computeIfAbsent(connection.server(), server -> new ArrayDeque<>())
                    .addLast(connection);
        }

        /** An idle connection has ended. */
        void forget(UpstreamConnection connection) {
            Deque<UpstreamConnection> waiting = idle.get(connection.server());
            if (waiting != null && waiting.remove(connection) && waiting.isEmpty()) {
                idle.remove(connection.server());
            }
        }

        /** A connection has ended, idle or not. */
        void closed(UpstreamRequest.Server server) {
            open.computeIfPresent(
                    server, (same, count) -> count == 1 ? null : (Integer) (count - 1));
        }

        private void closeIdle() {
            idle.values().stream()
                    .flatMap(Deque::stream)
                    .toList()
                    .forEach(UpstreamConnection::close);
            idle.clear();
        }
    }
}
