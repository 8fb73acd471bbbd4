package dev.glis.functions;

/** How queued invocations are retried and where they end. */
public final class QueuePolicies {
    /** What holds when nothing is set. */
    static final FunctionCatalog.QueuePolicy DEFAULT =
            new FunctionCatalog.QueuePolicy(6L * 60 * 60 * 1000, 2, null, null);

    private QueuePolicies() {}
}
