package dev.glis.wire.runtime;

import dev.glis.base.Limits;
import dev.glis.engine.Blueprint;
import dev.glis.engine.GuestPort;
import dev.glis.engine.Invocation;
import dev.glis.engine.Sandbox;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A guest that is an HTTP server on a port in its sandbox, which may be hostile: work is not asked
 * for but sent.
 *
 * <pre>
 *   waiting for the port --connected--> as many lines as requests at once:
 *
 *       IDLE --invocation--> CONNECTING --> SENT --response--> IDLE
 *         ^                      |            |
 *         +---undelivered--------+            +--broken: the invocation failed
 * </pre>
 *
 * Each line asks the engine for work in the guest's name, so that the engine knows one kind of
 * guest only. A line keeps its connection for the next request if the guest does and if that comes
 * soon; later the guest may be closing it at that very moment.
 *
 * <p>All of it runs on one event loop.
 */
final class HttpGuest implements AutoCloseable {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final int INITIAL_LINE_BYTES = 8_192;
    private static final long FIRST_PAUSE_MS = 1;
    private static final long MOST_PAUSE_MS = 50;
    private static final int CONNECT_MS = 1_000;

    private final EventLoop loop;
    private final Sandbox sandbox;
    private final GuestPort guest;
    private final GuestMemory memory;
    private final InetSocketAddress address;
    private final Set<Channel> connections = new HashSet<>();
    private boolean closed;

    /**
     * A guest that is not served yet.
     *
     * @param port where it listens, inside
     */
    HttpGuest(EventLoop loop, Sandbox sandbox, int port, GuestPort guest, GuestMemory memory) {
        this.loop = loop;
        this.sandbox = sandbox;
        this.guest = guest;
        this.memory = memory;
        this.address = new InetSocketAddress(LOOPBACK, port);
    }

    /** Waits for the port, then takes so many requests at once. */
    void start(int requests) {
        loop.execute(() -> awaitPort(requests, FIRST_PAUSE_MS));
    }

    @Override
    public void close() {
        loop.execute(
                () -> {
                    closed = true;
                    for (Channel connection : Set.copyOf(connections)) {
                        var unused = connection.close();
                    }
                });
    }

    private void awaitPort(int requests, long pauseMs) {
        if (closed) {
            return;
        }
        connect(
                channel -> {
                    var unused = channel.close();
                    begin(requests);
                },
                () -> {
                    long next = Math.min(2 * pauseMs, MOST_PAUSE_MS);
                    var unused =
                            loop.schedule(
                                    () -> awaitPort(requests, next),
                                    pauseMs,
                                    TimeUnit.MILLISECONDS);
                });
    }

    private void begin(int requests) {
        for (int i = 0; i < requests && !closed; i++) {
            var line = new Line();
            GuestPort.Answer ignored = guest.next(line);
        }
    }

    /** Makes a new connection, on which nothing is said yet. */
    private void connect(Consumer<Channel> connected, Runnable failed) {
        java.nio.channels.SocketChannel socket;
        try {
            socket = sandbox.socket();
        } catch (IOException e) {
            failed.run();
            return;
        }
        var unused =
                new Bootstrap()
                        .group(loop)
                        .channelFactory(() -> new NioSocketChannel(socket))
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MS)
                        .handler(new Setup())
                        .connect(address)
                        .addListener(
                                (ChannelFuture tried) -> {
                                    if (tried.isSuccess() && !closed) {
                                        connected.accept(tried.channel());
                                    } else {
                                        var unusedClose = tried.channel().close();
                                        failed.run();
                                    }
                                });
    }

    /** Sets up each connection to the guest. */
    private final class Setup extends ChannelInitializer<SocketChannel> {
        @Override
        protected void initChannel(SocketChannel channel) {
            connections.add(channel);
            channel.closeFuture().addListener(_ -> connections.remove(channel));
            var decoding =
                    new HttpDecoderConfig()
                            .setMaxInitialLineLength(INITIAL_LINE_BYTES)
                            .setMaxHeaderSize(Limits.GUEST_HEADER_BYTES.intValue())
                            .setMaxChunkSize(Limits.GUEST_RESPONSE_PART_BYTES.intValue());
            channel.pipeline().addLast(new HttpClientCodec(decoding, false, false));
        }
    }

    /** One request at a time. */
    final class Line implements GuestPort.Receiver {
        private @Nullable Channel kept;

        @Override
        public void invoke(Invocation invocation, Blueprint blueprint, long deadlineEpochMs) {
            loop.execute(() -> send(invocation, deadlineEpochMs));
        }

        private void send(Invocation invocation, long deadlineEpochMs) {
            Channel usable = kept;
            kept = null;
            if (usable != null && usable.isActive()) {
                exchange(usable, invocation, deadlineEpochMs);
                return;
            }
            connect(
                    channel -> exchange(channel, invocation, deadlineEpochMs),
                    () -> guest.undelivered(invocation.requestId()));
        }

        private void exchange(Channel channel, Invocation invocation, long deadlineEpochMs) {
            channel.config().setAutoRead(true);
            channel.pipeline().addLast(new HttpGuestExchange(this, guest, invocation, memory));
            channel.writeAndFlush(
                            HttpGuestRequests.of(invocation, deadlineEpochMs, address.getPort()))
                    .addListener(
                            written -> {
                                if (!written.isSuccess()) {
                                    var unused = channel.close();
                                }
                            });
        }

        /** The response is whole; the next request may come. */
        void finished(Channel channel, boolean reusable) {
            if (closed) {
                return;
            }
            if (reusable && channel.isActive()) {
                kept = channel;
                var unused =
                        loop.schedule(
                                () -> letGo(channel),
                                Limits.GUEST_KEPT_MS.value(),
                                TimeUnit.MILLISECONDS);
            } else {
                var unused = channel.close();
            }
            GuestPort.Answer ignored = guest.next(this);
        }

        /**
         * What to do about a connection that broke. A program that ends breaks its connections
         * first, and its exit says more, which the engine tells.
         */
        void unlessExited(Runnable broken, Runnable exited) {
            var unused =
                    loop.schedule(
                            () -> (sandbox.exit().isDone() ? exited : broken).run(),
                            Limits.GUEST_EXIT_MS.value(),
                            TimeUnit.MILLISECONDS);
        }

        private void letGo(Channel channel) {
            if (kept == channel) {
                kept = null;
                var unused = channel.close();
            }
        }
    }
}
