package dev.glis.engine.process;

import java.io.IOException;

/** Where this machine cannot connect sandboxes. */
record NoInternetAccess(String refusal) implements InternetAccess {
    @Override
    public Launch.Step connect(NetworkNamespace network) throws IOException {
        throw new IOException("Internet access is not available: " + refusal);
    }

    @Override
    public String resolverFile() {
        return "";
    }

    @Override
    public Strength strength() {
        return Strength.weak("functions cannot reach the internet: " + refusal);
    }

    @Override
    public void close() {
        // nothing was made
    }
}
