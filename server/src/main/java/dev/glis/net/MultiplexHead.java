package dev.glis.net;

import dev.glis.net.RequestRules.Refusal;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Heads of HTTP/2 as heads of HTTP/1.1, and back. Netty has refused malformed names and values,
 * pseudo-fields that are twice, late or unknown, and fields that belong to one connection of
 * HTTP/1.1. Here is refused what would get another meaning on the way.
 */
final class MultiplexHead {
    /** What became of a request's head. */
    sealed interface Reading {}

    /** It can be one of HTTP/1.1. */
    record Good(io.netty.handler.codec.http.HttpRequest request) implements Reading {}

    /** It cannot. */
    record Bad(Refusal refusal) implements Reading {}

    private MultiplexHead() {}

    static Reading read(Http2Headers fields, HttpLimits limits) {
        Refusal refusal = badPseudoFields(fields, limits);
        if (refusal != null) {
            return new Bad(refusal);
        }
        try {
            var request =
                    new DefaultHttpRequest(
                            HttpVersion.HTTP_1_1,
                            HttpMethod.valueOf(fields.method().toString()),
                            fields.path().toString(),
                            DefaultHttpHeadersFactory.headersFactory());
            refusal = copy(fields, request.headers());
            return refusal == null ? new Good(request) : new Bad(refusal);
        } catch (IllegalArgumentException e) {
            return new Bad(new Refusal(400, "A header field has a character that it may not have"));
        }
    }

    private static @Nullable Refusal badPseudoFields(Http2Headers fields, HttpLimits limits) {
        if (fields.method() == null || fields.path() == null || fields.scheme() == null) {
            return new Refusal(400, "A request has :method, :scheme and :path");
        }
        String scheme = fields.scheme().toString();
        if (!scheme.equals("http") && !scheme.equals("https")) {
            return new Refusal(400, "The :scheme is http or https");
        }
        if (fields.path().length() > limits.targetBytes()) {
            return new Refusal(
                    414, "The request target is longer than " + limits.targetBytes() + " bytes");
        }
        return null;
    }

    private static @Nullable Refusal copy(Http2Headers fields, HttpHeaders to) {
        CharSequence authority = fields.authority();
        if (authority != null) {
            to.add(HttpHeaderNames.HOST, authority);
        }
        StringBuilder cookies = null;
        for (Map.Entry<CharSequence, CharSequence> field : fields) {
            CharSequence name = field.getKey();
            CharSequence value = field.getValue();
            if (name.isEmpty() || name.charAt(0) == ':') {
                continue;
            }
            Refusal refusal = gRpc(name, value);
            if (refusal != null) {
                return refusal;
            }
            if (AsciiString.contentEquals(name, HttpHeaderNames.COOKIE)) {
                cookies = cookies == null ? new StringBuilder() : cookies.append("; ");
                cookies.append(value);
            } else if (!AsciiString.contentEquals(name, HttpHeaderNames.HOST)
                    || authority == null) {
                to.add(name, value);
            } else if (!AsciiString.contentEqualsIgnoreCase(value, authority)) {
                return new Refusal(400, "The Host header field differs from :authority");
            }
        }
        if (cookies != null) {
            to.add(HttpHeaderNames.COOKIE, cookies);
        }
        return null;
    }

    private static @Nullable Refusal gRpc(CharSequence name, CharSequence value) {
        return AsciiString.contentEquals(name, HttpHeaderNames.CONTENT_TYPE)
                        && AsciiString.of(value).toLowerCase().startsWith("application/grpc")
                ? new Refusal(415, "gRPC needs trailers, which this server does not pass on")
                : null;
    }

    /** The head of an answer, without what only HTTP/1.1 has. */
    static Http2Headers answer(int status, Headers headers, String date) {
        var head = new DefaultHttp2Headers(false, headers.size() + 4);
        head.status(Integer.toString(status));
        for (int i = 0; i < headers.size(); i++) {
            String name = headers.name(i);
            if (!FieldRules.isOfListener(name) && !isOfOldConnection(name)) {
                head.add(AsciiString.of(name).toLowerCase(), bytesOf(headers.value(i)));
            }
        }
        return head.set(HttpHeaderNames.DATE, date);
    }

    private static boolean isOfOldConnection(String name) {
        return name.equalsIgnoreCase("Upgrade") || name.equalsIgnoreCase("Proxy-Connection");
    }

    private static CharSequence bytesOf(String value) {
        return ResponseWriter.isLatin(value)
                ? value
                : new AsciiString(value.getBytes(StandardCharsets.UTF_8), false);
    }
}
