package dev.glis.net;

import dev.glis.base.MessageDigests;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The opening handshake of RFC 6455, version 13. */
public final class WebSocketHandshake {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final String VERSION = "13";
    private static final int KEY_BYTES = 16;

    private WebSocketHandshake() {}

    /** Why a request cannot become a WebSocket; null if it can. */
    public static @Nullable HttpResponse refusal(HttpRequest request) {
        Headers headers = request.headers();
        if (!has(headers, "Upgrade", "websocket") || !has(headers, "Connection", "upgrade")) {
            return again("This address speaks WebSocket alone; ask for it by Upgrade: websocket");
        }
        if (!VERSION.equals(headers.get("Sec-WebSocket-Version"))) {
            return again("The version of WebSocket must be " + VERSION);
        }
        if (!request.method().equals("GET") || request.body().length > 0) {
            return PlainAnswers.of(400, "WebSocket is asked for by GET, without a body");
        }
        String key = headers.get("Sec-WebSocket-Key", "");
        return isKey(key) ? null : PlainAnswers.of(400, "Sec-WebSocket-Key is not 16 bytes");
    }

    private static HttpResponse again(String reason) {
        HttpResponse response = PlainAnswers.of(426, reason);
        response.headers().set("Sec-WebSocket-Version", VERSION);
        return response;
    }

    private static boolean has(Headers headers, String name, String wanted) {
        for (String value : headers.all(name)) {
            for (String part : value.split(",", -1)) {
                if (part.strip().toLowerCase(Locale.ROOT).equals(wanted)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isKey(String key) {
        try {
            return Base64.getDecoder().decode(key).length == KEY_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** What proves to the client that its key was read by a server of WebSocket. */
    static String accept(String key) {
        byte[] hash =
                MessageDigests.sha1().digest((key + GUID).getBytes(StandardCharsets.ISO_8859_1));
        return Base64.getEncoder().encodeToString(hash);
    }
}
