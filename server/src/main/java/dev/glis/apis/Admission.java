package dev.glis.apis;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whom a route lets in, and who says so.
 *
 * @param authorizer its name, for {@link Access#AUTHORIZER}; else null
 * @param scopes of which a token must have one; none when it needs none
 */
public record Admission(Access access, @Nullable String authorizer, List<String> scopes) {
    /** Lets everybody in. */
    public static final Admission OPEN = new Admission(Access.OPEN, null, List.of());

    public Admission {
        scopes = List.copyOf(scopes);
    }
}
