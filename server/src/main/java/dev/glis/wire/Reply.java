package dev.glis.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.Json;
import dev.glis.net.HttpResponse;

/**
 * The answer of an operation that succeeded; the model knows the status unless one is given.
 *
 * @param contentType empty when there is no body
 */
public record Reply(int status, String contentType, byte[] body) {
    /** A body, with the operation's own status. */
    public static Reply of(ObjectNode body) {
        return of("application/json", Json.bytes(body));
    }

    /** A body that is no structure of the model, with the operation's own status. */
    public static Reply of(String contentType, byte[] body) {
        return new Reply(0, contentType, body);
    }

    /** No body, with the operation's own status. */
    public static Reply empty() {
        return empty(0);
    }

    /** No body. */
    public static Reply empty(int status) {
        return new Reply(status, "", new byte[0]);
    }

    HttpResponse response(int usualStatus) {
        int sent = status == 0 ? usualStatus : status;
        return contentType.isEmpty()
                ? HttpResponse.empty(sent)
                : HttpResponse.of(sent, contentType, body);
    }
}
