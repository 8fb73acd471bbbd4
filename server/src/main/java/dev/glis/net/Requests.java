package dev.glis.net;

import io.netty.handler.codec.http.HttpUtil;
import java.net.InetSocketAddress;
import java.util.Iterator;
import java.util.Map;

/** Turns what Netty parsed into our own request. */
final class Requests {
    private static final byte[] NO_BODY = new byte[0];
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private Requests() {}

    /** The request's head, as a request without a body. */
    static HttpRequest of(
            io.netty.handler.codec.http.HttpRequest parsed,
            InetSocketAddress remoteAddress,
            boolean secure,
            String protocol) {
        String target = encoded(parsed.uri());
        int question = target.indexOf('?');
        return new HttpRequest(
                parsed.method().name(),
                question < 0 ? target : target.substring(0, question),
                question < 0 ? "" : target.substring(question + 1),
                headers(parsed),
                NO_BODY,
                remoteAddress,
                secure,
                protocol);
    }

    /** Whether the head announces a body. */
    static boolean hasBody(io.netty.handler.codec.http.HttpRequest parsed) {
        return HttpUtil.getContentLength(parsed, 0L) > 0
                || HttpUtil.isTransferEncodingChunked(parsed);
    }

    private static Headers headers(io.netty.handler.codec.http.HttpRequest parsed) {
        var headers = new Headers();
        Iterator<Map.Entry<CharSequence, CharSequence>> fields =
                parsed.headers().iteratorCharSequence();
        while (fields.hasNext()) {
            var field = fields.next();
            headers.add(field.getKey().toString(), field.getValue().toString());
        }
        return headers;
    }

    /** Percent-encodes bytes beyond ASCII, which some clients send as they are. */
    private static String encoded(String target) {
        for (int i = 0; i < target.length(); i++) {
            if (target.charAt(i) > 0x7f) {
                return encodedFrom(target, i);
            }
        }
        return target;
    }

    private static String encodedFrom(String target, int from) {
        var encoded = new StringBuilder(target.length() + 32).append(target, 0, from);
        for (int i = from; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c > 0x7f) {
                encoded.append('%').append(HEX[(c >> 4) & 15]).append(HEX[c & 15]);
            } else {
                encoded.append(c);
            }
        }
        return encoded.toString();
    }
}
