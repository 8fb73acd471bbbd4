package dev.glis.engine.process;

import java.io.IOException;

/** Connects sandboxes to public addresses, where this machine can. */
interface InternetAccess {
    /** Why there is no access; empty when there is. */
    String refusal();

    /**
     * Connects a network. Called by the sandbox's thread, outside of that network.
     *
     * @return what takes the connection away again
     */
    Launch.Step connect(NetworkNamespace network) throws IOException;

    /** The resolvers that sandboxes may ask, as the content of {@code /etc/resolv.conf}. */
    String resolverFile();

    Strength strength();

    /** Takes the rules away again. */
    void close();
}
