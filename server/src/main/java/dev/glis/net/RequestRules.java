package dev.glis.net;

import dev.glis.base.Limits;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a request's head must be like before anybody looks at it. */
final class RequestRules {
    /** Why a request is refused by the listener itself. */
    record Refusal(int status, String reason) {}

    private final HttpLimits limits;

    RequestRules(HttpLimits limits) {
        this.limits = limits;
    }

    /** The first rule that the head breaks, or null. */
    @Nullable Refusal check(io.netty.handler.codec.http.HttpRequest request) {
        Refusal unreadable = unreadable(request);
        if (unreadable != null) {
            return unreadable;
        }
        HttpVersion version = request.protocolVersion();
        if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
            return new Refusal(505, "This server speaks HTTP/1.1 and HTTP/2");
        }
        HttpHeaders headers = request.headers();
        if (headers.size() > limits.headerFields()) {
            return new Refusal(
                    431, "More than " + limits.headerFields() + " header fields in the request");
        }
        Refusal bad = badMethod(request.method().name());
        bad = bad != null ? bad : badTarget(request.uri());
        bad = bad != null ? bad : badHost(headers.getAll(HttpHeaderNames.HOST), version);
        bad = bad != null ? bad : badFraming(headers, version);
        return bad != null ? bad : badLength(headers);
    }

    /** The refusal of what the parser could not read, or null. */
    @Nullable Refusal unreadable(HttpObject part) {
        DecoderResult result = part.decoderResult();
        if (!result.isFailure()) {
            return null;
        }
        return switch (result.cause()) {
            case TooLongHttpLineException e ->
                    new Refusal(
                            414,
                            "The request line is longer than " + limits.targetBytes() + " bytes");
            case TooLongHttpHeaderException e ->
                    new Refusal(
                            431,
                            "The header fields are larger than " + limits.headerBytes() + " bytes");
            case null, default -> new Refusal(400, "The request is not well-formed HTTP/1.1");
        };
    }

    Refusal tooManyBodies() {
        return new Refusal(
                503, "The bodies of all requests at work take too much memory; try again later");
    }

    Refusal bodyTooLarge() {
        return bodyTooLarge(limits.bodyBytes());
    }

    private static Refusal bodyTooLarge(long most) {
        return new Refusal(413, "The body is larger than " + most + " bytes");
    }

    static Refusal bodyTooSlow() {
        return new Refusal(408, "The body of the request did not arrive in time");
    }

    static Refusal unknownExpectation() {
        return new Refusal(417, "The only Expect this server meets is 100-continue");
    }

    private static @Nullable Refusal badMethod(String method) {
        for (int i = 0; i < method.length(); i++) {
            char c = method.charAt(i);
            if ((c < 'A' || c > 'Z') && c != '-' && c != '_') {
                return new Refusal(400, "A method consists of upper-case letters");
            }
        }
        return null;
    }

    private static @Nullable Refusal badTarget(String target) {
        if (target.isEmpty() || target.charAt(0) != '/') {
            return new Refusal(400, "The request target must be a path that starts with /");
        }
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= ' ' || c == 0x7f || c == '#') {
                return new Refusal(400, "The request target has a character that must be encoded");
            }
        }
        return null;
    }

    private static @Nullable Refusal badHost(List<String> hosts, HttpVersion version) {
        if (hosts.isEmpty() && version.equals(HttpVersion.HTTP_1_0)) {
            return null;
        }
        if (hosts.size() != 1) {
            return new Refusal(400, "A request has exactly one Host header field");
        }
        String host = hosts.getFirst();
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (c <= ' ' || c >= 0x7f || "/\\@,?#\"<>".indexOf(c) >= 0) {
                return new Refusal(400, "The Host header field is not a host name and port");
            }
        }
        return null;
    }

    private static @Nullable Refusal badFraming(HttpHeaders headers, HttpVersion version) {
        List<String> encodings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (encodings.isEmpty()) {
            return null;
        }
        if (version.equals(HttpVersion.HTTP_1_0)) {
            return new Refusal(400, "HTTP/1.0 has no Transfer-Encoding");
        }
        if (headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
            return new Refusal(
                    400, "A request has either Content-Length or Transfer-Encoding, not both");
        }
        return encodings.size() == 1 && encodings.getFirst().equalsIgnoreCase("chunked")
                ? null
                : new Refusal(501, "The only Transfer-Encoding this server reads is chunked");
    }

    /** The refusal of a body that is announced to be larger than this, or null. */
    @Nullable Refusal tooLarge(io.netty.handler.codec.http.HttpRequest request, boolean streamed) {
        String length = request.headers().get(HttpHeaderNames.CONTENT_LENGTH);
        long most = streamed ? Limits.HTTP_STREAMED_BODY_BYTES.value() : limits.bodyBytes();
        return length == null || Long.parseLong(length) <= most ? null : bodyTooLarge(most);
    }

    private static @Nullable Refusal badLength(HttpHeaders headers) {
        String length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
        if (length == null) {
            return null;
        }
        for (int i = 0; i < length.length(); i++) {
            if (length.charAt(i) < '0' || length.charAt(i) > '9') {
                return new Refusal(400, "Content-Length is a number of bytes");
            }
        }
        return length.isEmpty() || length.length() > 18
                ? new Refusal(400, "Content-Length is a number of bytes")
                : null;
    }
}
