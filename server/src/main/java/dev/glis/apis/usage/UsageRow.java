package dev.glis.apis.usage;

import java.time.Instant;
import java.util.Map;

/**
 * The answer to a {@link UsageQuery} for one step of time and one group.
 *
 * @param time when the step begins; for all time in one, when the query does
 * @param group for each dimension asked for, its value
 * @param clientErrors calls answered by 4xx
 * @param serverErrors calls answered by 5xx
 */
public record UsageRow(
        Instant time,
        Map<UsageDimension, String> group,
        long calls,
        long clientErrors,
        long serverErrors,
        long requestBytes,
        long responseBytes,
        Latencies latencies) {
    /**
     * Latencies in microseconds: sums of all calls, and percentiles of the total.
     *
     * @param gatewayUs what belongs to none of the other parts
     */
    public record Latencies(
            long totalUs,
            long gatewayUs,
            long waitUs,
            long initialisationUs,
            long backendUs,
            long p50Us,
            long p95Us,
            long p99Us) {}
}
