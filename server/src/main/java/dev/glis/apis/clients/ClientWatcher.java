package dev.glis.apis.clients;

/**
 * Is told of clients that may have changed, on this node or another, once {@link Clients} knows the
 * new state. Called by any thread; must not block.
 */
public interface ClientWatcher {
    void changed(String clientId);

    /** Any of them may have changed. */
    void allChanged();
}
