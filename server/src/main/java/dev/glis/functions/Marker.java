package dev.glis.functions;

import dev.glis.base.Fault;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Where a list goes on: behind this text, and this number where texts are equal. */
record Marker(String text, long number) {
    String write() {
        byte[] bytes = (number + ":" + text).getBytes(StandardCharsets.UTF_8);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static Marker read(@Nullable String marker) {
        if (marker == null || marker.isEmpty()) {
            return new Marker("", -1);
        }
        try {
            String text = new String(Base64.getUrlDecoder().decode(marker), StandardCharsets.UTF_8);
            int colon = text.indexOf(':');
            if (colon > 0 && text.indexOf('\0') < 0) {
                return new Marker(
                        text.substring(colon + 1), Long.parseLong(text.substring(0, colon)));
            }
        } catch (IllegalArgumentException e) {
            // Told below, together with what has no colon.
        }
        throw Fault.invalid("Invalid marker; give a NextMarker as it was returned");
    }
}
