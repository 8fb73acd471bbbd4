package dev.glis.functions.testing;

import dev.glis.meter.Meter;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A meter that only remembers which metrics were recorded. */
public final class ForgetfulMeter implements Meter {
    private final List<Metric> recorded = new CopyOnWriteArrayList<>();

    public List<Metric> recorded() {
        return recorded;
    }

    @Override
    public void record(String accountId, String resource, Metric metric, long quantity) {
        recorded.add(metric);
    }

    @Override
    public List<Usage> usage(
            String accountId, @Nullable String resource, Instant from, Instant to) {
        return List.of();
    }
}
