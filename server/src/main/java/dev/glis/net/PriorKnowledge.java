package dev.glis.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import java.util.List;

/**
 * Sees by the first bytes of a connection without TLS whether its client speaks HTTP/2, and steps
 * out of the way. The deadline for those bytes is that of HTTP/1.1, which is there from the start.
 */
final class PriorKnowledge extends ByteToMessageDecoder {
    private final ListenerContext listener;

    PriorKnowledge(ListenerContext listener) {
        this.listener = listener;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        ByteBuf preface = Http2CodecUtil.connectionPrefaceBuf();
        int compared = Math.min(in.readableBytes(), preface.readableBytes());
        boolean alike = in.slice(in.readerIndex(), compared).equals(preface.slice(0, compared));
        if (alike && compared < preface.readableBytes()) {
            return;
        }
        if (alike) {
            MultiplexConnection.takeOver(context.pipeline(), listener, false);
        }
        context.pipeline().remove(this);
    }
}
