package dev.glis.wire.runtime;

import dev.glis.engine.HttpCall;
import dev.glis.engine.Invocation;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What guests that are HTTP servers are asked. */
final class HttpGuestRequests {
    private static final String REQUEST_ID = "X-Glis-Request-Id";
    private static final String DEADLINE = "X-Glis-Deadline-Ms";
    private static final String TRACE_ID = "X-Amzn-Trace-Id";

    /** They are for one connection only, or are set anew. */
    private static final Set<String> LEFT_OUT =
            Set.of(
                    "connection",
                    "keep-alive",
                    "proxy-connection",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade",
                    "expect",
                    "content-length",
                    "x-amzn-trace-id",
                    "x-glis-request-id",
                    "x-glis-deadline-ms");

    private HttpGuestRequests() {}

    /** An HTTP call as it came; of any other event a POST of its JSON to the root. */
    static FullHttpRequest of(Invocation invocation, long deadlineEpochMs, int port) {
        HttpCall call = invocation.http();
        FullHttpRequest request =
                call == null ? event(invocation, port) : passedOn(call, invocation);
        HttpHeaders headers = request.headers();
        headers.set(REQUEST_ID, invocation.requestId());
        headers.set(DEADLINE, deadlineEpochMs);
        headers.set(TRACE_ID, invocation.traceHeader());
        return request;
    }

    private static FullHttpRequest event(Invocation invocation, int port) {
        FullHttpRequest request = request(HttpMethod.POST, "/", invocation.payload());
        request.headers().set(HttpHeaderNames.HOST, "127.0.0.1:" + port);
        request.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/json");
        request.headers().set(HttpHeaderNames.CONTENT_LENGTH, invocation.payload().length);
        return request;
    }

    private static FullHttpRequest passedOn(HttpCall call, Invocation invocation) {
        byte[] body = invocation.payload();
        FullHttpRequest request = request(HttpMethod.valueOf(call.method()), call.target(), body);
        List<String> fields = call.fields();
        for (int i = 0; i < fields.size(); i += 2) {
            if (!LEFT_OUT.contains(fields.get(i).toLowerCase(Locale.ROOT))) {
                request.headers().add(fields.get(i), fields.get(i + 1));
            }
        }
        if (body.length > 0 || !MAY_LACK_A_BODY.contains(call.method())) {
            request.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        }
        return request;
    }

    private static final Set<String> MAY_LACK_A_BODY = Set.of("GET", "HEAD", "DELETE", "OPTIONS");

    private static FullHttpRequest request(HttpMethod method, String target, byte[] body) {
        return new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1,
                method,
                target,
                Unpooled.wrappedBuffer(body),
                DefaultHttpHeadersFactory.headersFactory(),
                DefaultHttpHeadersFactory.trailersFactory());
    }
}
