package dev.glis.apis.usage;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is asked about an API's usage.
 *
 * @param stage only this one; null for all
 * @param route only this one; empty for what met none, null for all
 * @param clientId only this one; empty for calls without one, null for all
 * @param step how long each row's time is; zero for all of it in one
 * @param by what rows are told apart by, besides time
 */
public record UsageQuery(
        String accountId,
        String apiId,
        @Nullable String stage,
        @Nullable String route,
        @Nullable String clientId,
        StatusRange statuses,
        Instant from,
        Instant to,
        Duration step,
        Set<UsageDimension> by) {
    boolean wants(Series series) {
        return (stage == null || stage.equals(series.stage()))
                && (route == null || route.equals(series.route()))
                && (clientId == null || clientId.equals(series.clientId()))
                && statuses.contains(series.status());
    }

    /** The beginning of the row in which calls at a time count. */
    Instant rowOf(Instant time) {
        if (step.isZero() || time.isBefore(from)) {
            return step.isZero() ? from : rowOf(from);
        }
        long ms = step.toMillis();
        return Instant.ofEpochMilli(Math.floorDiv(time.toEpochMilli(), ms) * ms);
    }
}
