package dev.glis.triggers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.accounts.Principal;
import java.util.List;

/** Who makes a request, as functions are told. */
public sealed interface Caller {
    /** Somebody with an access key, who signed the request. */
    record Signed(Principal principal) implements Caller {}

    /**
     * Somebody with a token of an issuer.
     *
     * @param claims of the token, their values as texts
     * @param scopes of those that the route wants, which the token has
     */
    record Holder(ObjectNode claims, List<String> scopes) implements Caller {
        public Holder {
            scopes = List.copyOf(scopes);
        }
    }

    /**
     * Somebody whom a function let in.
     *
     * @param context what that function tells of them
     */
    record Admitted(String principalId, ObjectNode context) implements Caller {}
}
