package dev.glis.meter;

import dev.glis.engine.Blueprint;
import dev.glis.engine.Outcome;
import dev.glis.engine.UsageSink;
import dev.glis.meter.Meter.Metric;

/** Turns the engine's reports of finished invocations into metered quantities. */
public final class FunctionUsage implements UsageSink {
    private final Meter meter;

    public FunctionUsage(Meter meter) {
        this.meter = meter;
    }

    @Override
    public void invoked(Blueprint blueprint, Outcome.Report report, boolean failed) {
        count(blueprint, Metric.FUNCTION_REQUESTS, 1);
        count(blueprint, Metric.FUNCTION_MB_MS, report.memoryMb() * report.billedMs());
        count(blueprint, Metric.FUNCTION_DURATION_MS, Math.round(report.durationMs()));
        if (failed) {
            count(blueprint, Metric.FUNCTION_ERRORS, 1);
        }
        if (report.initDurationMs() != null) {
            count(blueprint, Metric.FUNCTION_INIT_MS, Math.round(report.initDurationMs()));
        }
    }

    private void count(Blueprint blueprint, Metric metric, long quantity) {
        meter.record(blueprint.accountId(), blueprint.functionArn(), metric, quantity);
    }
}
