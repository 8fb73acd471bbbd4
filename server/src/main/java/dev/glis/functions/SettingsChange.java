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
        @Nullable List<String> layers) {}
