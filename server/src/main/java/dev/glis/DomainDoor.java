package dev.glis;

import dev.glis.net.ServerNames;
import dev.glis.net.TlsIdentity;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Stands in for the domains until they have been read: handshakes wait for that. */
final class DomainDoor implements ServerNames {
    private final CompletableFuture<ServerNames> behind = new CompletableFuture<>();

    void open(ServerNames names) {
        behind.complete(names);
    }

    @Override
    public CompletableFuture<Optional<TlsIdentity>> identity(String host) {
        return behind.thenCompose(names -> names.identity(host));
    }

    @Override
    public boolean isOwned(String host) {
        return behind.isDone() && behind.join().isOwned(host);
    }
}
