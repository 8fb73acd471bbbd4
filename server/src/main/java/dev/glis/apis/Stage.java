package dev.glis.apis;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A deployment that is served, or two that share the requests.
 *
 * @param name {@link #DEFAULT}, or the first part of its requests' paths
 * @param deployment its number
 * @param previous what was served before, to which one can roll back; null for the first
 * @param split what else is served; null when nothing is
 */
public record Stage(
        String name,
        int deployment,
        @Nullable Integer previous,
        @Nullable Split split,
        Instant modified) {
    /** The stage of requests that name none. */
    public static final String DEFAULT = "$default";

    /**
     * A part of a stage's requests.
     *
     * @param percent more than 0, less than 100
     */
    public record Split(int deployment, double percent) {}
}
