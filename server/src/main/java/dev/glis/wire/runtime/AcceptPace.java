package dev.glis.wire.runtime;

import dev.glis.base.Limits;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;

/**
 * Keeps a guest that connects on and on from taking the event loops' time: only so many of its
 * connections are accepted in a while. The others wait in the kernel, at the guest's expense.
 */
final class AcceptPace extends ChannelInboundHandlerAdapter {
    static final int WINDOW_MS = 100;
    static final int MOST_IN_WINDOW =
            Limits.GUEST_ACCEPTS_PER_SECOND.intValue() * WINDOW_MS / 1_000;

    private int accepted;

    /** A connection was accepted. */
    @Override
    public void channelRead(ChannelHandlerContext context, Object connection) {
        if (accepted++ == 0) {
            var unused =
                    context.executor()
                            .schedule(() -> goOn(context), WINDOW_MS, TimeUnit.MILLISECONDS);
        }
        if (accepted == MOST_IN_WINDOW) {
            context.channel().config().setAutoRead(false);
        }
        context.fireChannelRead(connection);
    }

    private void goOn(ChannelHandlerContext context) {
        accepted = 0;
        context.channel().config().setAutoRead(true);
    }
}
