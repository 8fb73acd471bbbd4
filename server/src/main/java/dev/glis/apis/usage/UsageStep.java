package dev.glis.apis.usage;

import dev.glis.base.Limits;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** How fine usage is stored; what grows old moves to the next, coarser one. */
enum UsageStep {
    MINUTE(ChronoUnit.MINUTES, Limits.API_USAGE_MINUTES_DAYS),
    HOUR(ChronoUnit.HOURS, Limits.API_USAGE_HOURS_DAYS),
    DAY(ChronoUnit.DAYS, Limits.API_USAGE_DAYS);

    private final ChronoUnit unit;
    private final long keptDays;

    UsageStep(ChronoUnit unit, Limits.Limit kept) {
        this.unit = unit;
        this.keptDays = kept.value();
    }

    /** As it is stored. */
    int number() {
        return switch (this) {
            case MINUTE -> 0;
            case HOUR -> 1;
            case DAY -> 2;
        };
    }

    Duration length() {
        return unit.getDuration();
    }

    Instant beginning(Instant time) {
        return time.truncatedTo(unit);
    }

    /** Where sums move to when they are old; null where they are removed. */
    @Nullable UsageStep next() {
        return switch (this) {
            case MINUTE -> HOUR;
            case HOUR -> DAY;
            case DAY -> null;
        };
    }

    /** What begins before this is old. Whole steps of the next kind grow old together. */
    Instant oldBefore(Instant now) {
        UsageStep next = next();
        Instant limit = now.minus(keptDays, ChronoUnit.DAYS);
        return next == null ? limit : next.beginning(limit);
    }
}
