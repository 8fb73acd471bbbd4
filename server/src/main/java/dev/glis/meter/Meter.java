package dev.glis.meter;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Counts usage. {@link #record} costs nanoseconds; what it counted is on disk within a second. */
public interface Meter {
    /** Adds a quantity. Never blocks. */
    void record(String accountId, String resource, Metric metric, long quantity);

    /**
     * Sums by resource, metric and hour, what is not flushed yet included.
     *
     * @param resource only this one, or null for all of the account
     */
    List<Usage> usage(String accountId, @Nullable String resource, Instant from, Instant to);

    /** What is counted. */
    enum Metric {
        FUNCTION_REQUESTS,
        FUNCTION_ERRORS,
        FUNCTION_THROTTLES,
        FUNCTION_MB_MS,
        FUNCTION_INIT_MS,
        FUNCTION_DURATION_MS,
        /** Requests that change or list. */
        OBJECT_WRITES,
        /** Requests that read an object. */
        OBJECT_READS,
        OBJECT_BYTES_IN,
        OBJECT_BYTES_OUT,
        OBJECT_BYTE_HOURS
    }

    /**
     * A quantity in an hour.
     *
     * @param hour its beginning, UTC
     */
    record Usage(String resource, Metric metric, Instant hour, long quantity) {}
}
