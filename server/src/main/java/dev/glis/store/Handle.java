package dev.glis.store;

/** Ends what was begun with a listener or a duty; harmless when closed again. */
public interface Handle extends AutoCloseable {
    @Override
    void close();
}
