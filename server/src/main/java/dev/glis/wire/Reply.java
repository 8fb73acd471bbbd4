package dev.glis.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** The answer of an operation that succeeded; the model knows the status unless one is given. */
public record Reply(int status, @Nullable ObjectNode body) {
    /** A body, with the operation's own status. */
    public static Reply of(ObjectNode body) {
        return new Reply(0, body);
    }

    /** No body, with the operation's own status. */
    public static Reply empty() {
        return new Reply(0, null);
    }
}
