package dev.glis.functions;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What a caller wants to set; null and empty mean to leave it, or to take the default for a new
 * function.
 *
 * @param layers ARNs of layer versions
 * @param image what a function has otherwise than its image says
 */
public record SettingsChange(
        @Nullable String runtime,
        @Nullable String handler,
        @Nullable String role,
        @Nullable String description,
        OptionalInt timeoutSeconds,
        OptionalInt memoryMb,
        OptionalInt ephemeralStorageMb,
        @Nullable Map<String, String> environment,
        @Nullable List<String> layers,
        @Nullable ImageOverrides image) {
    /** Of a function that is no image. */
    public SettingsChange(
            @Nullable String runtime,
            @Nullable String handler,
            @Nullable String role,
            @Nullable String description,
            OptionalInt timeoutSeconds,
            OptionalInt memoryMb,
            OptionalInt ephemeralStorageMb,
            @Nullable Map<String, String> environment,
            @Nullable List<String> layers) {
        this(
                runtime,
                handler,
                role,
                description,
                timeoutSeconds,
                memoryMb,
                ephemeralStorageMb,
                environment,
                layers,
                null);
    }
}
