package dev.glis.wire.gateway;

import dev.glis.apis.usage.Served;
import dev.glis.net.Headers;
import dev.glis.net.HttpRequest;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** What both messages of a request said, each body cut at a length. One thread at a time. */
final class Capture {
    private final HttpRequest request;
    private final int bodyBytes;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private String headers = "";

    Capture(HttpRequest request, int bodyBytes) {
        this.request = request;
        this.bodyBytes = bodyBytes;
    }

    /** The answer begins, or is whole. */
    void answer(Headers answered, byte[] first) {
        headers = text(answered);
        more(first);
    }

    /** The answer goes on. */
    void more(byte[] part) {
        body.write(part, 0, Math.min(part.length, bodyBytes - body.size()));
    }

    Served.Captured whole() {
        byte[] asked = request.body();
        return new Served.Captured(
                text(request.headers()),
                asked.length <= bodyBytes ? asked : Arrays.copyOf(asked, bodyBytes),
                headers,
                body.toByteArray());
    }

    private static String text(Headers headers) {
        var text = new StringBuilder();
        for (int i = 0; i < headers.size(); i++) {
            text.append(headers.name(i)).append(": ").append(headers.value(i)).append('\n');
        }
        return text.toString();
    }
}
