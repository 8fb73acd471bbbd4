package dev.glis.apis.usage;

import java.time.Instant;
import java.util.Map;

/** The sums of one row of an answer while they are made. For one thread. */
final class UsageSum {
    private static final int PER_CLASS = 100;

    private final Totals totals = new Totals();
    private long clientErrors;
    private long serverErrors;

    void add(int status, Totals more) {
        totals.add(more);
        switch (status / PER_CLASS) {
            case 4 -> clientErrors += more.calls();
            case 5 -> serverErrors += more.calls();
            default -> {
                // no error
            }
        }
    }

    UsageRow row(Instant time, Map<UsageDimension, String> group) {
        Served.Latency sums = totals.sums();
        LatencyHistogram latencies = totals.latencies();
        return new UsageRow(
                time,
                group,
                totals.calls(),
                clientErrors,
                serverErrors,
                totals.requestBytes(),
                totals.responseBytes(),
                new UsageRow.Latencies(
                        sums.totalUs(),
                        sums.gatewayUs(),
                        sums.waitUs(),
                        sums.initialisationUs(),
                        sums.backendUs(),
                        latencies.percentileUs(0.5),
                        latencies.percentileUs(0.95),
                        latencies.percentileUs(0.99)));
    }
}
