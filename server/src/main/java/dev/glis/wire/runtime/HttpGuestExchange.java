package dev.glis.wire.runtime;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.Json;
import dev.glis.engine.GuestPort;
import dev.glis.engine.HttpCall;
import dev.glis.engine.Invocation;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One request to a guest that is an HTTP server, and its response: passed on part by part where the
 * caller takes it so, else collected up to the limit of payloads.
 *
 * <p>Runs on the guest's event loop.
 */
final class HttpGuestExchange extends ChannelInboundHandlerAdapter {
    private static final String BROKEN_OFF = "Runtime.TruncatedResponse";
    private static final String NO_ANSWER = "Runtime.NoHttpResponse";
    private static final int ERROR_BODY_BYTES = 1_024;
    private static final int SEPARATOR_BYTES = 8;

    /** They are for one connection only. */
    private static final Set<String> LEFT_OUT =
            Set.of(
                    "connection",
                    "keep-alive",
                    "proxy-authenticate",
                    "trailer",
                    "transfer-encoding",
                    "upgrade");

    private final HttpGuest.Line line;
    private final GuestPort guest;
    private final Invocation invocation;
    private final CollectedBody collected;

    private @Nullable HttpResponse head;
    private GuestPort.@Nullable StreamedResponse stream;
    private boolean reusable;
    private boolean over;

    HttpGuestExchange(
            HttpGuest.Line line, GuestPort guest, Invocation invocation, GuestMemory memory) {
        this.line = line;
        this.guest = guest;
        this.invocation = invocation;
        this.collected = new CollectedBody(memory);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (over) {
                var unused = context.close();
                return;
            }
            if (message instanceof HttpResponse response) {
                begins(context, response);
            }
            if (message instanceof HttpContent content && head != null && !over) {
                continues(context, content, head);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void begins(ChannelHandlerContext context, HttpResponse response) {
        if (response.decoderResult().isFailure()) {
            broken(context, "The function's answer is not HTTP");
            return;
        }
        if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
            if (response.status().code() == 101) {
                broken(context, "The function wants to switch to a protocol other than HTTP");
            }
            return;
        }
        head = response;
        reusable = HttpUtil.isKeepAlive(response);
        if (invocation.http() != null) {
            stream = guest.stream(invocation.requestId(), HttpCall.ANSWER_TYPE);
            pass(context, stream, prelude(response));
        } else if (invocation.streaming() && isSuccess(response)) {
            stream = guest.stream(invocation.requestId(), contentType(response));
        }
    }

    private void continues(ChannelHandlerContext context, HttpContent content, HttpResponse begun) {
        if (content.decoderResult().isFailure()) {
            broken(context, "The function's answer is not HTTP");
            return;
        }
        if (content.content().isReadable()) {
            take(context, ByteBufUtil.getBytes(content.content()));
        }
        if (content instanceof LastHttpContent && !over) {
            ends(context, begun);
        }
    }

    private void take(ChannelHandlerContext context, byte[] bytes) {
        if (stream == null) {
            collected.add(bytes);
        } else if (!stream.isCollected() || collected.reserve(bytes.length)) {
            pass(context, stream, bytes);
        }
        if (collected.isStarved() || collected.isTooLarge()) {
            refuse(context);
        }
    }

    private void refuse(ChannelHandlerContext context) {
        GuestPort.Answer ignored =
                collected.isTooLarge()
                        ? guest.tooLarge(invocation.requestId())
                        : guest.error(
                                invocation.requestId(),
                                CollectedBody.NO_MEMORY,
                                CollectedBody.noMemory());
        finish(context, false);
    }

    private static void pass(
            ChannelHandlerContext context, GuestPort.StreamedResponse to, byte[] bytes) {
        context.channel().config().setAutoRead(false);
        to.part(bytes, () -> context.channel().config().setAutoRead(true));
    }

    private void ends(ChannelHandlerContext context, HttpResponse begun) {
        String requestId = invocation.requestId();
        GuestPort.Answer ignored;
        if (stream != null) {
            ignored = stream.end(null, null);
        } else if (isSuccess(begun)) {
            ignored = guest.response(requestId, collected.whole(), contentType(begun));
        } else {
            ignored = guest.error(requestId, "Http." + begun.status().code(), statusError(begun));
        }
        finish(context, reusable);
    }

    private byte[] statusError(HttpResponse response) {
        byte[] body = collected.whole();
        String begin =
                new String(
                        Arrays.copyOf(body, Math.min(body.length, ERROR_BODY_BYTES)),
                        StandardCharsets.UTF_8);
        return error(
                "Http." + response.status().code(),
                "The function answered " + response.status().code() + ": " + begin);
    }

    private static byte[] error(String type, String message) {
        return Json.bytes(Json.object().put("errorType", type).put("errorMessage", message));
    }

    /** The invocation has failed, and what comes on this connection means nothing any more. */
    private void broken(ChannelHandlerContext context, String why) {
        if (over) {
            return;
        }
        GuestPort.Answer ignored =
                stream != null
                        ? stream.end(BROKEN_OFF, error(BROKEN_OFF, why))
                        : guest.error(invocation.requestId(), NO_ANSWER, error(NO_ANSWER, why));
        finish(context, false);
    }

    private void finish(ChannelHandlerContext context, boolean keep) {
        release();
        if (context.pipeline().context(this) != null) {
            context.pipeline().remove(this);
        }
        line.finished(context.channel(), keep);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (!over) {
            line.unlessExited(() -> broken(context, whatBroke()), this::release);
        }
        context.fireChannelInactive();
    }

    private String whatBroke() {
        return head == null
                ? "The function closed the connection without an answer"
                : "The function broke its answer off";
    }

    private void release() {
        over = true;
        collected.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var unused = context.close();
    }

    private static boolean isSuccess(HttpResponse response) {
        return response.status().codeClass() == HttpStatusClass.SUCCESS;
    }

    private static String contentType(HttpResponse response) {
        return response.headers().get(HttpHeaderNames.CONTENT_TYPE, "application/octet-stream");
    }

    private static byte[] prelude(HttpResponse response) {
        ObjectNode json = Json.object().put("statusCode", response.status().code());
        Map<String, String> joined = new LinkedHashMap<>();
        var cookies = json.putArray("cookies");
        for (Map.Entry<String, String> field : response.headers()) {
            String name = field.getKey().toLowerCase(Locale.ROOT);
            if (name.equals("set-cookie")) {
                cookies.add(field.getValue());
            } else if (!LEFT_OUT.contains(name)) {
                joined.merge(name, field.getValue(), (one, other) -> one + ", " + other);
            }
        }
        ObjectNode headers = json.putObject("headers");
        joined.forEach(headers::put);
        byte[] text = Json.bytes(json);
        return Arrays.copyOf(text, text.length + SEPARATOR_BYTES);
    }
}
