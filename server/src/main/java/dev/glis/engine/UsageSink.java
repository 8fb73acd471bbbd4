package dev.glis.engine;

/** Where the engine reports each finished invocation, whatever its outcome. Must not block. */
public interface UsageSink {
    void invoked(Blueprint blueprint, Outcome.Report report, boolean failed);
}
