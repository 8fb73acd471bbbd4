package dev.glis.wire.gateway;

import dev.glis.base.Fault;
import dev.glis.net.Headers;
import dev.glis.net.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * What a request says of the application that makes it: in {@code X-Client-Id} and {@code
 * X-Client-Secret}; in {@code X-API-Key}, as {@code ID} or {@code ID.SECRET}; or in HTTP Basic.
 *
 * @param secret null when there is none
 */
record ClientCredentials(String clientId, @Nullable String secret) {
    private static final String BASIC = "basic ";

    /** Those of a request; null when it has none. */
    static @Nullable ClientCredentials of(HttpRequest request) {
        Headers headers = request.headers();
        String clientId = headers.get("X-Client-Id");
        if (clientId != null) {
            return new ClientCredentials(clientId, headers.get("X-Client-Secret"));
        }
        String key = headers.get("X-API-Key");
        if (key != null) {
            return divided(key, '.');
        }
        String authorization = headers.get("Authorization", "");
        return authorization.regionMatches(true, 0, BASIC, 0, BASIC.length())
                ? divided(decoded(authorization.substring(BASIC.length()).strip()), ':')
                : null;
    }

    private static ClientCredentials divided(String text, char divider) {
        int at = text.indexOf(divider);
        return at < 0
                ? new ClientCredentials(text, null)
                : new ClientCredentials(text.substring(0, at), text.substring(at + 1));
    }

    private static String decoded(String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new Fault(
                    Fault.Kind.UNAUTHENTICATED,
                    "client-unauthenticated",
                    "The Authorization header field has no base 64 behind Basic",
                    e);
        }
    }
}
