package dev.glis.net;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Host names that have TLS identities of their own. Called on event loops; must not block. */
public interface ServerNames {
    /**
     * Who to be towards a client that asks for this name; nothing if the name has no identity.
     *
     * @param host in lower case
     */
    CompletableFuture<Optional<TlsIdentity>> identity(String host);

    /**
     * Whether the name is somebody's own: what is asked of it is answered only on connections that
     * were opened for it, and those answer nothing else.
     *
     * @param host in lower case
     */
    boolean isOwned(String host);
}
