package dev.glis.meter;

import java.time.Instant;
import java.util.List;

/** Usage that goes to the ledger in one transaction, once. */
record Batch(long sequence, List<Entry> entries) {
    /** A quantity to be added. */
    record Entry(
            String accountId, String resource, Meter.Metric metric, Instant hour, long quantity) {
        Meter.Usage usage() {
            return new Meter.Usage(resource, metric, hour, quantity);
        }
    }
}
