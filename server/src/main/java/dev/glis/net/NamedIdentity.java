package dev.glis.net;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Picks a connection's TLS identity by the name that its client asks for (SNI), else takes the
 * listener's own; where there is neither, the handshake is refused by an alert. Runs on the
 * connection's event loop.
 */
final class NamedIdentity extends AbstractSniHandler<TlsIdentity> {
    private static final System.Logger LOG = System.getLogger(NamedIdentity.class.getName());

    /** A fatal alert, unrecognized_name (RFC 6066, section 3), as a record of its own. */
    private static final byte[] UNRECOGNIZED_NAME = {21, 3, 3, 0, 2, 2, 112};

    private final ServerNames names;
    private final @Nullable TlsIdentity otherwise;
    private final OwnedConnection connection;

    NamedIdentity(ServerNames names, @Nullable TlsIdentity otherwise, OwnedConnection connection) {
        this.names = names;
        this.otherwise = otherwise;
        this.connection = connection;
    }

    @Override
    protected Future<TlsIdentity> lookup(ChannelHandlerContext context, @Nullable String host) {
        Promise<TlsIdentity> picked = context.executor().newPromise();
        if (host == null) {
            settle(picked, Optional.empty());
            return picked;
        }
        connection.openedFor(host);
        CompletableFuture<?> unused =
                names.identity(host)
                        .whenComplete(
                                (found, failure) -> {
                                    if (failure == null) {
                                        settle(picked, found);
                                    } else {
                                        LOG.log(Level.WARNING, "No identity for " + host, failure);
                                        picked.setFailure(failure);
                                    }
                                });
        return picked;
    }

    private void settle(Promise<TlsIdentity> picked, Optional<TlsIdentity> found) {
        TlsIdentity identity = found.orElse(otherwise);
        if (identity == null) {
            picked.setFailure(new UnknownName());
        } else {
            picked.setSuccess(identity);
        }
    }

    @Override
    protected void onLookupComplete(
            ChannelHandlerContext context, @Nullable String host, Future<TlsIdentity> picked) {
        if (picked.isSuccess()) {
            SslHandler handler = picked.getNow().context().newHandler(context.alloc());
            context.pipeline().replace(this, SslHandler.class.getName(), handler);
        } else {
            context.writeAndFlush(Unpooled.wrappedBuffer(UNRECOGNIZED_NAME))
                    .addListener(ChannelFutureListener.CLOSE);
        }
    }

    /** Nobody has the name. */
    private static final class UnknownName extends Exception {
        private static final long serialVersionUID = 1L;

        UnknownName() {
            super("no such name", null, false, false);
        }
    }
}
