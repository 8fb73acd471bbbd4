package dev.glis.net;

import dev.glis.base.Clock;
import dev.glis.base.Fault;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Listens for HTTP/1.1 and HTTP/2, over TLS where it has a certificate, and hands requests to one
 * handler, on the event loops: whole, or as streams where the handler wants that. It enforces its
 * limits before a handler sees anything.
 *
 * <p>{@link #start} and {@link #close} block; call them from any thread that is not an event loop.
 */
public final class HttpListener implements AutoCloseable {
    private static final int BACKLOG = 1_024;

    private final EventLoops loops;
    private final ListenAddress address;
    private final @Nullable TlsFiles tls;
    private final @Nullable ServerNames names;
    private final HttpLimits limits;
    private final BodyBudget bodies;
    private final HttpHandler handler;
    private final Clock clock;
    private final ConnectionRegistry registry;
    private @Nullable Channel channel;

    /** A listener without TLS, with bodies of its own. */
    public HttpListener(
            EventLoops loops,
            ListenAddress address,
            HttpLimits limits,
            HttpHandler handler,
            Clock clock) {
        this(loops, address, null, limits, BodyBudget.standard(), handler, clock);
    }

    public HttpListener(
            EventLoops loops,
            ListenAddress address,
            @Nullable TlsFiles tls,
            HttpLimits limits,
            BodyBudget bodies,
            HttpHandler handler,
            Clock clock) {
        this(loops, address, tls, null, limits, bodies, handler, clock);
    }

    /**
     * A listener.
     *
     * @param tls who it is towards clients that ask for no name that has its own identity; without
     *     it and names, it speaks plain HTTP
     * @param names that have their own identities, for a listener of TLS
     */
    public HttpListener(
            EventLoops loops,
            ListenAddress address,
            @Nullable TlsFiles tls,
            @Nullable ServerNames names,
            HttpLimits limits,
            BodyBudget bodies,
            HttpHandler handler,
            Clock clock) {
        this.loops = loops;
        this.address = address;
        this.tls = tls;
        this.names = names;
        this.limits = limits;
        this.bodies = bodies;
        this.handler = handler;
        this.clock = clock;
        this.registry = new ConnectionRegistry(limits.connectionsPerAddress(), clock);
    }

    /**
     * Begins to listen.
     *
     * @throws Fault CONFLICT {@code port-in-use}, or INVALID {@code listen-address} or {@code
     *     tls-files}
     */
    public void start() {
        TlsIdentity identity = tls == null ? null : tls.load();
        ChannelFuture bound =
                new ServerBootstrap()
                        .group(loops.group())
                        .channel(NioServerSocketChannel.class)
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(
                                ChannelOption.WRITE_BUFFER_WATER_MARK,
                                new WriteBufferWaterMark(64 * 1024, 256 * 1024))
                        .childHandler(new Pipeline(identity))
                        .bind(address.host(), address.port())
                        .awaitUninterruptibly();
        Throwable cause = bound.cause();
        if (cause != null) {
            throw explain(cause);
        }
        channel = bound.channel();
    }

    /** The port it listens on. */
    public int port() {
        return ((InetSocketAddress) boundChannel().localAddress()).getPort();
    }

    /** How many connections are open. */
    public int connections() {
        return registry.size();
    }

    /** Accepts no more, gives requests at work their time of grace, then closes everything. */
    @Override
    public void close() {
        Channel listening = channel;
        if (listening == null) {
            return;
        }
        listening.close().awaitUninterruptibly();
        registry.close().forEach(OpenConnection::closeGracefully);
        awaitEndOfRequests().forEach(OpenConnection::closeNow);
    }

    private java.util.Set<OpenConnection> awaitEndOfRequests() {
        try {
            return registry.awaitNone(limits.closeGraceMs());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return registry.close();
        }
    }

    private Channel boundChannel() {
        Channel listening = channel;
        if (listening == null) {
            throw new IllegalStateException("The listener has not started");
        }
        return listening;
    }

    private Fault explain(Throwable cause) {
        String place = address.host() + ":" + address.port();
        String reason = String.valueOf(cause.getMessage());
        if (cause instanceof BindException && reason.toLowerCase(Locale.ROOT).contains("in use")) {
            return new Fault(
                    Fault.Kind.CONFLICT,
                    "port-in-use",
                    "Port "
                            + address.port()
                            + " on "
                            + address.host()
                            + " is in use by another program; end it, or choose another port with "
                            + address.portFlag(),
                    cause);
        }
        String why = cause instanceof UnresolvedAddressException ? "the host is not known" : reason;
        return new Fault(
                Fault.Kind.INVALID,
                "listen-address",
                "Cannot listen on "
                        + place
                        + " ("
                        + why
                        + "); choose an address of this machine, and with "
                        + address.portFlag()
                        + " a port this user may open",
                cause);
    }

    /** Builds each new connection's chain of handlers. */
    private final class Pipeline extends ChannelInitializer<SocketChannel> {
        private final @Nullable TlsIdentity identity;
        private final ListenerContext context =
                new ListenerContext(
                        limits,
                        bodies,
                        new RequestRules(limits),
                        handler,
                        new DateHeader(clock),
                        clock,
                        registry);

        Pipeline(@Nullable TlsIdentity identity) {
            this.identity = identity;
        }

        @Override
        protected void initChannel(SocketChannel connection) {
            var pipeline = connection.pipeline();
            if (names != null) {
                var owned = new OwnedConnection(names, handler);
                pipeline.addLast(new NamedIdentity(names, identity, owned));
                addHttp(pipeline, context.with(owned), true);
            } else if (identity != null) {
                pipeline.addLast(identity.context().newHandler(connection.alloc()));
                addHttp(pipeline, context, true);
            } else {
                addHttp(pipeline, context, false);
            }
        }

        private void addHttp(ChannelPipeline pipeline, ListenerContext of, boolean secure) {
            pipeline.addLast(secure ? new NegotiatedProtocol(of) : new PriorKnowledge(of));
            pipeline.addLast(new RequestDecoder(limits));
            pipeline.addLast(new HttpConnection(of, secure));
        }
    }
}
